import type { Configuration } from '../configuration/placed.ts'
import { isLoopback } from '../deployment/processes/address.ts'
import type { Application, ProxiedApplication } from './application.ts'

interface Surroundings {
  readonly applications: readonly Application[]
  readonly configuration: Configuration
}

/**
 * Whether requests that an application's directive hands on reach the Django project beyond doubt. A `WSGIScriptAlias` names its script. Of an address
 * it is so where a process that serves the project listens there; where none does, it is taken for granted if the configuration passes to one place
 * only, on this machine or beside it.
 */
export function isCertainlyDjango(application: Application, { applications }: Surroundings): boolean {
  if (application.project === undefined) return false
  if (application.kind === 'mod_wsgi') return true
  if (application.processes.some((process) => serves(process.application?.value, application))) return true
  if (application.processes.some((process) => process.application !== undefined)) return false
  const proxied = applications.filter((each) => each.kind === 'proxied')
  return application.targets.length > 0 && application.targets.every(isNear) && new Set(proxied.map(placesOf)).size === 1
}

/** Whether what a process is told to serve is a script of the project. */
function serves(named: string | undefined, { project }: ProxiedApplication): boolean {
  if (named === undefined || !project) return false
  const file = named.endsWith('.py')
    ? named.slice(named.lastIndexOf('/', named.lastIndexOf('/') - 1))
    : `/${(named.split(':')[0] ?? '').replaceAll('.', '/')}.py`
  return [...project.wsgi, ...project.asgi].some((script) => script.path.endsWith(file))
}

const placesOf = ({ targets, directive }: ProxiedApplication): string =>
  targets.length === 0
    ? `? ${directive.order}`
    : targets
        .map((each) => JSON.stringify({ ...each.address, ...(each.address.kind === 'tcp' && isLoopback(each.address.host) ? { host: '' } : {}) }))
        .sort()
        .join(' ')

/** On this machine, in a private network, or a container beside: not a site elsewhere. */
const isNear = ({ address }: ProxiedApplication['targets'][number]): boolean =>
  address.kind === 'unix' || isLoopback(address.host) || /^(0\.0\.0\.0|10\.|192\.168\.|172\.)[\d.]*$/.test(address.host) || /^[a-z0-9_-]+$/i.test(address.host)
