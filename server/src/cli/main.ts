import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { requestOfUrl } from '../request/read-url.ts'
import { readText, UsageError } from './open-workspace.ts'
import { requestsOfBatch } from './read-batch.ts'

const usage = `webconf: reads Apache httpd and nginx configuration, and the application behind it, and says what is wrong

  webconf check [paths]     problems in files and folders (default: this folder)
      --format text|json    how they are printed (default: text)
      --fix                 apply the fixes that keep the meaning
      --fail-on LEVEL       exit with 1 from error, warning (default), info or hint on
      --dialect nginx|apache, --context CONTEXT
                            what the named files are, where they do not tell
      --workspace DIR       check the named files as parts of this folder
      --settings FILE       in place of webconf.json
      --nginx-version V, --apache-version V, --mod-wsgi-version V
  webconf format [paths]    lays out files and folders (default: this folder) where they are, "-" from standard input to output;
                            only white space changes, and a file with a syntax error stays as it is (exit status 2)
      --check               name the files that would change, write nothing, and exit with 1 if there are any
      --indent N|tab        one step of indentation (default: 4 spaces)
      --align               values of neighbouring directives below each other (default: where they are so already)
      --dialect nginx|apache, --settings FILE
  webconf deployment [folder]
                            sites, the applications behind them, and what was found of each and where;
                            --format text|json, --settings FILE
  webconf request URL       what the server does with a request, and which lines decided; nothing is started
      --config FILE         the root of the configuration, as given to nginx -c or apache2 -f (default: /etc/nginx/nginx.conf,
                            /etc/apache2/apache2.conf or /etc/httpd/conf/httpd.conf, the first that is there)
      --method M, --header 'Name: value' (any number), --http-version V
      --connect ADDRESS:PORT, --client ADDRESS
      --batch FILE          a JSON array of requests in place of the URL
      --format text|json
  webconf test [paths]      asks what comments ("# webconf: expect GET / -> 200") and webconf.requests.yaml expect of requests, in folders and files
                            (default: this folder), and says what passes and what fails and why
      --format text|json|junit
      --workspace DIR       where the configuration of named files lies (default: this folder)
      --settings FILE
  webconf log FILE|-        what the messages of an error log mean (nginx, Apache, mod_wsgi, gunicorn, uWSGI, Django, Python; "-": from
                            standard input), and the lines of this folder that caused them, with what mends them
      --workspace DIR       where the configuration and the application lie (default: this folder)
      --follow              go on as the log grows
      --format text|json, --settings FILE
  webconf convert FILE --to nginx|apache
                            the configuration in the other server's language on standard output, and on standard error what differs and what
                            is left (exit status 1); a .htaccess goes to nginx too
      --server NAME         only the server or virtual host of this name
      --output FILE         written there
      --format text|json
  webconf rules [id]        the rules, or one rule's page
  webconf lsp --stdio       the language server
  webconf --version, --help
`

const values = { format: ['text', 'json'], 'fail-on': ['error', 'warning', 'info', 'hint'], dialect: ['nginx', 'apache'] } as const

/** Each command is read when it is asked for: what another needs (the rules, the catalogs) costs it nothing. */
async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv
  switch (command) {
    case 'check':
      return runCheck(rest)
    case 'format':
      return runFormat(rest)
    case 'deployment':
      return runDeployment(rest)
    case 'request':
      return runRequest(rest)
    case 'test':
      return runTest(rest)
    case 'log':
      return runLog(rest)
    case 'convert':
      return runConvert(rest)
    case 'rules':
      return showRules(rest)
    case 'lsp': {
      // The server's connection reads `--stdio` from the arguments itself.
      await import('../lsp/node-main.ts')
      return new Promise(() => undefined)
    }
    case '--version':
    case '-v':
      process.stdout.write(`${packageVersion()}\n`)
      return 0
    case '--help':
    case '-h':
    case 'help':
    case undefined:
      process.stdout.write(usage)
      return command === undefined ? 2 : 0
    default:
      throw new UsageError(`there is no command "${command}"; see webconf --help`)
  }
}

async function runCheck(args: readonly string[]): Promise<number> {
  const { values: given, positionals } = parse(args)
  const foreign = ['check', 'indent', 'align'].find((each) => each in given)
  if (foreign !== undefined) throw new UsageError(`check does not take --${foreign}`)
  const choice = <K extends keyof typeof values>(name: K, fallback: (typeof values)[K][number] | undefined): (typeof values)[K][number] | undefined => {
    const value = given[name]
    if (value === undefined) return fallback
    const allowed: readonly string[] = values[name]
    if (!allowed.includes(value)) throw new UsageError(`--${name} takes ${allowed.join(', ')}, not "${value}"`)
    return value as (typeof values)[K][number]
  }
  const version = (value: string | undefined): Record<string, unknown> => (value === undefined ? {} : { version: value })
  const { check } = await import('./check.ts')
  return check({
    paths: positionals.length > 0 ? positionals : ['.'],
    format: choice('format', 'text') ?? 'text',
    fix: given.fix === true,
    failOn: choice('fail-on', 'warning') ?? 'warning',
    dialect: choice('dialect', undefined),
    context: contextOf(given.context),
    workspace: given.workspace,
    settingsFile: given.settings,
    editor: { nginx: version(given['nginx-version']), apache: version(given['apache-version']), modWsgi: version(given['mod-wsgi-version']) },
  })
}

async function runFormat(args: readonly string[]): Promise<number> {
  const { values: given, positionals } = parse(args)
  const own = ['check', 'indent', 'align', 'dialect', 'settings']
  const foreign = Object.keys(given).find((each) => !own.includes(each))
  if (foreign !== undefined) throw new UsageError(`format does not take --${foreign}`)
  const { indent = '4', dialect } = given
  if (dialect !== undefined && dialect !== 'nginx' && dialect !== 'apache') throw new UsageError(`--dialect takes nginx, apache, not "${dialect}"`)
  if (indent !== 'tab' && !/^([1-9]|1[0-6])$/.test(indent)) throw new UsageError(`--indent takes a number from 1 to 16 or tab, not "${indent}"`)
  const { format } = await import('./format.ts')
  return format({
    paths: positionals.length > 0 ? positionals : ['.'],
    check: given.check === true,
    dialect,
    indent: indent === 'tab' ? '\t' : ' '.repeat(Number(indent)),
    align: given.align,
    settingsFile: given.settings,
  })
}

async function runDeployment(args: readonly string[]): Promise<number> {
  const { values: given, positionals } = parse(args)
  const [folder = '.', ...others] = positionals
  if (others.length > 0) throw new UsageError('deployment takes one folder')
  const format = formatOf(given.format)
  const foreign = Object.keys(given).find((each) => each !== 'format' && each !== 'settings')
  if (foreign !== undefined) throw new UsageError(`deployment does not take --${foreign}`)
  const { showDeployment } = await import('./deployment.ts')
  return showDeployment(folder, format, given.settings)
}

async function runRequest(args: readonly string[]): Promise<number> {
  const { values: given, positionals } = orUsageError(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        config: { type: 'string' },
        batch: { type: 'string' },
        method: { type: 'string' },
        header: { type: 'string', multiple: true, default: [] },
        'http-version': { type: 'string' },
        connect: { type: 'string' },
        client: { type: 'string' },
      },
    }),
  )
  const { batch } = given
  const format = formatOf(given.format)
  const config = given.config ?? installed.find((path) => existsSync(path))
  if (config === undefined) throw new UsageError('no configuration is installed here: name its root with --config')
  if (batch !== undefined) {
    if (positionals.length > 0) throw new UsageError('a batch of requests takes the place of the URL')
    const text = await readText(batch)
    if (text === undefined) throw new UsageError(`${batch} cannot be read`)
    return (await import('./request.ts')).showRequests(
      config,
      orUsageError(() => requestsOfBatch(text, batch)),
      format,
      true,
    )
  }
  const [url, ...more] = positionals
  if (url === undefined || more.length > 0) throw new UsageError('request takes one URL, or --batch FILE')
  const { method, header: headers, 'http-version': version, connect, client } = given
  const request = orUsageError(() => requestOfUrl(url, { method, headers, version, connect, client }))
  return (await import('./request.ts')).showRequests(config, [request], format, false)
}

async function runTest(args: readonly string[]): Promise<number> {
  const { values: given, positionals } = orUsageError(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { format: { type: 'string', default: 'text' }, workspace: { type: 'string' }, settings: { type: 'string' } },
    }),
  )
  const format = (['text', 'json', 'junit'] as const).find((each) => each === given.format)
  if (!format) throw new UsageError(`--format takes text, json, junit, not "${given.format}"`)
  const { workspace, settings } = given
  return (await import('./test.ts')).test({ paths: positionals.length > 0 ? positionals : ['.'], format, workspace, settingsFile: settings })
}

async function runLog(args: readonly string[]): Promise<number> {
  const { values: given, positionals } = orUsageError(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        workspace: { type: 'string', default: '.' },
        follow: { type: 'boolean', default: false },
        settings: { type: 'string' },
      },
    }),
  )
  const { workspace, follow, settings } = given
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new UsageError('log takes one file, or "-" for standard input')
  const format = formatOf(given.format)
  return (await import('./log.ts')).showLog({ file, workspace, format, follow, settingsFile: settings })
}

async function runConvert(args: readonly string[]): Promise<number> {
  const { values: given, positionals } = orUsageError(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { to: { type: 'string' }, server: { type: 'string' }, output: { type: 'string' }, format: { type: 'string' } },
    }),
  )
  const { to, server, output } = given
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new UsageError('convert takes one file')
  if (to !== 'nginx' && to !== 'apache') throw new UsageError(`--to takes nginx, apache${to === undefined ? '' : `, not "${to}"`}`)
  const format = formatOf(given.format)
  return (await import('./convert.ts')).convert({ file, to, server, output, format })
}

function formatOf(given = 'text'): 'text' | 'json' {
  if (given !== 'text' && given !== 'json') throw new UsageError(`--format takes text, json, not "${given}"`)
  return given
}

/** Where packages put the root of a configuration. */
const installed = ['/etc/nginx/nginx.conf', '/etc/apache2/apache2.conf', '/etc/httpd/conf/httpd.conf']

/** Contexts by name, as the reports give them. */
const contexts = [
  ['main', 'events', 'http', 'http,server', 'http,server,location', 'http,server,location,if', 'http,upstream', 'http,map', 'http,types'],
  ['stream', 'stream,server', 'stream,upstream', 'mail', 'mail,server'],
  ['server', 'virtualhost', 'directory', 'location', 'htaccess'],
].flat()

function contextOf(given: string | undefined): string | undefined {
  if (given !== undefined && !contexts.includes(given)) throw new UsageError(`--context takes ${contexts.join(' | ')}, not "${given}"`)
  return given
}

const parse = (args: readonly string[]) =>
  orUsageError(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        fix: { type: 'boolean' },
        check: { type: 'boolean' },
        indent: { type: 'string' },
        align: { type: 'boolean' },
        'fail-on': { type: 'string' },
        dialect: { type: 'string' },
        context: { type: 'string' },
        workspace: { type: 'string' },
        settings: { type: 'string' },
        'nginx-version': { type: 'string' },
        'apache-version': { type: 'string' },
        'mod-wsgi-version': { type: 'string' },
      },
    }),
  )

/** What Node says of arguments that it cannot read is for the user. */
function orUsageError<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

async function showRules([id]: readonly string[]): Promise<number> {
  const { rules } = await import('../rules/all.ts')
  if (id === undefined) {
    const width = Math.max(...rules.map((rule) => rule.id.length))
    for (const rule of rules) process.stdout.write(`${rule.id.padEnd(width)}  ${rule.severity.padEnd(7)}  ${(rule.profile ?? '').padEnd(6)}  ${rule.summary}\n`)
    return 0
  }
  const rule = rules.find((each) => each.id === id)
  if (!rule) throw new UsageError(`there is no rule "${id}"; see webconf rules`)
  process.stdout.write(`${rule.id} (${rule.severity})\n\n${rule.summary}\n\n${rule.explanation.trim()}\n\nFrom: ${rule.source.trim()}\n`)
  return 0
}

function packageVersion(): string {
  const manifest: { version?: string } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8'))
  return manifest.version ?? ''
}

// Who reads only the head of the output closes the pipe: there is no one left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status
  },
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(error instanceof UsageError ? `webconf: ${message}\n` : `webconf: something went wrong in webconf itself: ${message}\n`)
    process.exitCode = 2
  },
)
