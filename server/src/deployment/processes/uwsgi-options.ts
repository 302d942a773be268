import { isMap, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml'
import type { Told } from './command-line.ts'
import { readUnitFile } from './unit-file.ts'

/** An option of a uWSGI configuration file. */
export interface UwsgiOption extends Told {
  /** With dashes: `wsgi_file` and `wsgi-file` are the same to uWSGI. */
  readonly name: string
}

/** Whether a file is a uWSGI configuration, by its name and its text. */
export function isUwsgiFile(path: string, text: string): boolean {
  if (/\.ini$/.test(path)) return /^\s*\[uwsgi\]/m.test(text)
  if (/\.ya?ml$/.test(path)) return /^uwsgi:/m.test(text)
  if (/\.xml$/.test(path)) return /<uwsgi[\s>]/.test(text)
  return false
}

/**
 * The options of a uWSGI configuration (ini, YAML or XML), in order. `%(name)` is filled in from the options before it; what else has a placeholder
 * (`%n`, `$(HOME)`, `@(file)`) is not known.
 */
export function readUwsgiOptions(path: string, text: string): UwsgiOption[] {
  const written = /\.ya?ml$/.test(path) ? fromYaml(text) : /\.xml$/.test(path) ? fromXml(text) : fromIni(path, text)
  const values = new Map<string, string>()
  return written.map((option) => {
    let known = true
    const value = option.value.replace(/%\(([\w.-]+)\)|%[a-zA-Z](?![\w(])|\$\([^)]*\)|@\([^)]*\)/g, (all, name: string | undefined) => {
      const found = name === undefined ? undefined : values.get(name)
      if (found === undefined) known = false
      return found ?? all
    })
    if (known) values.set(option.name, value)
    return { ...option, name: option.name.replaceAll('_', '-'), value, known }
  })
}

function fromIni(path: string, text: string): UwsgiOption[] {
  return readUnitFile(path, text, 'none')
    .filter((entry) => entry.section === 'uwsgi')
    .map(({ key, value, start, end }) => ({ name: key, value, known: true, start, end }))
}

function fromYaml(text: string): UwsgiOption[] {
  const document = parseDocument(text, { uniqueKeys: false, strict: false })
  const options: UwsgiOption[] = []
  visit(document, {
    Pair(_, pair, ancestors) {
      const outer = ancestors.filter(isPair)
      const top = outer[0]
      if (!isScalar(pair.key) || outer.length !== 1 || !top || !isScalar(top.key) || top.key.value !== 'uwsgi') return undefined
      const name = String(pair.key.value)
      for (const node of isSeq(pair.value) ? pair.value.items : isMap(pair.value) ? [] : [pair.value]) {
        if (isScalar(node) && node.range) options.push({ name, value: String(node.value), known: true, start: node.range[0], end: node.range[1] })
      }
      return undefined
    },
  })
  return options
}

function fromXml(text: string): UwsgiOption[] {
  const options: UwsgiOption[] = []
  for (const match of text.replace(/<!--[\s\S]*?-->/g, (comment) => ' '.repeat(comment.length)).matchAll(/<([\w.-]+)>\s*([^<>]*?)\s*<\/\1>/g)) {
    const [all, name = '', value = ''] = match
    const start = match.index + all.indexOf(value, name.length + 2)
    options.push({ name, value, known: true, start, end: start + value.length })
  }
  return options
}
