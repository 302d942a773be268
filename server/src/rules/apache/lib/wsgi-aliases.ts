import { type Configuration, enclosing } from '../../../configuration/placed.ts'
import type { Alias } from '../../../site/apache/aliases.ts'

/** All `WSGIScriptAlias` directives, in the order in which mod_wsgi tries them. */
export function wsgiAliasesOf(configuration: Configuration): Alias[] {
  return configuration.all.flatMap((directive): Alias[] => {
    const [url, target] = directive.args
    if (directive.name !== 'wsgiscriptalias' || directive.presence === 'absent' || !url?.known || !target?.known) return []
    return [{ directive, url: url.value, target: target.value, urlArgument: url, targetArgument: target, host: enclosing(directive, 'virtualhost') }]
  })
}
