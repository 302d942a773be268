import { describe, expect, it } from 'vitest'
import { askApache, canAskApache } from './apache-test.ts'
import { problemsOf, workspace } from './example.ts'

/** A text of a configuration, its lines one below the other, and what Apache says of it: `ok`, or its error. */
export type ApacheRow = readonly [text: string, message: string]

/** What stands before each text. */
const head = 'ServerRoot /etc/apache2\nListen 8123\n'

/** Checks of each row that webconf says what stands there, and that the installed Apache does. */
export function checkApacheRows(groups: Readonly<Record<string, readonly ApacheRow[]>>): void {
  describe.each(Object.entries(groups))('%s', (_, rows) => {
    it.each(rows)('%s', async (text, message) => {
      expect(await firstError(text)).toBe(message)
    })

    it.skipIf(!canAskApache)('the installed Apache says the same', { timeout: 120_000 }, async () => {
      const accepted = rows.filter(([, message]) => message === 'ok').map(([text]) => text)
      const refused = rows.filter(([, message]) => message !== 'ok')
      const [together, ...verdicts] = await askApache([accepted.join('\n'), ...refused.map(([text]) => text)])
      expect(together?.message).toBeUndefined()
      expect(refused.map(([text], i) => [text, verdicts[i]?.message])).toEqual(refused)
    })
  })
}

/** Checks of each text that webconf warns as it stands there, and that the installed Apache does. */
export function checkApacheWarnings(rows: readonly (readonly [text: string, warnings: readonly string[]])[]): void {
  it.each(rows)('warnings: %s', async (text, warnings) => {
    expect(await warningsOf(text)).toEqual(warnings)
  })

  it.skipIf(!canAskApache)('the installed Apache warns of the same', { timeout: 120_000 }, async () => {
    const verdicts = await askApache(rows.map(([text]) => text))
    expect(verdicts.map((verdict) => verdict.warnings.map((warning) => warning.replace(/^AH\d+: /, '')))).toEqual(rows.map(([, warnings]) => warnings))
  })
}

async function warningsOf(text: string): Promise<string[]> {
  const problems = await problemsOf({ [`${workspace}/httpd.conf`]: `${head}${text}\n` })
  return problems.filter((problem) => problem.configTest?.level === 'warn').map((problem) => problem.configTest?.message ?? '')
}

async function firstError(text: string): Promise<string> {
  const problems = await problemsOf({ [`${workspace}/httpd.conf`]: `${head}${text}\n` })
  const [first] = problems
    .filter((problem) => problem.configTest?.level === 'error')
    .sort((one, other) => (one.configTest?.line ?? 0) - (other.configTest?.line ?? 0))
  return first?.configTest?.message ?? 'ok'
}
