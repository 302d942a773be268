import type { PlacedDirective } from '../../configuration/placed.ts'
import { aliasMatch } from './alias.ts'
import { lowerCase } from './bytes.ts'
import { optionsOf, serverNameOf, serverPortOf } from './core.ts'
import { lastEntry, word, words } from './dir-config.ts'
import { type Exchange, note, type Verdict } from './exchange.ts'
import { compilePattern, substitute } from './pattern.ts'
import { serverEntries } from './servers.ts'

/** The note with the script that a URL was mapped to, without what is behind it. */
export const scriptNote = 'webconf.wsgi_script'

/** The hook of mod_wsgi that maps a URL, behind that of mod_alias (`wsgi_hook_intercept`). */
export function translateWsgi(r: Exchange): Verdict {
  if (!r.world.has('wsgi_module') || (r.uri !== '' && !r.uri.startsWith('/'))) return 'declined'
  const { own, inherited } = serverEntries(r.server, 'wsgiscriptalias', 'wsgiscriptaliasmatch')
  for (const { directive } of [...own, ...inherited]) {
    const [from = '', script = '', ...options] = words(directive)
    let location = from
    let application = script
    let length: number
    if (directive.name === 'wsgiscriptaliasmatch') {
      const match = compilePattern(from)?.run(r.uri)
      length = match?.end ?? 0
      if (match) {
        location = r.uri.slice(0, length)
        application = substitute(script, match)
      }
    } else length = aliasMatch(r.uri, from)
    if (length === 0) {
      note(r, 'translate', 'lost', `${from} is no beginning of ${r.uri}`, directive)
      continue
    }
    r.filename = application + (location === '/' ? r.uri : r.uri.slice(length))
    r.handler = 'wsgi-script'
    r.notes.set('alias-forced-type', 'wsgi-script')
    r.notes.set(scriptNote, application)
    for (const option of options) {
      const [key = '', ...value] = option.split('=')
      if (key === 'process-group' || key === 'application-group' || key === 'callable-object') r.notes.set(`mod_wsgi.${key.replace('-', '_')}`, value.join('='))
    }
    note(r, 'translate', 'decided', `${r.uri} goes to the WSGI script ${application}`, directive)
    return 'ok'
  }
  return 'declined'
}

/** `wsgi_hook_handler`: which script is run, in which process and interpreter, with what path. */
export function handleWsgi(r: Exchange): Verdict {
  if (!r.world.has('wsgi_module') || (r.handler !== 'wsgi-script' && r.handler !== 'application/x-httpd-wsgi')) return 'declined'
  const aliased = lowerCase(r.notes.get('alias-forced-type') ?? '') === 'wsgi-script'
  const refuse = (status: number, why: string, at?: PlacedDirective): Verdict => {
    note(r, 'content', 'decided', `${why}: ${status}`, at)
    return status
  }
  if (!optionsOf(r.dir).has('execcgi') && !aliased) return refuse(403, `Options has no ExecCGI where ${r.filename} is`, lastEntry(r.dir, 'options')?.directive)
  if (r.file.kind === 'none') return refuse(404, `the WSGI script ${r.notes.get(scriptNote) ?? r.filename} is not there`)
  if (r.file.kind === 'folder') return refuse(403, `${r.filename} is a folder and no WSGI script`)
  if (r.usedPathInfo === 'reject' && r.pathInfo !== '')
    return refuse(404, `AcceptPathInfo is off, and ${r.pathInfo} is behind the script`, lastEntry(r.dir, 'acceptpathinfo')?.directive)
  const process = group(r, 'wsgiprocessgroup', aliased ? r.notes.get('mod_wsgi.process_group') : undefined)
  const daemon = daemonOf(r, process.name)
  if (process.name !== '' && !daemon) return refuse(500, `no WSGIDaemonProcess is called "${process.name}"`, process.directive)
  if (process.name === '' && lastOn(r, 'wsgirestrictembedded')) return refuse(500, 'WSGIRestrictEmbedded forbids what runs within Apache', process.directive)
  const application = applicationGroup(r, aliased)
  const callable =
    (aliased ? r.notes.get('mod_wsgi.callable_object') : undefined) ??
    (lastEntry(r.dir, 'wsgicallableobject') ? word(lastDirective(r, 'wsgicallableobject'), 0) : 'application')
  const scriptName = r.pathInfo !== '' && r.uri.endsWith(r.pathInfo) ? r.uri.slice(0, -r.pathInfo.length) : r.uri
  const where = process.name === '' ? 'within Apache' : `in the process group "${process.name}"`
  note(r, 'content', 'decided', `"${callable}" of ${r.filename} runs ${where}, interpreter "${application}"`, daemon ?? process.directive)
  note(r, 'content', 'passed', `SCRIPT_NAME is "${scriptName.replace(/\/$/, '')}", PATH_INFO is "${r.pathInfo}"`)
  const home = pythonHome(r, daemon)
  if (home) note(r, 'content', 'passed', `its Python is that of ${home.value}`, home.directive)
  r.contentType = 'text/plain'
  return 'ok'
}

const lastDirective = (r: Exchange, name: string): PlacedDirective => lastEntry(r.dir, name)?.directive as PlacedDirective

const lastOn = (r: Exchange, name: string): boolean => r.server.main.named.get(name)?.at(-1)?.directive.args[0]?.value.toLowerCase() === 'on'

/** `wsgi_process_group`: empty for what runs within Apache. */
function group(r: Exchange, name: string, given: string | undefined): { readonly name: string; readonly directive: PlacedDirective | undefined } {
  const entry = lastEntry(r.dir, name)
  const written = given ?? (entry ? word(entry.directive, 0) : '')
  return { name: expandGroup(r, written, ''), directive: given === undefined ? entry?.directive : undefined }
}

function expandGroup(r: Exchange, written: string, fallback: string): string {
  if (written === '' || written === '%{GLOBAL}') return written === '' ? fallback : ''
  const variable = /^%\{ENV:([^}]*)\}$/.exec(written)?.[1]
  return variable === undefined ? written : (r.env.get(variable) ?? '')
}

/** `wsgi_application_group`: `%{RESOURCE}` where nothing else is said. */
function applicationGroup(r: Exchange, aliased: boolean): string {
  const entry = lastEntry(r.dir, 'wsgiapplicationgroup')
  const written = (aliased ? r.notes.get('mod_wsgi.application_group') : undefined) ?? (entry ? word(entry.directive, 0) : '%{RESOURCE}')
  const port = serverPortOf(r)
  const host = serverNameOf(r) + (port === 80 || port === 443 ? '' : `:${port}`)
  if (written === '%{SERVER}') return host
  if (written !== '%{RESOURCE}') return expandGroup(r, written, '')
  const script = r.pathInfo !== '' && r.uri.endsWith(r.pathInfo) ? r.uri.slice(0, -r.pathInfo.length) : r.uri
  return `${host}|${lowerCase(script).replace(/\/$/, '')}`
}

function daemonOf(r: Exchange, name: string): PlacedDirective | undefined {
  if (name === '') return undefined
  for (const server of [r.world.servers.main, ...r.world.servers.hosts]) {
    const found = server.own.named.get('wsgidaemonprocess')?.find(({ directive }) => word(directive, 0) === name)
    if (found && (server === r.world.servers.main || lowerCase(server.name) === lowerCase(r.server.name))) return found.directive
  }
  return undefined
}

function pythonHome(r: Exchange, daemon: PlacedDirective | undefined): { readonly value: string; readonly directive: PlacedDirective } | undefined {
  const option = daemon && words(daemon).find((each) => each.startsWith('python-home='))
  if (daemon && option) return { value: option.slice('python-home='.length), directive: daemon }
  const entry = r.server.main.named.get('wsgipythonhome')?.at(-1)
  return entry && { value: word(entry.directive, 0), directive: entry.directive }
}
