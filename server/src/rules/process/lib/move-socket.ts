import { meetingsOf } from '../../../application/processes.ts'
import type { ApplicationProcess, Listener } from '../../../deployment/processes/process.ts'
import { runtimeDirectories, type Unit } from '../../../deployment/processes/unit-file.ts'
import { basename } from '../../../workspace/path.ts'
import type { DeploymentContext, FindingFix } from '../../rule.ts'
import { listenAt, sendTo } from './rewrite-address.ts'
import { addToService, folderNameOf } from './unit-edits.ts'

/** Moves a socket into a folder below /run that systemd makes for the unit, and sends all there that was sent to it. */
export function moveToRuntimeDirectory(process: ApplicationProcess, service: Unit, listener: Listener, context: DeploymentContext): FindingFix[] {
  const { applications, deployment, snapshot } = context
  if (listener.address.kind !== 'unix') return []
  const given = runtimeDirectories(service)[0]
  const folder = given ?? folderNameOf(service)
  const address = { kind: 'unix', path: `/run/${folder}/${basename(listener.address.path)}` } as const
  const heard = listenAt(process, listener, address)
  const made = given === undefined ? addToService(service, ownFolder(folder, process), snapshot) : undefined
  const sent = new Map(
    meetingsOf(applications, deployment.processes)
      .filter((each) => each.listener === listener)
      .map(({ target }) => [`${target.word.path} ${target.word.start}`, sendTo(target, address)] as const),
  )
  const edits = [...sent.values()].flatMap((each) => each ?? [])
  if (!heard || edits.length !== sent.size || (given === undefined && !made)) return []
  return [{ title: `Move the socket to ${address.path}`, safe: false, edits: [...edits, heard, ...(made ? [made] : [])] }]
}

/** systemd makes the folder for the unit's own user: one that uWSGI becomes by itself has to be that. */
function ownFolder(folder: string, { user, unit }: ApplicationProcess): string {
  const own = unit?.value('Service', 'User')
  return `RuntimeDirectory=${folder}${own === undefined && user ? `\nUser=${user.value}` : ''}`
}
