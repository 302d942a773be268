import { makeLineIndex } from '../syntax/line-index.ts'
import { parse } from '../syntax/parse.ts'
import type { Dialect } from '../syntax/tree.ts'
import type { Known, Snapshot } from '../workspace/snapshot.ts'
import type { Source } from './placed.ts'

/** Reads and parses configuration files; a file whose text is unchanged is not parsed again. */
export interface SourceReader {
  read(snapshot: Snapshot, path: string, dialect: Dialect, sizeLimit: number): Known<Source> | { readonly state: 'binary' } | { readonly state: 'too large' }
}

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
      const source: Source = { path, text, tree: parse(text, dialect), lines: makeLineIndex(text), encoding }
      sources.set(key, source)
      return { state: 'content', value: source }
    },
  }
}
