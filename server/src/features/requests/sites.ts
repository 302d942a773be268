import type { UnderstoodConfiguration } from '../../application/understand.ts'
import type { Endpoint } from '../../request/request.ts'
import { apacheSites } from './apache-sites.ts'
import { nginxSites } from './nginx-sites.ts'
import type { Site, SiteEndpoint } from './site.ts'

/** The sites of a configuration, in its order. */
export const sitesOf = ({ configuration }: UnderstoodConfiguration): readonly Site[] =>
  configuration.dialect === 'nginx' ? nginxSites(configuration) : apacheSites(configuration)

/** The address of a connection for a URL's host and port: that of the site with this name, else of any that listens there. */
export function connectionFor(sites: readonly Site[], host: string, port: number): Endpoint | undefined {
  const named = sites.filter((site) => site.isCalled(host))
  for (const site of [...named, ...sites]) {
    const found = site.endpoints.find((endpoint) => endpoint.port === port)
    if (found) return { address: found.address, port }
  }
  return undefined
}

/** The URL of a path of a site. */
export function urlOf(host: string, { port, tls }: SiteEndpoint, path: string): string {
  return `${tls ? 'https' : 'http'}://${host}${port === (tls ? 443 : 80) ? '' : `:${port}`}${path}`
}
