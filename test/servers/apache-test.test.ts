import { afterAll, describe, expect, it } from 'vitest'
import { apacheDirectives } from '../../server/src/catalog/apache/catalog.ts'
import { rules } from '../../server/src/rules/all.ts'
import { defaultSettings } from '../../server/src/workspace/settings.ts'
import { dependsOnMachine, madeHtaccess, madeLines } from '../support/apache-lines.ts'
import { type ApacheVerdict, apacheVersions, canAskApache, loadAll, makeApacheTest } from '../support/apache-test.ts'
import { applyEdits, type FiledProblem, problemsOf, readExample, show, workspace } from '../support/example.ts'
import { makeServerFolder, mustHaveServers, startApache } from '../support/real-server.ts'

// webconf says what the installed `apache2 -t` says of lines made from the catalog: in the directive's own context and in others, with too few and
// too many arguments, with values of many kinds.
const apache = canAskApache ? makeApacheTest() : undefined
afterAll(() => apache?.remove())
const versions = apacheVersions()
const settings = {
  ...defaultSettings,
  apache: { ...defaultSettings.apache, version: versions?.apache },
  modWsgi: { ...defaultSettings.modWsgi, version: versions?.modWsgi },
}

describe.skipIf(!apache && !mustHaveServers)(`apache2 -t${versions ? ` ${versions.apache}` : ' (not installed)'}`, () => {
  for (const rule of rules) {
    if (!/^(apache|wsgi)\//.test(rule.id)) continue
    for (const [kind, examples] of Object.entries(rule.examples)) {
      for (const example of examples) {
        const { files } = readExample(example.files)
        const [root, ...others] = Object.keys(files)
        if (root === undefined || others.length > 0) continue
        // A whole configuration for a server with all modules.
        if (!/^Listen/m.test(files[root] ?? '') || /^LoadModule/m.test(files[root] ?? '')) continue
        it(`${rule.id}, ${kind}: ${example.title}`, async () => {
          const problems = await problemsOf(files, settings)
          await expectAgreement(files[root] ?? '', problems)
          for (const fix of problems.flatMap((problem) => problem.fixes ?? [])) {
            const mended = applyEdits(files, fix.edits)
            if (fix.edits.length > 0 && Object.keys(mended).length === 1)
              await expectAgreement(mended[root] ?? '', await problemsOf(mended, settings), `after "${fix.title}"`)
          }
        })
      }
    }
  }

  it('of lines made from every directive', async () => {
    const wrong: string[] = []
    let compared = 0
    await eachAtOnce([...madeLines()], async (text) => {
      if (!apache) throw new Error('Apache is not installed')
      const verdict = await apache.says(text)
      if (dependsOnMachine(verdict.message)) return
      compared++
      const errors = (await problemsOf({ [`${workspace}/httpd.conf`]: text }, settings)).filter((problem) => problem.configTest?.level === 'error')
      if (verdict.ok ? errors.length > 0 : !errors.some((problem) => agrees(verdict, problem))) {
        const ours = errors.map((each) => `${each.configTest?.line} ${each.configTest?.message}`).join('; ')
        wrong.push(`${text.trimEnd()}\n  apache2: ${verdict.line ?? ''} ${verdict.message ?? 'accepted'}\n  webconf: ${ours || 'no error'}`)
      }
    })
    expect(wrong.join('\n\n')).toBe('')
    expect(compared).toBeGreaterThan(800)
  }, 600_000)

  it('of .htaccess files made from every directive, asked for by requests', async () => {
    const texts = [...madeHtaccess()]
    const said = await errorsByRequest(texts)
    const wrong: string[] = []
    for (const [i, text] of texts.entries()) {
      const message = said.get(i)
      if (dependsOnMachine(message)) continue
      const errors = (await problemsOf({ [`${workspace}/.htaccess`]: text }, settings)).filter((problem) => problem.configTest?.level === 'error')
      if (message === undefined ? errors.length > 0 : !errors.some((problem) => agrees({ message, line: undefined }, problem))) {
        wrong.push(
          `${text.trimEnd()}\n  apache2: ${message ?? 'accepted'}\n  webconf: ${errors.map((each) => each.configTest?.message).join('; ') || 'no error'}`,
        )
      }
    }
    expect(wrong.join('\n\n')).toBe('')
    expect(texts.length).toBeGreaterThan(400)
  }, 120_000)
})

/** Apache's verdict is webconf's, and its first error is among ours; not where it depends on more than the text. */
async function expectAgreement(text: string, problems: readonly FiledProblem[], when = ''): Promise<void> {
  if (!apache) throw new Error('Apache is not installed')
  const verdict = await apache.says(text)
  if (dependsOnMachine(verdict.message) || isOfOtherModule(verdict)) return
  const errors = problems.filter((problem) => problem.configTest?.level === 'error')
  const context = `${when}\n${text}\napache2: ${verdict.line ?? ''} ${verdict.message ?? 'accepted'}\nwebconf: ${errors.map(show).join('\n')}`
  if (verdict.ok) expect(errors, context).toEqual([])
  else
    expect(
      errors.some((problem) => agrees(verdict, problem)),
      context,
    ).toBe(true)
}

/** Apache does not know a directive because its module is not installed here. */
const isOfOtherModule = ({ message = '' }: ApacheVerdict): boolean =>
  apacheDirectives(/^Invalid command '<?([^',]*)'/.exec(message)?.[1] ?? '').some((entry) => entry.source === 'third-party')

/** What the running server logs of each `.htaccess` when something in its folder is asked for. */
async function errorsByRequest(texts: readonly string[]): Promise<Map<number, string>> {
  const folder = makeServerFolder()
  for (const [i, text] of texts.entries()) {
    folder.put(`/srv/www/${i}/.htaccess`, text)
    folder.put(`/srv/www/${i}/page.txt`, 'x')
  }
  const config = `ServerRoot /srv\nListen 80\n${loadAll()}User www-data\nGroup www-data\nTypesConfig /etc/mime.types\nDocumentRoot /srv/www
ErrorLogFormat "%M"\n<Directory />\nAllowOverride None\nRequire all denied\n</Directory>
<Directory /srv/www>\nAllowOverride All\nRequire all granted\n</Directory>\n`
  const server = await startApache(folder, config, false)
  for (const i of texts.keys()) await server.get(`/${i}/page.txt`)
  const said = new Map<number, string>()
  for (const [, number, message = ''] of server.log().matchAll(/\/(\d+)\/\.htaccess: (.*)$/gm)) if (!said.has(Number(number))) said.set(Number(number), message)
  await server.stop()
  folder.remove()
  return said
}

/** Names are compared in any letter case: some modules write their own in small letters. */
function agrees({ message, line }: Pick<ApacheVerdict, 'message' | 'line'>, problem: FiledProblem): boolean {
  const plain = (text: string | undefined): string | undefined => text?.replace(/\s+/g, ' ').trim().toLowerCase()
  return plain(problem.configTest?.message) === plain(message) && (line === undefined || problem.configTest?.line === line)
}

async function eachAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let at = 0
  const worker = async (): Promise<void> => {
    for (let item = items[at++]; item !== undefined; item = items[at++]) await work(item)
  }
  await Promise.all([worker(), worker()])
}
