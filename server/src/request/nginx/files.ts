import { dirname, normalize } from '../../workspace/path.ts'
import { choose } from '../choices.ts'
import { isKnown, readable } from '../unknown.ts'
import { mappingIn } from './paths.ts'
import type { Run } from './run.ts'
import { evaluate } from './script.ts'
import { argumentsOf, directiveIn } from './settings.ts'

/** What stands at a path, or the system's error. */
export type Opened = 'file' | 'folder' | 'other' | 'ENOENT' | 'ENOTDIR' | 'ENAMETOOLONG' | 'EACCES' | 'ELOOP'

/** The text of bytes, for asking the machine's files. */
export function textOfBytes(bytes: string): string {
  if (!/[\x80-\xff]/.test(bytes)) return bytes
  return new TextDecoder().decode(Uint8Array.from(bytes, (ch) => ch.charCodeAt(0)))
}

/**
 * Opens a path as `ngx_open_cached_file` does. What the machine does not tell is a choice.
 *
 * @param reading the file is opened for reading, and not only looked at
 */
export function openPath(run: Run, path: string, reading = false): Opened {
  if (!isKnown(path)) {
    return choose<Opened>(run.choices, [
      { condition: `there is nothing at ${readable(path)}`, value: 'ENOENT' },
      { condition: `${readable(path)} is a file`, value: 'file' },
      { condition: `${readable(path)} is a folder`, value: 'folder' },
    ])
  }
  if (path.split('/').some((part) => part.length > 255) || path.length > 4095) return 'ENAMETOOLONG'
  const link = crossedLink(run, path)
  if (link) return link
  const text = textOfBytes(path)
  const plain = normalize(text)
  const found = run.snapshot.stat(plain)
  switch (found.state) {
    case 'content': {
      const { kind, mode } = found.value
      if (kind !== 'folder' && text.endsWith('/')) return 'ENOTDIR'
      // Who the worker is is not known: only what everybody may read is certainly read.
      if (!reading || kind !== 'file' || mode === undefined || (mode & 0o004) !== 0) return kind
      return choose<Opened>(run.choices, [
        { condition: `nginx may read ${plain}`, value: 'file' },
        { condition: `nginx may not read ${plain}`, value: 'EACCES' },
      ])
    }
    case 'refused':
      return choose<Opened>(run.choices, [
        { condition: `${plain} is a file`, value: 'file' },
        { condition: `there is nothing at ${plain}`, value: 'ENOENT' },
        { condition: `${plain} is a folder`, value: 'folder' },
      ])
    case 'absent':
      return underFile(run, plain) ? 'ENOTDIR' : absent(run, plain)
    case 'not asked':
      return 'ENOENT'
  }
}

/** Whether the path goes on behind something that is no folder. */
function underFile(run: Run, path: string): boolean {
  for (let at = dirname(path); at !== '/' && at !== '.'; at = dirname(at)) {
    const found = run.snapshot.stat(at)
    if (found.state === 'content') return found.value.kind !== 'folder'
  }
  return false
}

/** What is not here may be on the server, where not even the folder of the site is on this machine. */
function absent(run: Run, path: string): Opened {
  const { root, variable } = mappingIn(run.scope, run.settings)
  const folder = normalize(textOfBytes(root))
  if (variable || !path.startsWith(folder) || run.snapshot.stat(folder).state !== 'absent') return 'ENOENT'
  return choose<Opened>(run.choices, [
    { condition: `there is nothing at ${path}`, value: 'ENOENT' },
    { condition: `${path} is a file`, value: 'file' },
    { condition: `${path} is a folder`, value: 'folder' },
  ])
}

/** `disable_symlinks`: the error where a part of the path is a link that may not be followed; one of a folder on the way is no folder then. */
function crossedLink(run: Run, path: string): 'ELOOP' | 'ENOTDIR' | undefined {
  const directive = directiveIn(run.scope, run.settings, 'disable_symlinks')
  const [mode = 'off', ...rest] = directive ? argumentsOf(directive) : []
  if (mode === 'off') return undefined
  const given = rest.find((each) => each.startsWith('from='))
  const from = given === undefined ? '' : evaluate(run, given.slice('from='.length))
  if (from !== '' && from === path) return undefined
  let at = from !== '' && path.startsWith(from) && (path.charAt(from.length) === '/' || from.endsWith('/')) ? from.replace(/\/$/, '') : ''
  for (const part of path.slice(at.length).split('/').filter(Boolean)) {
    at = `${at}/${part}`
    const link = run.snapshot.linkTarget(normalize(textOfBytes(at)))
    if (link.state !== 'content' || link.value === undefined) continue
    const error = at.length >= path.replace(/\/+$/, '').length ? 'ELOOP' : 'ENOTDIR'
    if (mode === 'on') return error
    const refused = choose(run.choices, [
      { condition: `the link ${at} belongs to the owner of what it points to`, value: false },
      { condition: `the link ${at} belongs to another than what it points to`, value: true },
    ])
    if (refused) return error
  }
  return undefined
}

/** Whether the owner may carry out what stands at a path. */
export function isExecutable(run: Run, path: string): boolean {
  const found = run.snapshot.stat(normalize(textOfBytes(path)))
  return found.state === 'content' && (found.value.mode === undefined || (found.value.mode & 0o100) !== 0)
}

/** The path without links; undefined where there is nothing. */
export function realPath(run: Run, path: string): string | undefined {
  let left = normalize(textOfBytes(path)).split('/').filter(Boolean)
  let made = ''
  for (let links = 0; left.length > 0 && links < 40; ) {
    const [part, ...rest] = left
    const link = run.snapshot.linkTarget(`${made}/${part}`)
    if (link.state === 'absent') return undefined
    if (link.state === 'content' && link.value !== undefined) {
      links++
      left = normalize(link.value.startsWith('/') ? link.value : `${made}/${link.value}`)
        .split('/')
        .filter(Boolean)
        .concat(rest)
      made = ''
    } else {
      made = `${made}/${part}`
      left = rest
    }
  }
  return made || '/'
}
