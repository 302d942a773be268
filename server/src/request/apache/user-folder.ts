import { lowerCase } from './bytes.ts'
import { words } from './dir-config.ts'
import { type Exchange, note, type Verdict } from './exchange.ts'
import { serverEntries } from './servers.ts'

/** `modules/mappers/mod_userdir.c`: `/~name`. */
export function translateUserFolder(r: Exchange): Verdict {
  if (!r.world.has('userdir_module')) return 'declined'
  const [, user, rest = ''] = /^\/~([^/]+)(.*)$/s.exec(r.uri) ?? []
  if (user === undefined || user === '.' || user === '..') return 'declined'
  const { own, inherited } = serverEntries(r.server, 'userdir')
  const settings = (own.length > 0 ? own : inherited).map(({ directive }) => directive)
  let folders: readonly string[] = []
  let all = true
  const enabled = new Set<string>()
  const disabled = new Set<string>()
  for (const directive of settings) {
    const [first = '', ...names] = words(directive)
    const word = lowerCase(first)
    if (word === 'enabled') for (const name of names) enabled.add(name)
    else if (word === 'disabled' && names.length > 0) for (const name of names) disabled.add(name)
    else if (word === 'disabled') all = false
    else folders = [first, ...names]
  }
  if (folders.length === 0 || disabled.has(user) || (!all && !enabled.has(user))) return 'declined'
  const at = settings.at(-1)
  for (const folder of folders) {
    const isUrl = /^[a-z]+:/i.test(folder)
    if (isUrl) {
      const target = folder.includes('*') ? folder.replace('*', user) + rest : `${folder.replace(/\/$/, '')}/${user}${rest}`
      r.headersOut.set('Location', target)
      note(r, 'translate', 'decided', `${r.uri} is elsewhere: 302 to ${target}`, at)
      return 302
    }
    let path: string
    if (folder.includes('*')) path = folder.replace('*', user)
    else if (folder.startsWith('/')) path = `${folder.replace(/\/$/, '')}/${user}`
    else {
      const home = homeOf(r, user)
      if (home === undefined) return 'declined'
      path = `${home}/${folder}`
    }
    if (folders.length > 1 && folder !== folders.at(-1) && r.world.files.stat(path).kind === 'none') continue
    r.filename = path + rest
    note(r, 'translate', 'decided', `${r.uri} is ${r.filename}`, at)
    return 'ok'
  }
  return 'declined'
}

function homeOf(r: Exchange, user: string): string | undefined {
  const content = r.world.files.content('/etc/passwd')
  if (content.state !== 'content') return undefined
  return content.text
    .split('\n')
    .find((line) => line.startsWith(`${user}:`))
    ?.split(':')[5]
}
