import { apacheDirectives } from '../../catalog/apache/catalog.ts'
import { apacheDirectiveDescription, apacheFunctionDescription, apacheVariableDescription } from '../../catalog/apache/descriptions.ts'
import { nginxDirectives, nginxVariable } from '../../catalog/nginx/catalog.ts'
import { nginxDirectiveDescription, nginxVariableDescription } from '../../catalog/nginx/descriptions.ts'
import type { Dialect } from '../../syntax/tree.ts'

/**
 * What a directive does, in one line of Markdown; undefined where nothing is said of it. `module` tells directives of one name apart (`server` of
 * http and of an upstream); without it that of the first module counts. A section of Apache's has `<` before its name.
 */
export function describeDirective(dialect: Dialect, name: string, module?: string): string | undefined {
  if (dialect === 'nginx') {
    const modules = module === undefined ? nginxDirectives(name).map((entry) => entry.module) : [module]
    for (const each of modules) {
      const text = nginxDirectiveDescription(name, each)
      if (text !== undefined) return text
    }
    return undefined
  }
  const section = name.startsWith('<')
  const bare = section ? name.slice(1) : name
  const known = apacheDirectiveDescription(bare, section)
  if (known !== undefined) return known
  // Where nothing is said here, a module may say it itself: what its table has for wrong arguments, if it reads as a sentence.
  const help = apacheDirectives(bare).find((entry) => entry.section === section)?.help
  return help !== undefined && /^(?!Limited to)[A-Z][a-z]+ (?!.*\\n).{12,140}$/.test(help) ? help.replace(/\.?$/, '.') : undefined
}

/**
 * What a variable is, in one line of Markdown; undefined where nothing is said of it. nginx: the name without `$`. Apache: that of `%{NAME}`;
 * a function of expressions with a colon behind it (`tolower:`).
 */
export function describeVariable(dialect: Dialect, name: string, protocol?: 'http' | 'stream'): string | undefined {
  if (dialect === 'apache') return name.endsWith(':') ? apacheFunctionDescription(name.slice(0, -1)) : apacheVariableDescription(name)
  const variable = nginxVariable(name, protocol)
  return variable && nginxVariableDescription(variable.name, variable.module)
}
