import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { apacheVersions, askApache, canAskApache } from '../support/apache-test.ts'
import { problemsOf, workspace } from '../support/example.ts'
import { mustHaveServers } from '../support/real-server.ts'

// What Apache's modules for content say of their directives when the configuration is tested. In the table a line is a configuration (`⏎` ends a line of it,
// `@Directory` puts it into a section), and an indented line behind it is what Apache says; without one it says nothing.
interface Case {
  readonly text: string
  readonly says: string | undefined
}

const groups = readTable(readFileSync(new URL('apache-handlers-content.txt', import.meta.url), 'utf8'))

describe('what webconf says of directives of Apache', () => {
  for (const [module, cases] of groups) {
    it(module, async () => {
      const wrong: string[] = []
      for (const { text, says } of cases) {
        const found = await problemsOf({ [`${workspace}/httpd.conf`]: `ServerRoot /etc/apache2\nListen 80\n${text}` })
        const errors = found.filter((problem) => problem.configTest?.level === 'error').map((problem) => problem.configTest?.message)
        if (errors[0] !== says) wrong.push(`${text}  expected: ${says ?? 'nothing'}\n  found: ${errors[0] ?? 'nothing'}`)
      }
      expect(wrong.join('\n')).toBe('')
    })
  }
})

// Older servers know fewer flags and formats, and say some things otherwise.
const version = apacheVersions()?.apache.split('.').map(Number) ?? []
const isRecent = (version[1] ?? 0) > 4 || (version[2] ?? 0) >= 60

describe.skipIf(!canAskApache && !mustHaveServers)('what the installed Apache says of them', () => {
  for (const [module, cases] of groups) {
    it.skipIf(!isRecent)(module, { timeout: 120_000 }, async () => {
      const accepted = cases.filter(({ says }) => says === undefined)
      // What is accepted is asked at once, each in a virtual host of its own, and only one by one where that does not do.
      const [together] = await askApache([accepted.map(({ text }) => `<VirtualHost *:80>\n${text}</VirtualHost>\n`).join('')])
      const asked = together?.ok ? cases.filter(({ says }) => says !== undefined) : cases
      const verdicts = await askApache(asked.map(({ text }) => text))
      const wrong = asked.flatMap(({ text, says }, i) =>
        verdicts[i]?.message === says ? [] : [`${text}  expected: ${says ?? 'nothing'}\n  said: ${verdicts[i]?.message ?? 'nothing'}`],
      )
      expect(wrong.join('\n')).toBe('')
    })
  }
})

describe('what Apache logs, and goes on', () => {
  const warnings = async (text: string): Promise<string[]> => {
    const found = await problemsOf({ [`${workspace}/httpd.conf`]: `ServerRoot /etc/apache2\nListen 80\n${text}` })
    return found.flatMap(({ configTest, range }) => (configTest?.level === 'warn' ? [`${range.start.line - 1}: ${configTest.message}`] : []))
  }

  it('a module that is loaded twice', async () => {
    const text = 'LoadModule dir_module modules/mod_dir.so\nLoadModule env_module modules/mod_env.so\nLoadModule dir_module modules/mod_dir.so\n'
    expect(await warnings(text)).toEqual(['3: module dir_module is already loaded, skipping'])
  })

  it('a variable and its value in one word', async () => {
    expect(await warnings('SetEnv LANG=C\nSetEnv LANG C\n')).toEqual([
      "1: Spurious usage of '=' in an environment variable name. 'SetEnv LANG C' expected instead?",
    ])
  })

  it('a flag of a condition, and an option, without effect', async () => {
    expect(await warnings('RewriteCond %{REQUEST_FILENAME} !-f [NC]\nRewriteOptions MaxRedirects=10\n')).toEqual([
      `1: RewriteCond: NoCase option for non-regex pattern '-f' is not supported and will be ignored. (${workspace}/httpd.conf:3)`,
      '2: RewriteOptions: MaxRedirects option has been removed in favor of the global LimitInternalRecursion directive and will be ignored.',
    ])
  })
})

function readTable(table: string): [string, Case[]][] {
  return table
    .split(/^## /m)
    .slice(1)
    .map((group) => {
      const [module = '', ...lines] = group.trimEnd().split('\n')
      const cases: Case[] = []
      for (const line of lines) {
        const last = cases.at(-1)
        if (line.startsWith('  ') && last) cases[cases.length - 1] = { ...last, says: line.slice(2) }
        else cases.push({ text: configurationOf(line), says: undefined })
      }
      return [module, cases]
    })
}

function configurationOf(line: string): string {
  const inSection = /^@(\w+) (.*)$/.exec(line)
  const body = (inSection?.[2] ?? line).replaceAll(' ⏎ ', '\n')
  return inSection ? `<${inSection[1]} "/srv">\n${body}\n</${inSection[1]}>\n` : `${body}\n`
}
