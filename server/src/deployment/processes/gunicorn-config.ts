import { dirname } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { readSettings } from '../django/settings.ts'
import { isSequence, numberOf, textOf, type Value } from '../django/values.ts'
import type { TextAt } from './process.ts'

/** What a configuration file of gunicorn says: a Python module whose names are settings. */
export interface GunicornConfig {
  readonly path: string
  /** Something in it cannot be read, and may set anything. */
  readonly open: boolean
  /** Whether a setting is set, be it to something that is not known. */
  sets(name: string): boolean
  /** A setting by its long option's name (`worker-class`), where it is certain. */
  text(name: string): TextAt | undefined
  /** The addresses of `bind`; undefined where it is not set or not known. */
  readonly binds: readonly TextAt[] | undefined
  /** Whether it is certain what `bind` is, or that it is not set. */
  readonly bindKnown: boolean
}

/** Reads a `gunicorn.conf.py` without running it. */
export function readGunicornConfig(snapshot: Snapshot, path: string): GunicornConfig {
  const module = readSettings(snapshot, path, dirname(path))
  const value = (name: string): Value | undefined => (module.assignments.has(name) ? module.get(name) : undefined)
  const bind = value('bind')
  const texts = bind && textsOf(bind)
  const binds = texts?.some((each) => isComputed(each, path, snapshot)) ? undefined : texts
  return {
    path,
    open: module.state !== 'read' || !module.whole,
    sets: (name) => module.assignments.has(name.replaceAll('-', '_')),
    text(name) {
      const found = value(name.replaceAll('-', '_'))
      if (found?.state !== 'known' || !found.at) return undefined
      const text = textOf(found.value) ?? numberOf(found.value)?.toString()
      const told = text === undefined ? undefined : { value: text, at: found.at }
      return told && !isComputed(told, path, snapshot) ? told : undefined
    },
    binds,
    bindKnown: module.state === 'read' && (bind === undefined ? module.whole : binds !== undefined),
  }
}

/** Whether a text holds a folder above the file, made from its `__file__`: that is where it lies here, not where it will on the server. */
function isComputed({ value, at }: TextAt, path: string, snapshot: Snapshot): boolean {
  const content = snapshot.content(at.path)
  if (content.state === 'content' && content.value.text.slice(at.start, at.end).includes(value)) return false
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) if (`${value}/`.includes(`${folder}/`)) return true
  return false
}

/** One text, or a list of them, all certain. */
function textsOf(value: Value): TextAt[] | undefined {
  if (value.state !== 'known') return undefined
  const items: readonly Value[] = isSequence(value.value) && !value.value.open ? value.value.items : [value]
  const texts: TextAt[] = []
  for (const item of items) {
    const text = item.state === 'known' ? textOf(item.value) : undefined
    if (text === undefined || item.state !== 'known' || !item.at) return undefined
    texts.push({ value: text, at: item.at })
  }
  return texts
}
