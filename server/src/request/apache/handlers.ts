import { escapeUri, lowerCase } from './bytes.ts'
import { optionsOf } from './core.ts'
import { type DirConfig, entriesNamed, lastEntry, merged, words } from './dir-config.ts'
import { type Exchange, note, type Verdict } from './exchange.ts'
import { handleProxy } from './proxy.ts'
import { serverEntry } from './servers.ts'
import { handleWsgi } from './wsgi.ts'

/** `ap_invoke_handler`: who makes the content. */
export function invokeHandler(r: Exchange): Verdict {
  const before = r.handler
  if (r.handler === undefined) r.handler = r.contentType !== undefined && r.isTypeTrusted ? (r.contentType.split(';')[0] ?? '').replace(/ +$/, '') : ''
  let verdict: Verdict = 'declined'
  for (const handler of [handleProxy, handleRedirect, handleListing, handleStatus, handleCgi, handleWsgi, handleAction, handleFile]) {
    verdict = handler(r)
    if (verdict !== 'declined') break
  }
  r.handler = before
  return verdict === 'declined' ? 500 : verdict
}

/** What a rule of a folder has made of the URL. */
function handleRedirect(r: Exchange): Verdict {
  if (r.handler !== 'redirect-handler' || !r.filename?.startsWith('redirect:')) return 'declined'
  r.world.redirectInternally(r, `${r.filename.slice(9)}${r.args === undefined ? '' : `?${r.args}`}`)
  return 'ok'
}

/** `mod_autoindex` */
function handleListing(r: Exchange): Verdict {
  if (!r.world.has('autoindex_module') || (r.handler !== 'httpd/unix-directory' && r.handler !== '') || r.file.kind !== 'folder') return 'declined'
  if (r.method !== 'GET' && r.method !== 'HEAD') return 'declined'
  const options = lastEntry(r.dir, 'options')?.directive
  if (!optionsOf(r.dir).has('indexes')) {
    note(r, 'content', 'decided', `${r.filename} has no index, and Options does not allow to list it: 403`, options)
    return 403
  }
  if (!r.filename?.endsWith('/')) r.filename += '/'
  const charset = [...entriesNamed(r.dir, 'indexoptions')].flatMap(({ directive }) => words(directive)).findLast((each) => /^\+?charset=/i.test(each))
  r.contentType = `text/html;charset=${charset?.replace(/^\+?charset=/i, '') ?? 'ISO-8859-1'}`
  note(r, 'content', 'decided', `${r.filename} is listed`, options)
  return 'ok'
}

function handleStatus(r: Exchange): Verdict {
  const isStatus = r.handler === 'server-status' || r.handler === 'application/x-httpd-status'
  if (isStatus && r.world.has('status_module')) {
    if (r.method !== 'GET' && r.method !== 'HEAD') return 'declined'
    r.contentType = 'text/html; charset=ISO-8859-1'
    note(r, 'content', 'decided', 'the status of the server is shown', lastEntry(r.dir, 'sethandler')?.directive)
    return 'ok'
  }
  if (r.handler === 'server-info' && r.world.has('info_module')) {
    if (r.method !== 'GET' && r.method !== 'HEAD') return 'declined'
    r.contentType = 'text/html; charset=ISO-8859-1'
    note(r, 'content', 'decided', 'the configuration of the server is shown', lastEntry(r.dir, 'sethandler')?.directive)
    return 'ok'
  }
  if (r.handler === 'balancer-manager' && r.world.has('proxy_balancer_module')) {
    if (r.method !== 'GET' && r.method !== 'HEAD' && r.method !== 'POST') return 'declined'
    r.contentType = 'text/html; charset=ISO-8859-1'
    note(r, 'content', 'decided', 'the balancers are shown', lastEntry(r.dir, 'sethandler')?.directive)
    return 'ok'
  }
  return 'declined'
}

/** `mod_cgi` */
function handleCgi(r: Exchange): Verdict {
  if ((!r.world.has('cgi_module') && !r.world.has('cgid_module')) || (r.handler !== 'cgi-script' && r.handler !== 'application/x-httpd-cgi')) return 'declined'
  const refuse = (status: number, why: string, name?: string): Verdict => {
    note(r, 'content', 'decided', `${why}: ${status}`, name === undefined ? undefined : lastEntry(r.dir, name)?.directive)
    return status
  }
  const aliased = lowerCase(r.notes.get('alias-forced-type') ?? '') === 'cgi-script'
  if (!optionsOf(r.dir).has('execcgi') && !aliased) return refuse(403, `Options has no ExecCGI where ${r.filename} is`, 'options')
  if (r.file.kind === 'none') return refuse(404, `the script ${r.filename} is not there`)
  if (r.file.kind === 'folder') return refuse(403, `${r.filename} is a folder and no script`)
  if (r.usedPathInfo === 'reject' && r.pathInfo !== '') return refuse(404, `AcceptPathInfo is off, and ${r.pathInfo} is behind the script`, 'acceptpathinfo')
  if (!r.file.executable) return refuse(500, `the script ${r.filename} is not executable`)
  r.contentType = 'text/plain'
  note(r, 'content', 'decided', `the script ${r.filename} runs${r.pathInfo === '' ? '' : `, with PATH_INFO ${r.pathInfo}`}`)
  return 'ok'
}

interface Actions {
  readonly types: ReadonlyMap<string, { readonly script: string; readonly virtual: boolean; readonly entry: ReturnType<typeof lastEntry> }>
  readonly methods: ReadonlyMap<string, string>
}

const actionsOf = merged((config: DirConfig): Actions => {
  const types = new Map<string, { script: string; virtual: boolean; entry: ReturnType<typeof lastEntry> }>()
  const methods = new Map<string, string>()
  for (const entry of entriesNamed(config, 'action', 'script')) {
    const [first = '', script = '', option = ''] = words(entry.directive)
    if (entry.directive.name === 'action') types.set(lowerCase(first), { script, virtual: lowerCase(option) === 'virtual', entry })
    else methods.set(first, script)
  }
  return { types, methods }
})

/** `mod_actions` */
function handleAction(r: Exchange): Verdict {
  if (!r.world.has('actions_module')) return 'declined'
  const { types, methods } = actionsOf(r.dir)
  if (types.size === 0 && methods.size === 0) return 'declined'
  const isGet = r.method === 'GET' || r.method === 'HEAD'
  let script = isGet ? (r.args === undefined ? undefined : methods.get('GET')) : methods.get(r.method)
  if (script !== undefined && r.prev?.prev) return 'declined'
  const action = types.get(r.handler ?? '')
  if (action) {
    if (!action.virtual && r.file.kind === 'none') {
      note(r, 'content', 'decided', `${r.filename} is not there: 404`, action.entry?.directive)
      return 404
    }
    script = action.script
    note(r, 'content', 'decided', `${r.handler} is what ${script} does`, action.entry?.directive)
  }
  if (script === undefined) return 'declined'
  r.world.redirectInternally(r, `${script}${escapeUri(r.uri)}${r.args === undefined ? '' : `?${r.args}`}`)
  return 'ok'
}

/** `server/core.c: default_handler`: a file as it is. */
function handleFile(r: Exchange): Verdict {
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST']) r.allowed.add(method)
  const isGet = r.method === 'GET' || r.method === 'HEAD'
  const path = `${r.filename}${r.pathInfo}`
  if (isGet || r.method === 'POST') {
    if (r.file.kind === 'none') {
      note(r, 'content', 'decided', `${path} is not there: 404`)
      return 404
    }
    if (r.file.kind === 'folder') {
      note(r, 'content', 'decided', `${path} is a folder: 404`)
      return 404
    }
    const accepts = lastEntry(r.dir, 'acceptpathinfo')
    if (r.usedPathInfo !== 'accept' && r.pathInfo !== '') {
      note(r, 'content', 'decided', `${r.filename} is a file, and ${r.pathInfo} is behind it: 404`, accepts?.directive)
      return 404
    }
    note(r, 'content', 'decided', `${r.filename} is sent`)
    return 'ok'
  }
  if (r.isForeignMethod) {
    note(r, 'content', 'decided', `nobody knows the method ${r.method}: 501`)
    return 501
  }
  if (r.method === 'OPTIONS') {
    r.headersOut.set('Allow', allowHeader(r))
    note(r, 'content', 'decided', 'the methods are told')
    return 'ok'
  }
  note(r, 'content', 'decided', `${r.method} is not for files: 405`)
  return 405
}

/** `make_allow` */
export function allowHeader(r: Exchange): string {
  const methods = new Set(r.allowed)
  const entry = serverEntry(r.server, 'traceenable')
  if (!entry || words(entry.directive)[0]?.toLowerCase() !== 'off') methods.add('TRACE')
  return [...methods].join(',')
}
