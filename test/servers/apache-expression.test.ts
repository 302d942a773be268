import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { compilePattern } from '../../server/src/regex/pcre.ts'
import { logText } from '../../server/src/syntax/apache/expression/log-text.ts'
import { parseExpression } from '../../server/src/syntax/apache/expression/parse-expression.ts'
import { apacheBinary, mustHaveServers } from '../support/real-server.ts'
import { conditions, strings } from '../syntax/apache-expression-cases.ts'

// Each expression is given to the installed Apache, in a configuration of its own, and both must say the same.

const modulesFolder = '/usr/lib/apache2/modules'
/** Watchdog is built into some servers. */
const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'socache_shmcb', 'ssl', 'proxy', 'proxy_hcheck'].filter((name) =>
  existsSync(join(modulesFolder, `mod_${name}.so`)),
)

describe.skipIf(!apacheBinary && !mustHaveServers)('expressions as the installed Apache takes them', () => {
  const work = mkdtempSync(join(tmpdir(), 'webconf-expression-'))
  mkdirSync(join(work, 'logs'))
  afterAll(() => rmSync(work, { recursive: true, force: true }))
  const asked = conditions.flatMap(([, cases]) => cases.map(([text]) => text))

  it('conditions of our own', async () => {
    await compare(work, asked, false)
  })

  it('texts with variables in them', async () => {
    // A `\` there would go on with the next line.
    await compare(
      work,
      strings.map(([text]) => text).filter((text) => !text.endsWith('\\')),
      true,
    )
  })

  it('conditions with a word too many or too few', async () => {
    const random = randomNumbers(20261124)
    const pick = (all: readonly string[]): string => all[Math.floor(random() * all.length)] ?? ''
    const short = asked.filter((text) => text.length < 100)
    const changed = Array.from({ length: 150 }, () => {
      const text = pick(short)
      const at = Math.floor(random() * (text.length + 1))
      return random() < 0.4 ? text.slice(0, at) + text.slice(at + 1) : `${text.slice(0, at)}${pick(pieces)}${text.slice(at)}`
    })
    const heaps = Array.from({ length: 100 }, () => Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(pieces)).join(''))
    await compare(
      work,
      [...changed, ...heaps].filter((text) => !text.includes('${')),
      false,
    )
  })
})

const pieces = [
  ...[
    '%{REQUEST_URI}',
    '%{FOO}',
    '%{SSL_X}',
    '%{env:',
    '%{',
    '}',
    '"',
    "'",
    '"abc"',
    "'x'",
    '$1',
    '$',
    '12',
    '-5',
    'é',
    '@',
    '\\',
    '\\8',
    ' ',
    '\t',
    '%',
    '&',
    '|',
  ],
  ...[
    '==',
    '=',
    '=~',
    '!~',
    '!=',
    '<',
    '<=',
    '>',
    '>=',
    '&&',
    '||',
    'and',
    'or',
    'not',
    '!',
    '-f',
    '-R',
    '-ipmatch',
    '-foo',
    '-q',
    '-in',
    'in',
    'eq',
    '-',
    '.',
  ],
  ...['true', 'false', '(', ')', '{', ',', ':', '/a/', '/a', 'm#x#i', 'm_x', 'm_ _', '/(/', 'foo', 'req("x")', 'PeerExtList("1")', '"10.0.0.0/8"', '"::1/129"'],
]

/** Asks both of each text. */
async function compare(work: string, texts: readonly string[], isString: boolean): Promise<void> {
  const differences: { text: string; apache: string; webconf: string }[] = []
  const waiting = texts.entries()
  const worker = async (): Promise<void> => {
    for (const [i, text] of waiting) {
      const apache = await ask(join(work, `${isString ? 's' : 'c'}${i}.conf`), work, text, isString)
      const found = parseExpression(text, { isString, isLoaded: () => true, compiles: (pattern) => !('error' in compilePattern(pattern)) })
      const webconf = found.ok ? 'ok' : logText(found.message)
      if (apache !== webconf) differences.push({ text, apache, webconf })
    }
  }
  await Promise.all([worker(), worker()])
  expect(differences).toEqual([])
}

/** `Require expr` takes its expression as it is, apart from the quotes around it; `Require user` a text as it is. */
function ask(file: string, work: string, text: string, isString: boolean): Promise<string> {
  const load = modules.map((name) => `LoadModule ${name}_module ${modulesFolder}/mod_${name}.so`)
  const main = ['ServerName localhost', 'Listen 127.0.0.1:8199', `ServerRoot ${work}`, `DefaultRuntimeDir ${work}`, ...load]
  writeFileSync(file, `${[...main, '<Location />', isString ? `Require user ${text}` : `Require expr "${text}"`, '</Location>'].join('\n')}\n`)
  return new Promise((resolve) => {
    execFile(apacheBinary ?? 'apache2', ['-t', '-f', file], { encoding: 'utf8', timeout: 20_000 }, (error, stdout, stderr) => {
      rmSync(file, { force: true })
      const output = stdout + stderr
      if (!error) resolve('ok')
      else resolve(/Cannot parse expression in require line: (.*)/.exec(output)?.[1] ?? /flex scanner jammed/.exec(output)?.[0] ?? output)
    })
  })
}

/** The same numbers each time. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
