import { lowerCase } from './bytes.ts'
import { serverRootRelative } from './core.ts'
import { type DirConfig, entriesIn, lastEntry, merged, word, words } from './dir-config.ts'
import type { Exchange, Verdict } from './exchange.ts'
import { serverEntry } from './servers.ts'

/** What a folder's lines say of a file name's extension (`extension_info`). */
interface ExtensionInfo {
  type?: string
  handler?: string
  encoding?: string
  charset?: string
  language?: string
}

const adders: Readonly<Record<string, keyof ExtensionInfo>> = {
  addtype: 'type',
  addhandler: 'handler',
  addencoding: 'encoding',
  addcharset: 'charset',
  addlanguage: 'language',
}
/** `RemoveType` hides what the file of types says too: it gives an empty type, in its place. */
const removers: Readonly<Record<string, keyof ExtensionInfo>> = {
  removehandler: 'handler',
  removeencoding: 'encoding',
  removecharset: 'charset',
  removelanguage: 'language',
}

const extensionsOf = merged((config: DirConfig): ReadonlyMap<string, ExtensionInfo> => {
  const map = new Map<string, ExtensionInfo>()
  const infoOf = (extension: string): ExtensionInfo => {
    const key = lowerCase(extension.replace(/^\./, ''))
    const info = map.get(key) ?? {}
    map.set(key, info)
    return info
  }
  for (const section of config.sections) {
    for (const { directive } of entriesIn(section, 'removetype', ...Object.keys(adders))) {
      const isRemoval = directive.name === 'removetype'
      const [value = '', ...rest] = isRemoval ? ['', ...words(directive)] : words(directive)
      for (const extension of rest) infoOf(extension)[adders[directive.name] ?? 'type'] = lowerCase(value)
    }
    // What a section takes away is taken away from all that it adds, too.
    for (const { directive } of entriesIn(section, ...Object.keys(removers))) {
      const kind = removers[directive.name]
      if (kind) for (const extension of words(directive)) delete infoOf(extension)[kind]
    }
  }
  return map
})

/** `modules/http/mod_mime.c: find_ct`: what a file's name says. */
export function findType(r: Exchange): Verdict {
  if (r.file.kind === 'folder') {
    r.contentType = 'httpd/unix-directory'
    r.isTypeTrusted = true
    return 'ok'
  }
  if (r.filename === undefined) return 'declined'
  const extensions = extensionsOf(r.dir)
  const types = fileTypes(r)
  const usesPath = lastEntry(r.dir, 'modmimeusepathinfo')
  let resource = usesPath && lowerCase(word(usesPath.directive, 0)) === 'on' ? r.filename + r.pathInfo : r.filename
  if (r.proxy === 'reverse' && r.notes.has('proxy-nocanon')) resource = resource.replace(/\?.*$/s, '')
  const name = resource.slice(resource.lastIndexOf('/') + 1)
  const dots = /^\.*/.exec(name)?.[0].length ?? 0
  const dot = name.indexOf('.', dots)
  const parts = dot < 0 ? [] : name.slice(dot + 1).split('.')
  const exceptions = [dot < 0 ? name : name.slice(0, dot)]
  let charset: string | undefined
  let found = false
  for (const part of parts) {
    if (part === '') continue
    const extension = lowerCase(part)
    const info = extensions.get(extension)
    let known = false
    if (info?.type === undefined) {
      const type = types.get(extension)
      if (type !== undefined) {
        setType(r, type)
        known = true
      }
    } else if (info.type !== '') {
      setType(r, info.type)
      known = true
    }
    if (info?.charset !== undefined) {
      charset = info.charset
      known = true
    }
    if (info?.language !== undefined) {
      r.contentLanguages.push(info.language)
      known = true
    }
    if (info?.encoding !== undefined) {
      r.contentEncoding = r.contentEncoding === undefined ? info.encoding : `${r.contentEncoding}, ${info.encoding}`
      known = true
    }
    if (info?.handler !== undefined && r.proxy === 'none') r.handler = info.handler
    if (known) found = true
    else exceptions.push(part)
  }
  if (found) r.notes.set('ap-mime-exceptions-list', exceptions.join('\0'))
  if (r.contentType !== undefined && charset !== undefined) r.contentType = `${r.contentType.replace(/;\s*charset=[^;]*/i, '')}; charset=${charset}`
  const language = lastEntry(r.dir, 'defaultlanguage')
  if (r.contentLanguages.length === 0 && language) r.contentLanguages.push(word(language.directive, 0))
  return r.contentType === undefined ? 'declined' : 'ok'
}

function setType(r: Exchange, type: string): void {
  r.contentType = type
  r.isTypeTrusted = true
}

/** `TypesConfig`, the file of types by extension. */
function fileTypes(r: Exchange): ReadonlyMap<string, string> {
  const entry = serverEntry(r.server, 'typesconfig')
  const content = r.world.files.content(serverRootRelative(r, entry ? word(entry.directive, 0) : '/etc/mime.types'))
  if (content.state !== 'content') return new Map()
  const known = readTypes.get(content.text)
  if (known) return known
  const map = new Map<string, string>()
  for (const line of content.text.split('\n')) {
    if (line.startsWith('#')) continue
    const [type, ...extensions] = line.trim().split(/\s+/)
    if (type) for (const extension of extensions) map.set(lowerCase(extension), type)
  }
  if (readTypes.size >= 8) readTypes.clear()
  readTypes.set(content.text, map)
  return map
}

const readTypes = new Map<string, ReadonlyMap<string, string>>()
