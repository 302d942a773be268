import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NginxParser, type NginxParseTreeNode } from 'nginx-conf/dist/src/parser.js'
import { afterAll, describe, expect, it } from 'vitest'
import { type FormatOptions, formatDocument } from '../../server/src/features/format.ts'
import { applyReplacements } from '../../server/src/problem/edits.ts'
import { rules } from '../../server/src/rules/all.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { decode } from '../../server/src/workspace/encoding.ts'
import { canAskApache, makeApacheTest } from '../support/apache-test.ts'
import { readExample } from '../support/example.ts'
import { installedNginx } from '../support/nginx-test.ts'
import { mustHaveServers } from '../support/real-server.ts'

// The real servers and a parser of others read the same of a configuration before and after it is laid out. Every gap is another one then: the
// indentation is six spaces, and where a line is nothing but plain words, the gaps were made wide before.
const options: FormatOptions = { indent: '      ', tabWidth: 8, align: true }
const nginx = installedNginx()
const apache = canAskApache ? makeApacheTest() : undefined
afterAll(() => {
  nginx?.remove()
  apache?.remove()
})

/** Undefined where the file is refused. */
function layOut(text: string, dialect: Dialect): string | undefined {
  const formatted = formatDocument(text, dialect, [], options)
  return 'refused' in formatted ? undefined : applyReplacements(text, formatted.replacements)
}

const widened = (text: string): string => text.replace(/^[ \t]*[\w-]+( [\w./:*%{}$+=-]+)+;?$/gm, (line) => line.replace(/(?<=\S) /g, '   '))

/** Of the rules' examples for a server that are one file, each third. */
function examplesOf(family: RegExp, isRoot: RegExp): string[] {
  const texts = new Set<string>()
  for (const rule of rules) {
    if (!family.test(rule.id)) continue
    for (const example of Object.values(rule.examples).flat()) {
      const [text, ...others] = Object.values(readExample(example.files).files)
      if (text !== undefined && others.length === 0 && isRoot.test(text)) texts.add(text)
    }
  }
  return [...texts].filter((_, i) => i % 3 === 0)
}

async function eachTwoAtOnce<T>(all: readonly T[], use: (each: T) => Promise<void>): Promise<void> {
  const waiting = [...all]
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await use(next)
  }
  await Promise.all([work(), work()])
}

const corpora = new URL('../../../shared/corpora', import.meta.url).pathname

describe.skipIf(!apache && !mustHaveServers)('Apache', () => {
  /** The directives that Apache has read, with one space between arguments outside quotes; to the letter where the arguments are an expression. */
  const read = async (text: string): Promise<string | undefined> => {
    const dump = await apache?.dump(text)
    return dump?.replace(/^ *(?!\s*<|\s*SSLRequire |\s*Require +(not +)?(expr|ldap)).*$/gm, (line) =>
      line.replace(/"(?:\\.|[^"\\])*"|'[^']*'|(?<=\S)[ \t]+/g, (part) => (/^[ \t]/.test(part) ? ' ' : part)),
    )
  }
  const compare = async (texts: readonly string[]): Promise<number> => {
    let compared = 0
    const wrong: string[] = []
    await eachTwoAtOnce(texts, async (text) => {
      const before = await read(text)
      const after = layOut(widened(text), 'apache')
      if (before === undefined || after === undefined) return
      compared++
      const now = await read(after)
      if (now !== before) wrong.push(`${text}\n--- becomes\n${after}\n--- read as\n${before}\n--- and then as\n${now}`)
    })
    expect(wrong.join('\n\n')).toBe('')
    return compared
  }
  it('has read the same directives of the examples', async () => {
    expect(await compare(examplesOf(/^(apache|wsgi)\//, /./).map((text) => text.replace(/^Listen.*$/gm, '')))).toBeGreaterThan(50)
  }, 600_000)
  const available = '/etc/apache2/mods-available'
  it.skipIf(!existsSync(available))(
    'has read the same of the configuration of its modules',
    async () => {
      const files = readdirSync(available).filter((name) => name.endsWith('.conf'))
      expect(await compare(files.map((name) => readFileSync(join(available, name), 'utf8')))).toBeGreaterThan(10)
    },
    600_000,
  )
})

/**
 * What a parser of others reads of a text: names, values and comments, the blanks in values made one; undefined where it reads nothing. It takes a
 * comment inside a directive for a name at times: what comes of that says nothing.
 */
function readByOthers(text: string): string | undefined {
  let read: string | undefined
  new NginxParser().parse(text, (error, tree) => {
    if (!error && tree) read = JSON.stringify(plain(tree))
    if (read?.includes('["#')) read = undefined
  })
  return read
}

const plain = ({ name, value, comments, children }: NginxParseTreeNode): unknown => [
  name,
  String(value).replace(/\s+/g, ' ').trim(),
  comments.map((comment) => comment.trim()),
  (children ?? []).map(plain),
]

describe.skipIf(!nginx && !mustHaveServers)('nginx', () => {
  it('says the same of the examples, and warns of the same', async () => {
    const wrong: string[] = []
    let compared = 0
    await eachTwoAtOnce(examplesOf(/^nginx\//, /^\s*(events|server|upstream|map)\b/m), async (text) => {
      const whole = /^\s*events\b/m.test(text) ? text : `events {}\nhttp {\n${text}\n}\n`
      const after = layOut(widened(whole), 'nginx')
      if (after === undefined) return
      compared++
      const [one, other] = await Promise.all([whole, after].map((each) => nginx?.test({ 'nginx.conf': each }, 'nginx.conf')))
      const said = (verdict: typeof one): string =>
        JSON.stringify([verdict?.accepted, verdict?.message, [...(verdict?.warnings ?? [])].sort()]).replace(/:\d+/g, '')
      const withoutFolder = (text: string): string => text.replace(/webconf-nginx-\w+\/\d+/g, '')
      if (withoutFolder(said(one)) !== withoutFolder(said(other))) wrong.push(`${whole}\n--- ${said(one)}\n${after}\n--- ${said(other)}`)
      const [before, now] = [readByOthers(whole), readByOthers(after)]
      if (before !== undefined && now !== undefined && now !== before) wrong.push(`${whole}\n--- is read otherwise\n${after}`)
    })
    expect(wrong.join('\n\n')).toBe('')
    expect(compared).toBeGreaterThan(50)
  }, 600_000)

  it.skipIf(!existsSync(corpora))('is read the same by a parser of others over the corpora (only where ../shared/corpora is there)', () => {
    let compared = 0
    const wrong: string[] = []
    for (const path of filesBelow(join(corpora, 'nginx'))) {
      const { text } = decode(readFileSync(path))
      const after = layOut(text, 'nginx')
      const before = after === undefined ? undefined : readByOthers(text)
      if (after === undefined || before === undefined) continue
      compared++
      const now = readByOthers(after)
      if (now !== undefined && now !== before) wrong.push(path)
    }
    expect(wrong).toEqual([])
    expect(compared).toBeGreaterThan(700)
  })
})

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else yield path
  }
}
