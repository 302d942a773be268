import { makeLineIndex } from '../syntax/line-index.ts'
import { parse } from '../syntax/parse.ts'
import { reparse } from '../syntax/reparse.ts'
import { findHoles } from '../syntax/template.ts'
import type { Dialect, Hole } from '../syntax/tree.ts'
import { isTemplatePath } from '../workspace/dialect.ts'
import type { Known, Snapshot } from '../workspace/snapshot.ts'
import type { Source } from './placed.ts'

/** Reads and parses configuration files; a file whose text is unchanged is not parsed again, and of a changed one only what the change touches. */
export interface SourceReader {
  read(snapshot: Snapshot, path: string, dialect: Dialect, sizeLimit: number): Known<Source> | { readonly state: 'binary' } | { readonly state: 'too large' }
}

/**
 * The parts of a file that a template engine fills in. Apache's formats have signs like those of templates (`%{…}`, `${NAME}`): without a name that
 * says so, a file is a template where its tags are plain.
 */
export function holesOf(path: string, text: string, dialect: Dialect): readonly Hole[] {
  const isTemplate = isTemplatePath(path)
  if (dialect === 'nginx' || isTemplate) return findHoles(text, isTemplate, dialect === 'nginx')
  return plainTags.test(text) ? findHoles(text, false).filter((hole) => !text.startsWith('${', hole.start)) : []
}

const plainTags = /\{\{[-~]?\s*[\w.$"'|]+[^{}\n]*\}\}|^[ \t]*(\{[%#]|<%)/m

export function makeSourceReader(): SourceReader {
  const sources = new Map<string, Source>()
  return {
    read(snapshot, path, dialect, sizeLimit) {
      const content = snapshot.content(path)
      if (content.state !== 'content') return content
      const { text, encoding, binary } = content.value
      if (binary) return { state: 'binary' }
      if (text.length > sizeLimit) return { state: 'too large' }
      const key = `${dialect} ${path}`
      const known = sources.get(key)
      if (known && known.text === text && known.encoding === encoding) return { state: 'content', value: known }
      const holes = holesOf(path, text, dialect)
      const edited = known && !known.templated && holes.length === 0
      const tree = edited ? reparse(known.tree, known.text, text) : parse(text, dialect, holes)
      const source: Source = { path, text, tree, lines: makeLineIndex(text), encoding, templated: holes.length > 0 }
      sources.set(key, source)
      return { state: 'content', value: source }
    },
  }
}
