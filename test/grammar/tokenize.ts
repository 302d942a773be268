import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect } from 'vitest'
import oniguruma from 'vscode-oniguruma'
import textmate, { type IGrammar, type IRawGrammar } from 'vscode-textmate'

/** One piece of a line and the scopes it has, outermost first and without the root. */
export interface Token {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly scopes: readonly string[]
}

const require = createRequire(import.meta.url)
const syntaxes = new URL('../../syntaxes/', import.meta.url)

/** Enough of Lua to show that the inside of a block is handed to that grammar; the real one is VS Code's own. */
const lua: IRawGrammar = {
  scopeName: 'source.lua',
  patterns: [{ match: '\\b(?:local|function|end|if|then|return)\\b', name: 'keyword.control.lua' }],
  repository: {} as IRawGrammar['repository'],
}

const grammars = loadGrammars()

/** Tokens of every line of `text`, read in the root scope `source.nginx` or `source.apacheconf`. */
export async function tokenize(text: string, scopeName: string): Promise<Token[][]> {
  const grammar = await grammars(scopeName)
  let stack = textmate.INITIAL
  return text.split('\n').map((line) => {
    const result = grammar.tokenizeLine(line, stack)
    stack = result.ruleStack
    return result.tokens.map(({ startIndex, endIndex, scopes }) => ({
      text: line.slice(startIndex, endIndex),
      start: startIndex,
      end: Math.min(endIndex, line.length),
      scopes: scopes.slice(1),
    }))
  })
}

/**
 * Checks scopes against marks under the lines, the marks of vscode-tmgrammar-test:
 * `#  ^^^^ scope scope - scope` has under each `^` every scope before the dash and none of those after it, and `# <---- scope` means the columns from 0 on, as many as there are dashes.
 * A scope stands for what begins with it: `comment` covers `comment.line`. Marks are taken out before the text is tokenized, so that a line continued with a backslash stays so.
 */
export async function checkScopes(scopeName: string, marked: string): Promise<void> {
  const { text, marks } = readMarks(marked)
  const lines = await tokenize(text, scopeName)
  const source = text.split('\n')
  const wrong: string[] = []
  for (const mark of marks) {
    for (const token of lines[mark.line] ?? []) {
      const from = Math.max(token.start, mark.start)
      const to = Math.min(token.end, mark.end)
      if (from >= to) continue
      const has = (scope: string) => token.scopes.some((each) => each === scope || each.startsWith(`${scope}.`))
      const missing = mark.scopes.filter((scope) => !has(scope))
      const forbidden = mark.without.filter(has)
      if (missing.length === 0 && forbidden.length === 0) continue
      wrong.push(
        `${mark.line + 1}: ${source[mark.line]}\n   ${JSON.stringify(token.text)} is ${token.scopes.join(' ')}\n   wanted ${[...missing, ...forbidden.map((scope) => `not ${scope}`)].join(', ')}`,
      )
    }
    if (mark.end > (source[mark.line] ?? '').length) wrong.push(`${mark.line + 1}: the mark runs past the end of: ${source[mark.line]}`)
  }
  expect(marks.length, 'marks in the text').toBeGreaterThan(0)
  expect(wrong.join('\n')).toBe('')
}

/** The cases of a file beside this one: each begins with a line `#== title` and holds marked text, written as in a configuration file, without the escapes of TypeScript. */
export function readCases(name: string): { title: string; marked: string }[] {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8')
  return text
    .split(/^#== /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n')
      return { title: part.slice(0, end), marked: part.slice(end + 1).trimEnd() }
    })
}

interface Mark {
  readonly line: number
  readonly start: number
  readonly end: number
  readonly scopes: readonly string[]
  readonly without: readonly string[]
}

function readMarks(marked: string): { text: string; marks: Mark[] } {
  const lines: string[] = []
  const marks: Mark[] = []
  for (const line of marked.replace(/^\n/, '').split('\n')) {
    const mark = /^#\s*(?:<(-+)|(\^[\^ ]*))\s*(\S.*)$/.exec(line)
    if (!mark) {
      lines.push(line)
      continue
    }
    const [scopes, without] = splitScopes(mark[3] ?? '')
    const add = (start: number, end: number) => marks.push({ line: lines.length - 1, start, end, scopes, without })
    if (mark[1] !== undefined) add(0, mark[1].length)
    else for (const run of line.slice(0, line.length - (mark[3] ?? '').length).matchAll(/\^+/g)) add(run.index, run.index + run[0].length)
  }
  return { text: lines.join('\n'), marks }
}

function splitScopes(text: string): [readonly string[], readonly string[]] {
  const words = text.trim().split(/\s+/)
  const dash = words.indexOf('-')
  return dash < 0 ? [words, []] : [words.slice(0, dash), words.slice(dash + 1)]
}

function loadGrammars(): (scopeName: string) => Promise<IGrammar> {
  const wasm = readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'))
  const engine = oniguruma.loadWASM(wasm).then(() => ({
    createOnigScanner: (patterns: string[]) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text: string) => new oniguruma.OnigString(text),
  }))
  const registry = new textmate.Registry({
    onigLib: engine,
    loadGrammar: async (scopeName) => {
      if (scopeName === 'source.lua') return lua
      if (scopeName === 'source.perl') return null
      const file = new URL(`${scopeName.replace('source.', '')}.tmLanguage.json`, syntaxes)
      return textmate.parseRawGrammar(readFileSync(file, 'utf8'), file.pathname)
    },
  })
  return async (scopeName) => {
    const grammar = await registry.loadGrammar(scopeName)
    if (!grammar) throw new Error(`no grammar for ${scopeName}`)
    return grammar
  }
}
