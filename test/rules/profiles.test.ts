import { describe, expect, it } from 'vitest'
import { problemsOf, workspace } from '../support/example.ts'

// Which rules run is said by the profile, and before it by the user's own word on a rule.
const configuration = 'events {}\nhttp {\n    server { listen 80 ; server_name _; location /a { alias /srv/a/; } }\n}\n'
const found = async (settings: object, text = configuration): Promise<string[]> =>
  (await problemsOf({ [`${workspace}/nginx.conf`]: text, [`${workspace}/webconf.json`]: JSON.stringify(settings) })).map(
    ({ rule, severity }) => `${severity} ${rule}`,
  )

const traversal = 'warning nginx/alias-slash-mismatch'
const advice = 'info nginx/body-limit-not-set'
const taste = 'hint style/space-before-semicolon'

describe('profiles', () => {
  it('recommended: what is wrong, without the advice that many do not follow and without matters of taste', async () => {
    const problems = await found({})
    expect(problems).toContain(traversal)
    expect(problems).not.toContain(advice)
    expect(problems).not.toContain(taste)
  })
  it('strict: the advice too, but no matters of taste', async () => {
    const problems = await found({ profile: 'strict' })
    expect(problems).toContain(traversal)
    expect(problems).toContain(advice)
    expect(problems).not.toContain(taste)
  })
  it('off: nothing', async () => {
    expect(await found({ profile: 'off' })).toEqual([])
  })
  it('a rule that the settings name runs under each profile, with the severity that they give it', async () => {
    const rules = { 'style/space-before-semicolon': 'warning', 'nginx/alias-slash-mismatch': 'error' }
    for (const profile of ['recommended', 'strict', 'off']) {
      const problems = await found({ profile, rules })
      expect(problems).toContain('warning style/space-before-semicolon')
      expect(problems).toContain('error nginx/alias-slash-mismatch')
    }
    expect(await found({ profile: 'strict', rules: { 'nginx/alias-slash-mismatch': 'off' } })).not.toContain(traversal)
  })
})

describe('comments that ignore', () => {
  const ignoring = (rule: string): string => configuration.replace('    server', `    # webconf: ignore ${rule} -- known\n    server`)
  it('silence a rule in the block below them', async () => {
    expect(await found({}, ignoring('nginx/alias-slash-mismatch'))).not.toContain(traversal)
  })
  it('are themselves reported where they ignore nothing', async () => {
    const problems = await found({}, ignoring('nginx/duplicate'))
    expect(problems).toContain(traversal)
    expect(problems).toContain('warning webconf/unused-ignore')
  })
})
