import type { Word } from '../../../syntax/tree.ts'
import { regexTokens } from '../regex.ts'
import { addParameter, type Coloured, contentOf } from '../token.ts'

/** The tokens of a directive or section of Apache. `macro`: the parameters of the macro around it, with their sign. */
export function apacheTokens(coloured: Coloured, macro: readonly string[]): void {
  const { node } = coloured
  const [nameWord, ...args] = node.words
  if (!nameWord) return
  const name = nameWord.value.toLowerCase()
  for (const [i, word] of args.entries()) {
    const content = contentOf(word, coloured)
    if (!content) continue
    const put = (at: number, length: number, type: 'namespace' | 'variable' | 'parameter', modifier?: 'declaration'): void =>
      coloured.add({ start: content.start + at, end: content.start + at + length, type, modifier })
    if (isRegex(name, args, i)) {
      const negated = content.text.startsWith('!') && name.startsWith('rewrite') ? 1 : 0
      regexTokens(content.text.slice(negated), content.start + negated, coloured.add)
      continue
    }
    if (i === 0 && name === 'define') put(0, content.text.length, 'variable', 'declaration')
    else if (i === 0 && (name === 'wsgidaemonprocess' || name === 'wsgiprocessgroup') && /^[\w.-]+$/.test(content.text)) {
      put(0, content.text.length, 'namespace', name === 'wsgidaemonprocess' ? 'declaration' : undefined)
    } else if (name === 'macro' && i > 0) put(0, content.text.length, 'parameter', 'declaration')
    const balancer = /^balancer:\/\/([^/>]+)/.exec(content.text)
    if (balancer?.[1]) put(11, balancer[1].length, 'namespace', name === 'proxy' ? 'declaration' : undefined)
    if (withParameters.has(name)) {
      const parameter = addParameter(word, coloured)
      if (parameter && parameter.name === 'process-group' && /^[\w.-]+$/.test(parameter.value))
        coloured.add({ start: parameter.valueStart, end: parameter.valueStart + parameter.value.length, type: 'namespace' })
    }
    addReferences(content, name, macro, coloured)
  }
}

/** `${NAME}`, `%{NAME}`, `$1`, `%1` and the parameters of a macro. */
function addReferences({ start, text }: { readonly start: number; readonly text: string }, name: string, macro: readonly string[], coloured: Coloured): void {
  if (!/[$%@&+~]/.test(text)) return
  const captures = withCaptures.has(name)
  for (const match of text.matchAll(/\$\{([^}:]+)(?=[}])\}|%\{[^}]+\}|[$%]\d/g)) {
    const at = { start: start + match.index, end: start + match.index + match[0].length }
    if (match[1] !== undefined) coloured.add({ ...at, type: 'variable' })
    else if (match[0].startsWith('%{')) coloured.add({ ...at, type: 'variable', modifier: 'defaultLibrary' })
    else if (captures) coloured.add({ ...at, type: 'parameter' })
  }
  for (const parameter of macro) {
    for (let at = text.indexOf(parameter); at >= 0; at = text.indexOf(parameter, at + parameter.length))
      coloured.add({ start: start + at, end: start + at + parameter.length, type: 'parameter' })
  }
}

function isRegex(name: string, args: readonly Word[], index: number): boolean {
  if (name === 'rewritecond') return index === 1 && !/^!?(?:-\w+|[<>=]|-$)/.test(args[1]?.value ?? '') && args[0]?.value.toLowerCase() !== 'expr'
  if (name === 'redirectmatch') return index === (args.length > 2 ? 1 : 0) && args.length > 1
  if (sections.has(name)) return index === 1 && args[0]?.value === '~'
  return patterns.get(name) === index
}

/** Directives with the place of their pattern. */
const patterns: ReadonlyMap<string, number> = new Map([
  ['rewriterule', 0],
  ['aliasmatch', 0],
  ['scriptaliasmatch', 0],
  ['wsgiscriptaliasmatch', 0],
  ['proxypassmatch', 0],
  ['locationmatch', 0],
  ['directorymatch', 0],
  ['filesmatch', 0],
  ['proxymatch', 0],
  ['setenvif', 1],
  ['setenvifnocase', 1],
  ['browsermatch', 0],
  ['browsermatchnocase', 0],
])

const sections: ReadonlySet<string> = new Set(['location', 'directory', 'files', 'proxy'])

const withCaptures: ReadonlySet<string> = new Set([
  'rewriterule',
  'rewritecond',
  'aliasmatch',
  'scriptaliasmatch',
  'wsgiscriptaliasmatch',
  'proxypassmatch',
  'redirectmatch',
  'setenvif',
  'setenvifnocase',
])

/** Directives whose arguments are options of the form `name=value`. */
const withParameters: ReadonlySet<string> = new Set([
  'wsgidaemonprocess',
  'wsgiscriptalias',
  'wsgiscriptaliasmatch',
  'proxypass',
  'proxypassmatch',
  'balancermember',
  'proxyset',
])
