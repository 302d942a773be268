// Directives that are known by their masks only: those of NGINX Plus and App Protect, whose source is not public.
// crossplane's tables (nginxinc/nginx-go-crossplane) carry the masks that were extracted from that source.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {{ name: string, kind: import('./flags.mjs').ModuleKind, contexts: string[], counts?: number[], min?: number, flag?: true, block?: true, family: string }} Masked */

const contextOf = new Map(
  Object.entries({
    ngxMainConf: ['core', 'main'],
    ngxEventConf: ['event', 'events'],
    ngxMgmtMainConf: ['core', 'mgmt'],
    ngxMailMainConf: ['mail', 'mail'],
    ngxMailSrvConf: ['mail', 'mail-server'],
    ngxStreamMainConf: ['stream', 'stream'],
    ngxStreamSrvConf: ['stream', 'stream-server'],
    ngxStreamUpsConf: ['stream', 'stream-upstream'],
    ngxHTTPMainConf: ['http', 'http'],
    ngxHTTPSrvConf: ['http', 'server'],
    ngxHTTPLocConf: ['http', 'location'],
    ngxHTTPUpsConf: ['http', 'upstream'],
    ngxHTTPSifConf: ['http', 'if-in-server'],
    ngxHTTPLifConf: ['http', 'if-in-location'],
    ngxHTTPLmtConf: ['http', 'limit_except'],
    ngxHTTPOIDCConf: ['http', 'oidc_provider'],
  }),
)

/** Whether a folder holds crossplane's tables. @param {string} folder */
export function isMaskTables(folder) {
  return existsSync(join(folder, 'analyze_nplus_latest_directives.gen.go'))
}

/** The masks of all releases of NGINX Plus, newest first, and of App Protect. @param {string} folder @returns {Masked[]} */
export function readMasks(folder) {
  const files = readdirSync(folder).filter((name) => /^analyze_(?:nplus|appProtect)\w*_directives(?:\.gen)?\.go$/.test(name))
  const rank = (/** @type {string} */ name) => (name.includes('latest') ? '~' : name)
  files.sort((one, other) => (rank(one) < rank(other) ? 1 : -1))
  return files.flatMap((file) => readTable(readFileSync(join(folder, file), 'utf8'), file.includes('appProtect') ? 'app-protect' : 'plus'))
}

/** @param {string} text @param {string} family @returns {Masked[]} */
function readTable(text, family) {
  const found = []
  for (const match of text.matchAll(/^\s*"(\w+)":\s*\{([^}]*)\}/gm)) {
    for (const line of (match[2] ?? '').split(/,\s*(?:\n|$)/)) {
      const words = /** @type {string[]} */ (line.match(/ngx\w+/g) ?? [])
      if (words.length === 0 || words.includes('ngxAnyConf')) continue
      /** @type {Map<import('./flags.mjs').ModuleKind, string[]>} */
      const byKind = new Map()
      for (const word of words) {
        const [kind, context] = contextOf.get(word) ?? []
        if (!kind || !context) continue
        const key = /** @type {import('./flags.mjs').ModuleKind} */ (kind)
        byKind.set(key, [...(byKind.get(key) ?? []), context])
      }
      for (const [kind, contexts] of byKind) found.push({ name: match[1] ?? '', kind, contexts, ...arityOf(words), family })
    }
  }
  return found
}

/** @param {string[]} words @returns {Pick<Masked, 'counts' | 'min' | 'flag' | 'block'>} */
function arityOf(words) {
  const block = words.includes('ngxConfBlock') ? { block: /** @type {const} */ (true) } : {}
  if (words.includes('ngxConfAny')) return { min: 0, ...block }
  if (words.includes('ngxConfFlag')) return { counts: [1], flag: true, ...block }
  if (words.includes('ngxConf1More')) return { min: 1, ...block }
  if (words.includes('ngxConf2More')) return { min: 2, ...block }
  const counts = new Set()
  for (const word of words) {
    if (word === 'ngxConfNoArgs') counts.add(0)
    for (const digit of /^ngxConfTake(\d+)$/.exec(word)?.[1] ?? '') counts.add(Number(digit))
  }
  return { counts: [...counts].sort(), ...block }
}
