import { type ApacheModule, apacheModules } from '../../../catalog/apache/catalog.ts'
import { type Configuration, directivesNamed } from '../../../configuration/placed.ts'

/**
 * The identifiers of the modules that the server has, where that can be known: everything is read, and the server's MPM is loaded too, as in
 * distributions that build in next to nothing. What they do build in counts as loaded.
 */
export function loadedModules(configuration: Configuration): ReadonlySet<string> | undefined {
  const { modules, open } = configuration
  if (!modules || open || ![...modules].some((identifier) => identifier.startsWith('mpm_'))) return undefined
  if (directivesNamed(configuration, 'loadmodule').some((directive) => directive.presence === 'unknown')) return undefined
  return new Set([...modules, ...builtIn])
}

/** `apache2 -l` of Debian. */
const builtIn = ['core_module', 'so_module', 'watchdog_module', 'http_module', 'log_config_module', 'logio_module', 'version_module', 'unixd_module']

let byName: ReadonlyMap<string, ApacheModule> | undefined

/** A module by the name that entries of the catalog give it. */
export function moduleOf(name: string): ApacheModule | undefined {
  byName ??= new Map(apacheModules().map((module) => [module.name, module]))
  return byName.get(name)
}
