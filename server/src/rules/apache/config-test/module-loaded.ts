import { derived } from '../../../workspace/derived.ts'
import { loadedModules } from './modules.ts'
import type { Reading } from './reading.ts'

const modulesOf = derived(loadedModules)

/** Whether the server has a module, by its identifier (`dav_fs_module`); undefined where that cannot be known. */
export function isLoaded({ state: { configuration } }: Reading, identifier: string): boolean | undefined {
  return modulesOf(configuration)?.has(identifier)
}

/** Says that what a word names comes with a module that is not loaded. */
export const loadIt = (word: string, identifier: string): string => {
  const name = identifier.replace(/_module$/, '')
  return `"${word}" comes with mod_${name}, which is not loaded: load it, on Debian with "a2enmod ${name}".`
}
