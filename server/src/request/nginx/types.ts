import type { PlacedDirective } from '../../configuration/placed.ts'
import { derived } from '../../workspace/derived.ts'
import type { Run } from './run.ts'
import { argumentAt, levelIn, valueIn } from './settings.ts'
import { extensionOf } from './uri.ts'

/** The type of the URI's content by its extension (`ngx_http_set_content_type`). */
export function contentTypeOf(run: Run): string {
  if (run.response.contentType !== '') return run.response.contentType
  const extension = extensionOf(run.uri).toLowerCase()
  if (extension !== '') {
    const blocks = levelIn(run.scope, run.settings, 'types')
    const found = blocks.length === 0 ? builtIn[extension] : blocks.map((block) => typesIn(block).get(extension)).findLast((type) => type !== undefined)
    if (found !== undefined) return found
  }
  return valueIn(run.scope, run.settings, 'default_type') ?? 'text/plain'
}

/** `ngx_http_core_default_types` */
const builtIn: Readonly<Record<string, string>> = { html: 'text/html', gif: 'image/gif', jpg: 'image/jpeg' }

const typesIn = derived((block: PlacedDirective): ReadonlyMap<string, string> => {
  const types = new Map<string, string>()
  for (const entry of block.children) {
    if (entry.presence === 'absent' || entry.name === 'include') continue
    entry.args.forEach((_, i) => {
      const extension = argumentAt(entry, i)?.toLowerCase()
      if (extension !== undefined) types.set(extension, entry.name)
    })
  }
  return types
})
