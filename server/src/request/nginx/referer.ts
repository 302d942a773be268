import { ownOf } from '../../site/nginx/blocks.ts'
import { levelInEffect } from '../../site/nginx/inheritance.ts'
import { makeNameTable } from './names.ts'
import { matcherFor, type Run } from './run.ts'
import { argumentsOf } from './settings.ts'

/** `$invalid_referer` (`ngx_http_referer_variable`). */
export function refererIsInvalid(run: Run): boolean {
  const { configuration } = run.settings
  const level = levelInEffect(run.scope.block, configuration, 'valid_referers')
  if (!level) return false
  const words = level.directives.flatMap(argumentsOf)
  const referer = run.headersIn.find(({ lower }) => lower === 'referer')?.value
  if (referer === undefined) return !words.includes('none')
  const scheme = referer.length >= 'http://i.ru'.length ? /^https?:\/\//i.exec(referer)?.[0] : undefined
  if (scheme === undefined) return !words.includes('blocked')
  const rest = referer.slice(scheme.length)
  const host = /^[^/:]*/.exec(rest)?.[0] ?? ''
  if (host.length > 256) return true
  const names = makeNameTable<string>()
  const patterns: string[] = []
  const serverPatterns: string[] = []
  for (const word of words) {
    if (word === 'none' || word === 'blocked' || word === 'server_names') continue
    if (word.startsWith('~')) {
      patterns.push(word.slice(1))
      continue
    }
    const slash = word.indexOf('/')
    names.add(slash < 0 ? word : word.slice(0, slash), slash < 0 ? '' : word.slice(slash))
  }
  if (words.includes('server_names')) {
    for (const name of ownOf(run.server.block, configuration, 'server_name').flatMap(argumentsOf)) {
      if (name.startsWith('~')) serverPatterns.push(name.slice(1))
      else names.add(name, '')
    }
  }
  const path = names.find(host)
  if (path !== undefined) {
    const from = rest.indexOf('/', host.length)
    return path !== '' && !(from < 0 ? '' : rest.slice(from)).startsWith(path)
  }
  const matches = (pattern: string, subject: string): boolean => typeof matcherFor(pattern, true)?.run(subject) === 'object'
  return !serverPatterns.some((pattern) => matches(pattern, host.toLowerCase())) && !patterns.some((pattern) => matches(pattern, rest))
}
