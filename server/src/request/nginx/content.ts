import { parseNumber } from '../../catalog/nginx/values.ts'
import type { PlacedDirective } from '../../configuration/placed.ts'
import { normalize } from '../../workspace/path.ts'
import { choose } from '../choices.ts'
import { openPath, textOfBytes } from './files.ts'
import { mapUri } from './paths.ts'
import { declined, note, type Run } from './run.ts'
import { evaluate } from './script.ts'
import { argumentAt, argumentsOf, directiveIn, flagIn, levelIn, ownDirective, valueIn } from './settings.ts'
import { contentTypeOf } from './types.ts'
import { escapeUri, splitArgs } from './uri.ts'
import { argument } from './variables.ts'

/** What a handler wants done: a status, an internal redirect, or the response that it has prepared to be sent. */
export type Action =
  | number
  | { readonly type: 'redirect'; readonly uri: string; readonly args: string }
  | { readonly type: 'named'; readonly name: string }
  | { readonly type: 'send' }

const send: Action = { type: 'send' }
const isReading = (method: string): boolean => method === 'GET' || method === 'HEAD'

/** `try_files` of the location itself (`ngx_http_try_files_handler`). */
export function tryFiles(run: Run): Action {
  const directive = ownDirective(run.scope, run.settings, 'try_files')
  if (!directive) return declined
  const words = argumentsOf(directive)
  const mapped = mapUri(run)
  if (!mapped) return 500
  const { alias } = mapped.mapping
  for (const [i, word] of words.entries()) {
    const isLast = i === words.length - 1
    const folder = !isLast && word.endsWith('/')
    const text = folder ? word.slice(0, -1) : word
    let name = evaluate(run, text)
    if (isLast && word.startsWith('=')) {
      const code = parseNumber(word.slice(1)) ?? 0
      note(run, 'try_files', `nothing of it is there: ${code}`, directive)
      return code
    }
    // What is written with variables loses the prefix that the alias takes the place of, also in the last word.
    if (text.includes('$') && alias > 0 && alias !== Number.POSITIVE_INFINITY && name.startsWith(run.uri.slice(0, alias))) name = name.slice(alias)
    if (isLast) {
      note(run, 'try_files', `nothing of it is there: on to ${name}`, directive)
      return name.startsWith('@') ? { type: 'named', name } : { type: 'redirect', ...splitArgs(name) }
    }
    const path = mapped.path.slice(0, mapped.root) + name
    const opened = openPath(run, path)
    const isThere = folder ? opened === 'folder' : opened === 'file' || opened === 'other'
    if (!isThere) {
      note(run, 'try_files', `${path} is ${opened === 'folder' ? 'a folder' : opened === 'file' ? 'a file' : 'not there'}`, directive, 'lost')
      continue
    }
    note(run, 'try_files', `${path} is there`, directive)
    if (alias === 0) run.uri = name
    else if (alias === Number.POSITIVE_INFINITY) {
      if (!folder) {
        run.uri = name
        run.addUriToAlias = true
      }
    } else run.uri = run.uri.slice(0, alias) + name
    return declined
  }
  return declined
}

/** The handlers of the content phase, one after the other, where no location has a handler of its own. */
export function contentPhase(run: Run): Action {
  for (const handler of [randomIndex, index, autoindex, dav, gzipStatic, staticFile]) {
    const action = handler(run)
    if (action !== declined) return action
  }
  if (run.uri.endsWith('/')) {
    const path = mapUri(run)?.path
    if (path !== undefined) run.outcome.file = path
    note(run, 'content', `${path ?? run.uri} has no index and may not be listed`)
    return 403
  }
  return 404
}

/** `ngx_http_index_handler` */
function index(run: Run): Action {
  if (!run.uri.endsWith('/') || !(isReading(run.method) || run.method === 'POST')) return declined
  const directives = levelIn(run.scope, run.settings, 'index')
  const names = directives.length === 0 ? ['index.html'] : directives.flatMap(argumentsOf)
  const by = directives[0]
  let folderTested = false
  for (const [i, word] of names.entries()) {
    if (word === '' && !word.includes('$')) continue
    if (word.startsWith('/') && !word.includes('$')) {
      note(run, 'index', `on to ${word}`, by)
      return { type: 'redirect', uri: word, args: run.args }
    }
    const mapped = mapUri(run)
    if (!mapped) return 500
    const name = evaluate(run, word)
    if (name.startsWith('/')) {
      note(run, 'index', `on to ${name}`, by)
      return { type: 'redirect', uri: name, args: run.args }
    }
    const path = mapped.path + name
    const opened = openPath(run, path)
    if (opened === 'ELOOP') return 403
    if (opened === 'ENOTDIR' || opened === 'ENAMETOOLONG' || opened === 'EACCES') {
      run.outcome.file = path
      note(run, 'index', `${path} is not there`, by)
      return opened === 'EACCES' ? 403 : 404
    }
    if (opened === 'ENOENT') {
      if (!folderTested) {
        const folder = mapped.path.endsWith('/') && mapped.path.length > 1 ? mapped.path.slice(0, -1) : mapped.path
        const tested = openPath(run, folder)
        if (tested === 'ELOOP') return 403
        if (tested === 'ENOENT') {
          run.outcome.file = path
          note(run, 'index', `the folder ${folder} is not there`, by)
          return 404
        }
        if (tested !== 'folder' && tested !== 'EACCES') return 500
        folderTested = true
      }
      note(run, 'index', `${path} is not there`, by, i === names.length - 1 ? 'passed' : 'lost')
      continue
    }
    note(run, 'index', `${path} is there: on to ${run.uri}${name}`, by)
    return { type: 'redirect', uri: run.uri + name, args: run.args }
  }
  return declined
}

function randomIndex(run: Run): Action {
  if (!run.uri.endsWith('/') || !(isReading(run.method) || run.method === 'POST') || !flagIn(run.scope, run.settings, 'random_index', false)) return declined
  const path = mapUri(run)?.path
  if (path === undefined) return 500
  const folder = run.snapshot.folder(normalize(textOfBytes(path)))
  if (folder.state === 'absent') return 404
  const files = folder.state === 'content' ? folder.value.filter(({ name, kind }) => kind === 'file' && !name.startsWith('.')).map(({ name }) => name) : []
  if (files.length === 0) return declined
  const name = choose(
    run.choices,
    files.slice(0, 6).map((file) => ({ condition: `random_index takes ${file}`, value: file })),
  )
  return { type: 'redirect', uri: run.uri + name, args: run.args }
}

/** `ngx_http_autoindex_handler` */
function autoindex(run: Run): Action {
  if (!run.uri.endsWith('/') || !isReading(run.method)) return declined
  const directive = directiveIn(run.scope, run.settings, 'autoindex')
  if (argumentAt(directive, 0)?.toLowerCase() !== 'on') return declined
  const mapped = mapUri(run)
  if (!mapped) return 500
  const path = mapped.path.length > 1 ? mapped.path.slice(0, -1) : mapped.path
  run.outcome.file = path
  let format = (valueIn(run.scope, run.settings, 'autoindex_format') ?? 'html').toLowerCase()
  if (format === 'jsonp') {
    const callback = argument(run.args, 'callback') ?? ''
    if (callback.length > 128 || !/^[A-Za-z0-9_.]*$/.test(callback)) return 400
    if (callback === '') format = 'json'
  }
  const opened = openPath(run, path)
  if (opened !== 'folder') {
    note(run, 'content', `the folder ${path} is not there`, directive)
    return opened === 'EACCES' ? 403 : 404
  }
  run.response.status = 200
  run.response.contentType = listingTypes[format] ?? 'text/html'
  if (format === 'xml') run.response.charset = 'utf-8'
  note(run, 'content', `the folder ${path} is listed`, directive)
  return send
}

const listingTypes: Readonly<Record<string, string>> = { json: 'application/json', jsonp: 'application/javascript', xml: 'text/xml' }

/** `dav_methods`: what it comes to depends on rights that are not known; what is refused for certain is. */
function dav(run: Run): Action {
  const directive = directiveIn(run.scope, run.settings, 'dav_methods')
  if (!directive || !argumentsOf(directive).includes(run.method)) return declined
  const path = mapUri(run)?.path
  if (path === undefined) return 500
  const opened = openPath(run, path.replace(/\/$/, ''))
  const there = opened === 'file' || opened === 'folder' || opened === 'other'
  switch (run.method) {
    case 'PUT':
      return run.uri.endsWith('/') ? 409 : there ? 204 : 201
    case 'DELETE':
      if (!there) return 404
      return opened === 'folder' && !run.uri.endsWith('/') ? 409 : 204
    case 'MKCOL':
      return !run.uri.endsWith('/') ? 409 : there ? 405 : 201
    default:
      return run.headersIn.some(({ lower }) => lower === 'destination') ? (there ? 204 : 404) : 400
  }
}

function gzipStatic(run: Run): Action {
  const directive = directiveIn(run.scope, run.settings, 'gzip_static')
  const mode = argumentAt(directive, 0)?.toLowerCase() ?? 'off'
  if (mode === 'off' || run.uri.endsWith('/') || !isReading(run.method)) return declined
  const accepts = run.headersIn.some(({ lower, value }) => lower === 'accept-encoding' && /\bgzip\b/i.test(value))
  if (mode !== 'always' && (!accepts || run.version < 1001)) return declined
  const path = mapUri(run)?.path
  if (path === undefined) return 500
  if (openPath(run, `${path}.gz`, true) !== 'file') return declined
  run.outcome.file = `${path}.gz`
  run.response.status = 200
  run.response.contentType = contentTypeOf(run)
  run.response.headers.push({ name: 'Content-Encoding', value: 'gzip' })
  note(run, 'content', `${path}.gz is sent in its place`, directive)
  return send
}

/** `ngx_http_static_handler` */
function staticFile(run: Run): Action {
  if (!isReading(run.method) && run.method !== 'POST') {
    note(run, 'content', `files are only for GET, HEAD and POST, not for ${run.method}`)
    return 405
  }
  if (run.uri.endsWith('/')) return declined
  const mapped = mapUri(run)
  if (!mapped) return 500
  const { path, mapping } = mapped
  const by: PlacedDirective | undefined = mapping.by
  run.outcome.file = path
  const opened = openPath(run, path, true)
  switch (opened) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
    case 'other':
      note(run, 'content', `${path} is not there`, by)
      return 404
    case 'EACCES':
    case 'ELOOP':
      note(run, 'content', `${path} may not be read`, by)
      return 403
    case 'folder': {
      const target = `${escapeUri(run.uri, 'uri')}/${run.args === '' ? '' : `?${run.args}`}`
      run.response.location = target
      note(run, 'content', `${path} is a folder: 301 to its name with a slash`, by)
      return 301
    }
    case 'file':
      if (run.method === 'POST') {
        note(run, 'content', `${path} is a file, which takes no POST`, by)
        return 405
      }
      run.response.status = 200
      run.response.contentType = contentTypeOf(run)
      note(run, 'content', `the file ${path}`, by)
      return send
  }
}
