import type { UnderstoodConfiguration } from '../application/understand.ts'
import { directivesNamed } from '../configuration/placed.ts'
import type { Place } from '../problem/place.ts'
import { basename } from '../workspace/path.ts'
import type { Known, Snapshot } from '../workspace/snapshot.ts'
import { interpreterOf } from './interpret.ts'
import type { Answer, Request } from './request.ts'

/**
 * What the server does with a request where a configuration of the workspace is deployed. Files of the deployed site are looked for where
 * the workspace has them; what lies elsewhere is not known, and the answer tells on what it depends. Places of steps are in files of the
 * workspace. Undefined where the server's requests are not interpreted.
 */
export function answerDeployed(understood: UnderstoodConfiguration, request: Request, snapshot: Snapshot): Answer | undefined {
  const { configuration } = understood
  const answer = interpreterOf(configuration)?.(configuration, request, deployedFiles(understood, snapshot))
  return answer && withWorkspacePlaces(understood, answer)
}

/** A `.htaccess` was found by its deployed path: the steps of an answer with places in the workspace. */
export function withWorkspacePlaces({ configuration, paths }: UnderstoodConfiguration, answer: Answer): Answer {
  const sources = new Set(configuration.sources.map(({ path }) => path))
  return withPlaces(answer, (at) => (sources.has(at.path) ? at : { ...at, path: paths.toWorkspace(at.path) ?? at.path }))
}

/** The server's machine as the workspace shows it. What the workspace has no place for is `refused`: nobody knows whether it is there. */
export function deployedFiles({ configuration, paths }: UnderstoodConfiguration, snapshot: Snapshot): Snapshot {
  const written = directivesNamed(configuration, 'accessfilename').flatMap(({ args }) => args.map(({ value }) => value))
  const perFolder: ReadonlySet<string> = new Set(['.htaccess', ...written])
  const known = <T>(deployed: string, ask: (path: string) => Known<T>): Known<T> => {
    const path = paths.toWorkspace(deployed)
    return path === undefined ? elsewhere : ask(path)
  }
  // That there is one where nobody looks is not assumed: Apache would refuse all below it.
  const text = <T>(deployed: string, ask: (path: string) => Known<T>): Known<T> =>
    perFolder.has(basename(deployed)) && paths.toWorkspace(deployed) === undefined ? { state: 'absent' } : known(deployed, ask)
  return {
    content: (path) => text(path, (own) => snapshot.content(own)),
    // What is open in an editor counts as it is there.
    bytes: (path) =>
      text(path, (own) => {
        const content = snapshot.content(own)
        return content.state === 'content' && content.value.open
          ? { state: 'content', value: new TextEncoder().encode(content.value.text) }
          : snapshot.bytes(own)
      }),
    folder: (path) => known(path, (own) => snapshot.folder(own)),
    stat: (path) => (paths.isAbove(path) ? folder : known(path, (own) => snapshot.stat(own))),
    linkTarget: (path) => (paths.isAbove(path) ? { state: 'content', value: undefined } : known(path, (own) => snapshot.linkTarget(own))),
    get wanting() {
      return snapshot.wanting
    },
  }
}

const elsewhere = { state: 'refused', why: 'the workspace does not have it' } as const
const folder = { state: 'content', value: { kind: 'folder', size: 0, mark: '', mode: undefined, owner: undefined } } as const

const withPlaces = (answer: Answer, move: (at: Place) => Place): Answer => ({
  ...answer,
  steps: answer.steps.map((step) => (step.at ? { ...step, at: move(step.at) } : step)),
  branches: answer.branches.map(({ condition, answer: other }) => ({ condition, answer: withPlaces(other, move) })),
})
