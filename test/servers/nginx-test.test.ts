import { afterAll, describe, expect, it } from 'vitest'
import { eachNginxDirective, isInNginxVersion, type NginxContext, type NginxEntry, nginxDirectives } from '../../server/src/catalog/nginx/catalog.ts'
import { rules } from '../../server/src/rules/all.ts'
import { relativeTo } from '../../server/src/workspace/path.ts'
import { defaultSettings, type Settings } from '../../server/src/workspace/settings.ts'
import { applyEdits, type FiledProblem, problemsOf, readExample, rulesOf, show, workspace } from '../support/example.ts'
import { installedNginx, type NginxVerdict } from '../support/nginx-test.ts'
import { mustHaveServers } from '../support/real-server.ts'

// webconf says what the installed `nginx -t` says: of every example of a rule for nginx, of what each fix makes of it, and of lines
// made from the catalog.
const nginx = installedNginx()
const settings: Settings = { ...defaultSettings, nginx: { ...defaultSettings.nginx, version: nginx?.version } }
afterAll(() => nginx?.remove())

describe.skipIf(!nginx && !mustHaveServers)(`nginx -t${nginx ? ` ${nginx.version}` : ' (not installed)'}`, () => {
  for (const rule of rules) {
    if (!('dialect' in rule) || rule.dialect !== 'nginx') continue
    for (const [kind, examples] of Object.entries(rule.examples)) {
      for (const example of examples) {
        const { files: given } = readExample(example.files)
        const { files, root } = wholeOf(given)
        if (root === undefined) continue
        it(`${rule.id}, ${kind}: ${example.title}`, async () => {
          const wanted = { ...settings, rules: rulesOf(rule) }
          const problems = await problemsOf(files, wanted)
          const verdict = await verdictOf(files, root)
          // A piece may need what is elsewhere; its fixes are tried where it stands by itself.
          if (files !== given && !verdict.accepted) return
          expectAgreement(verdict, problems, root, files)
          for (const problem of problems) {
            for (const fix of problem.fixes ?? []) {
              if (fix.edits.length === 0) continue
              const mended = applyEdits(files, fix.edits)
              const after = await problemsOf(mended, wanted)
              expectAgreement(await verdictOf(mended, root), after, root, mended, `after "${fix.title}"`)
            }
          }
        })
      }
    }
  }

  it('of lines made from every directive', async () => {
    const wrong: string[] = []
    let compared = 0
    // A test by nginx with all of its modules takes its time: every second line, WEBCONF_LINES=all for all of them.
    const lines = [...madeLines()].filter((_, i) => i % 2 === 0 || process.env.WEBCONF_LINES === 'all')
    await eachAtOnce(lines, async ({ frame, line }) => {
      const files = { [`${workspace}/nginx.conf`]: frame(line) }
      const verdict = await verdictOf(files, `${workspace}/nginx.conf`)
      if (verdict.environment) return
      compared++
      const errors = errorsIn(await problemsOf(files, settings))
      if (verdict.accepted ? errors.length > 0 : !errors.some((problem) => agrees(verdict, problem))) {
        wrong.push(
          `${frame(line)}\n  nginx: ${verdict.line ?? ''} ${verdict.message ?? 'accepted'}\n  webconf: ${errors.map((each) => `${each.configTest?.line} ${each.configTest?.message}`).join('; ') || 'no error'}`,
        )
      }
    })
    expect(wrong).toEqual([])
    expect(compared).toBeGreaterThan(1000)
  }, 300_000)
})

/** An example's files with a main configuration: its own, or one around its first piece of the http block. */
function wholeOf(files: Record<string, string>): { readonly files: Record<string, string>; readonly root: string | undefined } {
  const paths = Object.keys(files)
  const root = paths.find((path) => /^\s*events\b/m.test(files[path] ?? ''))
  if (root !== undefined) return { files, root }
  const piece = paths.find((path) => /\.conf$/.test(path) && /^(?:server|location|map|upstream)\b[^;]*\{/m.test(files[path] ?? ''))
  if (piece === undefined || paths.some((path) => /^stream\b/m.test(files[path] ?? ''))) return { files, root: undefined }
  const include = `include ${relativeTo(piece, workspace)};`
  const inside = /^location\b/m.test(files[piece] ?? '') ? `server { ${include} }` : include
  const made = `${workspace}/main.conf`
  return { files: { ...files, [made]: `events {}\nhttp { ${inside} }\n` }, root: made }
}

const errorsIn = (problems: readonly FiledProblem[]): FiledProblem[] => problems.filter((problem) => problem.configTest?.level === 'emerg')

function verdictOf(files: Readonly<Record<string, string>>, root: string): Promise<NginxVerdict> {
  const moved = Object.fromEntries(Object.entries(files).map(([path, text]) => [relativeTo(path, workspace), text]))
  if (!nginx) throw new Error('nginx is not installed')
  return nginx.test(moved, relativeTo(root, workspace))
}

function agrees({ message, line }: NginxVerdict, problem: FiledProblem): boolean {
  const plain = (text: string | undefined): string | undefined => text?.replace(/ in \S+:\d+$/, '')
  return (
    plain(problem.configTest?.message) === plain(message) && (line === undefined || problem.configTest?.line === undefined || problem.configTest.line === line)
  )
}

/** nginx's verdict is webconf's, its first error is among ours, and its warnings are. */
function expectAgreement(verdict: NginxVerdict, problems: readonly FiledProblem[], root: string, files: Readonly<Record<string, string>>, when = ''): void {
  if (verdict.environment || isOfOtherModule(verdict)) return
  const errors = errorsIn(problems)
  const context = `${when}\n${files[root]}\nnginx: ${verdict.line ?? ''} ${verdict.message ?? 'accepted'}\nwebconf: ${errors.map(show).join('\n')}`
  if (verdict.accepted) {
    expect(errors, context).toEqual([])
    const warnings = problems.filter((problem) => problem.configTest?.level === 'warn').map((problem) => problem.configTest?.message)
    expect([...verdict.warnings].sort(), context).toEqual([...warnings].sort())
  } else
    expect(
      errors.some((problem) => agrees(verdict, problem)),
      context,
    ).toBe(true)
}

/** nginx does not know a directive because the module is not installed here. */
const isOfOtherModule = ({ message }: NginxVerdict): boolean => {
  const name = /^unknown directive "(.*)"$/.exec(message ?? '')?.[1]
  return name !== undefined && nginxDirectives(name).some((entry) => entry.source === 'third-party' || entry.source === 'plus')
}

type Frame = (line: string) => string
/** A whole configuration around a line, for each context. */
const frames: Partial<Record<NginxContext, Frame>> = {
  main: (line) => `${line}\nevents {}\n`,
  events: (line) => `events {\n${line}\n}\n`,
  http: (line) => `events {}\nhttp {\n${line}\n}\n`,
  server: (line) => `events {}\nhttp { server {\n${line}\n} }\n`,
  location: (line) => `events {}\nhttp { server { location / {\n${line}\n} } }\n`,
  'if-in-location': (line) => `events {}\nhttp { server { location / { if ($host) {\n${line}\n} } } }\n`,
  upstream: (line) => `events {}\nhttp { upstream app { server 127.0.0.1:1;\n${line}\n} }\n`,
  stream: (line) => `events {}\nstream {\n${line}\n}\n`,
  'stream-server': (line) => `events {}\nstream { server { listen 127.0.0.1:64999; proxy_pass 127.0.0.1:1;\n${line}\n} }\n`,
  'stream-upstream': (line) => `events {}\nstream { upstream app { server 127.0.0.1:1;\n${line}\n} }\n`,
  mail: (line) => `events {}\nmail {\n${line}\n}\n`,
}

/** Values of many kinds: right for some directives, wrong for others. */
const values = [
  'on',
  'off',
  'foo',
  '0',
  '10',
  '-1',
  '10k',
  '1g',
  '5m',
  '30m1h',
  '$uri',
  '${x',
  'a$',
  '"a b"',
  '""',
  '/p',
  'http://127.0.0.1:1/a',
  'x:99999',
  'unix:/a',
  '[::1]:80',
  '~(',
  '=404',
]
values.push(
  '99999999999999999999',
  'all',
  '127.0.0.1',
  '10.0.0.1/8',
  'zone=a:1m',
  'zone=a',
  'max=1',
  '301',
  'shared:A:1m',
  'levels=1:2',
  'rate=1r/s',
  'keys_zone=k:1m',
  '^/x(',
  '50%',
  '8 4k',
  'TLSv1.2',
)

/** For each directive some lines: no value, one of each kind in turn, two, twice, a block, and in a context that is not its own. */
function* madeLines(): Generator<{ frame: Frame; line: string }> {
  let turn = 0
  const next = (): string => values[turn++ % values.length] ?? ''
  for (const entry of eachNginxDirective()) {
    if (entry.source === 'third-party' || entry.source === 'plus' || !isInNginxVersion(entry, nginx?.version ?? '') || skipped(entry)) continue
    const own = entry.contexts.map((context) => frames[context]).filter((frame) => frame !== undefined)
    const [frame] = own
    if (!frame) continue
    const { name } = entry
    const end = entry.block ? '{ }' : ';'
    yield { frame, line: `${name} ${next()}${end}` }
    yield { frame: own.at(-1) ?? frame, line: `${name} ${next()} ${next()}${end}` }
    yield { frame, line: entry.block ? `${name};` : `${name} ${next()};\n${name} ${next()};` }
    const other = Object.entries(frames).find(([context]) => !entry.contexts.includes(context as NginxContext))?.[1]
    if (other !== undefined && turn % 3 === 0) yield { frame: other, line: `${name} ${next()}${end}` }
  }
}

/** What depends on the machine or runs code. */
const skipped = ({ name, module }: NginxEntry): boolean =>
  /^(perl|include|load_module|user|pid|ssl_engine|env|google_perf|lua_|master_process|daemon)|_by_lua/.test(name) ||
  /nchan|fancyindex|lua|devpoll|eventport|kqueue|iocp|degradation|cpp_test/.test(module)

/** Runs with a few workers, each taking the next item. */
async function eachAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let at = 0
  const worker = async (): Promise<void> => {
    for (let item = items[at++]; item !== undefined; item = items[at++]) await work(item)
  }
  await Promise.all([worker(), worker(), worker()])
}
