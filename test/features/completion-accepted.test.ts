import { describe, expect, test } from 'vitest'
import { complete } from '../../server/src/features/completion/complete.ts'
import type { Proposal } from '../../server/src/features/completion/proposal.ts'
import { rules } from '../../server/src/rules/all.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { defaultSettings, type Settings } from '../../server/src/workspace/settings.ts'
import { problemsOf, readExample } from '../support/example.ts'
import { cursorMark, marked } from '../support/features.ts'

// Whatever directive is offered on a new line of an example, the config test has nothing against its being there.
const refusals: Readonly<Record<Dialect, readonly string[]>> = {
  nginx: ['nginx/not-allowed-here', 'nginx/unknown-directive'],
  apache: ['apache/not-allowed-here', 'apache/unknown-directive', 'apache/invalid-section'],
}

/** Lines behind which a new one may begin: those that end a directive or open a block. */
const mayFollow: Readonly<Record<Dialect, RegExp>> = { nginx: /[;{}]\s*$/, apache: /^(?!\s*#)(?!.*\\$).+$/ }

const lineOf = ({ label, kind }: Proposal, dialect: Dialect): string => {
  if (dialect === 'nginx') return kind === 'block' ? `${label} { }` : `${label};`
  return kind === 'block' ? `${label.slice(0, -1)} x>\n</${label.slice(1)}` : label
}

describe.each(['nginx', 'apache'] as const)('%s', (dialect) => {
  const only: Settings['rules'] = Object.fromEntries(rules.map(({ id }) => [id, refusals[dialect].includes(id) ? ('error' as const) : ('off' as const)]))
  const examples = rules.flatMap((rule) =>
    'dialect' in rule && rule.dialect === dialect ? rule.examples.passing.map((example) => [rule.id, example.title, example.files] as const) : [],
  )
  let total = 0
  /** One example of each rule. */
  const chosen = [...new Map(examples.map((each) => [each[0], each])).values()]

  test.each(chosen)('%s: %s', async (_id, _title, text) => {
    const { files } = readExample(text)
    const wrong: string[] = []
    let tried = 0
    for (const [path, content] of Object.entries(files)) {
      if (!(dialect === 'nginx' ? /nginx|\.conf$/ : /\.conf$|htaccess|httpd|sites-/).test(path)) continue
      const lines = content.split('\n')
      const at = lines.flatMap((line, i) => (mayFollow[dialect].test(line) ? [i + 1] : []))
      // A few places in each file, spread over it.
      for (const line of at.filter((_, i) => i % Math.max(1, Math.floor(at.length / 4)) === 0)) {
        const all = { ...files, [path]: [...lines.slice(0, line), cursorMark, ...lines.slice(line)].join('\n') }
        const fixture = marked(
          Object.entries(all)
            .map(([each, body]) => `#- ${each.replace('/workspace/', '')}\n${body}`)
            .join('\n'),
          dialect,
        )
        const offered = await fixture.state.ask(fixture.path, (view) =>
          // Where a file's place is not known anything is offered, and what is put there may tell it.
          view.configurations.every(({ configuration }) => configuration.contextKnown) ? complete(view, fixture.offset) : [],
        )
        const directives = offered?.filter(({ kind }) => kind === 'directive' || kind === 'block') ?? []
        if (directives.length === 0) continue
        const put = directives.map((each) => lineOf(each, dialect))
        const given = { ...files, [path]: [...lines.slice(0, line), ...put, ...lines.slice(line)].join('\n') }
        const last = line + put.join('\n').split('\n').length
        for (const problem of await problemsOf(given, { ...defaultSettings, rules: only })) {
          if (problem.path !== path || problem.range.start.line < line || problem.range.start.line >= last) continue
          const made = (given[path] ?? '').split('\n')[problem.range.start.line]
          if (problem.rule === 'apache/invalid-section' && !/without previous/.test(problem.configTest?.message ?? '')) continue
          wrong.push(`${path.replace('/workspace/', '')}:${line} ${made}: ${problem.message}`)
        }
        tried += directives.length
      }
    }
    expect(wrong).toEqual([])
    total += tried
  })

  test('there were enough of them', () => expect(total).toBeGreaterThan(20_000))
})
