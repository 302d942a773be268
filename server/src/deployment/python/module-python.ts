import type { Place } from '../../problem/place.ts'
import { basename, dirname, isAbsolute, join } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { readElf, unicodeWidthOf } from './elf.ts'
import { type PythonVersion, parsePythonVersion, parseVersionDigits } from './version.ts'

/** Which Python a mod_wsgi module is for, and what says so. */
export interface ModulePython {
  readonly version: PythonVersion
  readonly from: 'file name' | 'library' | 'log'
  /** The file whose name or content says so. */
  readonly path: string
  /** The library (`libpython3.11.so.1.0`), name or banner that says so. */
  readonly text: string
  /** Python 2: how wide a character is. */
  readonly unicode: 'ucs2' | 'ucs4' | undefined
}

/**
 * The Python of a module file: by its own name, by the file that its links lead to, by the library that it
 * loads. The best evidence first; empty where nothing says it.
 */
export function pythonOfModule(snapshot: Snapshot, path: string): readonly ModulePython[] {
  const evidence: ModulePython[] = []
  let target = path
  for (let hops = 0; hops < 8; hops++) {
    const version = pythonOfModuleName(basename(target))
    if (version) evidence.push({ version, from: 'file name', path: target, text: basename(target), unicode: undefined })
    const link = snapshot.linkTarget(target)
    if (link.state !== 'content' || link.value === undefined) break
    target = isAbsolute(link.value) ? link.value : join(dirname(target), link.value)
  }
  const bytes = snapshot.bytes(path)
  const elf = bytes.state === 'content' ? readElf(bytes.value) : undefined
  for (const library of elf?.needed ?? []) {
    const version = pythonOfLibrary(library)
    if (version && elf) evidence.unshift({ version, from: 'library', path, text: library, unicode: unicodeWidthOf(elf) })
  }
  return evidence
}

/** `mod_wsgi-py311.cpython-311-x86_64-linux-gnu.so` (pip), `mod_wsgi.so-3.11` (Debian), `mod_wsgi_python3.so` (Red Hat: only the major version). */
export function pythonOfModuleName(name: string): PythonVersion | undefined {
  const patterns: readonly [RegExp, (text: string) => PythonVersion | undefined][] = [
    [/\.cpython-(\d{2,3})[a-z]*[-.]/, parseVersionDigits],
    [/^mod_wsgi[-_]?py(\d{2,3})[a-z]*\b/, parseVersionDigits],
    [/^mod_wsgi\.so-(\d\.\d{1,2})$/, parsePythonVersion],
    [/^mod_wsgi[-_]?(?:python|py)(\d\.\d{1,2})[-_.]/, parsePythonVersion],
    [/^mod_wsgi[-_]?(?:python|py)(\d)\b/, parseVersionDigits],
  ]
  for (const [pattern, parse] of patterns) {
    const match = pattern.exec(name)
    if (match) return parse(match[1] as string)
  }
  return undefined
}

/** By the folder that pip installs it into: `…/lib/python3.9/site-packages/mod_wsgi/server/mod_wsgi.so`. */
export function pythonOfModulePath(path: string): PythonVersion | undefined {
  const match = /\/lib(?:64)?\/python(\d\.\d{1,2})\/(?:site|dist)-packages\/mod_wsgi\//.exec(path)
  return match ? parsePythonVersion(match[1] as string) : undefined
}

/** `libpython3.11.so.1.0`, `libpython2.7.so`, `libpython3.7m.so.1.0`; `libpython3.so` is the stable interface: only the major version. */
export function pythonOfLibrary(name: string): PythonVersion | undefined {
  const match = /^libpython(\d(?:\.\d{1,2})?)[a-z]*\.(?:so|dylib)/.exec(name)
  return match ? parsePythonVersion(match[1] as string) : undefined
}

export interface Banner {
  readonly python: PythonVersion
  readonly modWsgi: string
  /** The whole banner, from `Apache/` to `configured`. */
  readonly text: string
  readonly at: Place
}

/** The last start-up line of an Apache error log that names mod_wsgi and its Python (`Apache/2.4.57 (Debian) mod_wsgi/4.9.4 Python/3.11 configured`). */
export function pythonOfBanner(path: string, log: string): Banner | undefined {
  for (let end = log.length; end > 0; ) {
    const found = log.lastIndexOf('mod_wsgi/', end - 1)
    if (found < 0) return undefined
    const lineStart = log.lastIndexOf('\n', found) + 1
    const newline = log.indexOf('\n', found)
    const line = log.slice(lineStart, Math.min(newline < 0 ? log.length : newline, lineStart + LONGEST_LINE))
    const match =
      /Apache(?:\/\S+)? .*?mod_wsgi\/(\S+).*? Python\/(\d+\.\d+(?:\.\d+)?)\S*.*? configured\b/.exec(line) ??
      /Apache(?:\/\S+)? .*? Python\/(?<python>\S+).*?mod_wsgi\/(?<wsgi>\S+).*? configured\b/.exec(line)
    const python = match && parsePythonVersion(match.groups?.python ?? (match[2] as string))
    if (match && python) {
      const start = lineStart + match.index
      return { python, modWsgi: match.groups?.wsgi ?? (match[1] as string), text: match[0], at: { path, start, end: start + match[0].length } }
    }
    end = lineStart
  }
  return undefined
}

const LONGEST_LINE = 8192
