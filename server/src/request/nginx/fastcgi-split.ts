import { matcherFor, type Run } from './run.ts'
import { argumentAt, directiveIn } from './settings.ts'

/** The script and what follows it, as `fastcgi_split_path_info` parts the URI; the first parting holds for the rest of the location. */
export function fastcgiScript(run: Run): { readonly script: string; readonly pathInfo: string } {
  if (run.fastcgiSplit && run.fastcgiSplit.script !== '') return run.fastcgiSplit
  const pattern = argumentAt(directiveIn(run.scope, run.settings, 'fastcgi_split_path_info'), 0)
  const found = pattern === undefined ? undefined : matcherFor(pattern, false)?.run(run.uri)
  run.fastcgiSplit = found && found !== 'failed' ? { script: found.groups[1] ?? '', pathInfo: found.groups[2] ?? '' } : { script: run.uri, pathInfo: '' }
  return run.fastcgiSplit
}
