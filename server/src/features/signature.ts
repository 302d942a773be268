import { type ApacheEntry, apacheDirectives } from '../catalog/apache/catalog.ts'
import { isAllowedIn, isInNginxVersion, nginxDirectives } from '../catalog/nginx/catalog.ts'
import { nameOf } from '../syntax/tree.ts'
import { placeInside } from './completion/nginx/place.ts'
import { cursorAt } from './lib/cursor.ts'
import { ofOwnLine } from './lib/half-typed.ts'
import { type Form, parametersAfter, parseForm } from './lib/notation.ts'
import type { DocumentView } from './lib/view.ts'

/** The forms of the directive that the cursor is in, and the parameter that it is at. */
export interface Signature {
  readonly forms: readonly SignatureForm[]
  /** The form that fits what is written. */
  readonly active: number
}

export interface SignatureForm {
  readonly label: string
  /** Where the parameters stand in the label. */
  readonly parameters: readonly (readonly [start: number, end: number])[]
  /** The parameter at the cursor; undefined where there is none for it. */
  readonly active: number | undefined
}

/** Undefined where the cursor is in no argument of a directive that is known. */
export function signatureAt(view: DocumentView, offset: number): Signature | undefined {
  const { source } = view
  const { at: found, around } = cursorAt(source.tree, source.text, offset)
  if (found.kind !== 'argument') return undefined
  const at = source.tree.dialect === 'nginx' ? ofOwnLine(found, source.text, offset) : found
  const { node } = at.directive
  if (around.at(-1)?.node.block?.holds === 'entries') return undefined
  const name = nameOf(node)
  const values = node.words.slice(1).map(({ value }) => value)
  const before = values.slice(0, at.index)
  const given = values.filter((_, i) => i !== at.index || at.word === undefined)
  const written = at.word ? source.text.slice(at.start, offset).replace(/^["']/, '') : ''
  const forms =
    source.tree.dialect === 'nginx'
      ? nginxForms(view, name, around)
      : apacheForms(name, source.text.charAt(at.directive.start + (node.words[0]?.start ?? 0) - 1) === '<')
  if (forms.length === 0) return undefined
  const shown = forms.map(({ head, form, tail }) => {
    const shift = head.length + (form.text === '' ? 0 : 1)
    return {
      label: `${head}${form.text === '' ? '' : ` ${form.text}`}${tail}`,
      parameters: form.parameters.map(({ start, end }) => [start + shift, end + shift] as const),
      ...activeIn(form, before, given, written),
    }
  })
  const begun = shown.findIndex((each) => each.begun)
  const fitting = begun >= 0 ? begun : shown.findIndex(({ active }) => active !== undefined)
  return { forms: shown.map(({ label, parameters, active }) => ({ label, parameters, active })), active: Math.max(0, fitting) }
}

interface Written {
  readonly head: string
  readonly form: Form
  readonly tail: string
}

/** The parameter that is typed: one whose key or word it begins (`begun`), else the first that may stand there. */
function activeIn(form: Form, before: readonly string[], given: readonly string[], written: string): { active: number | undefined; begun: boolean } {
  const possible = parametersAfter(form, before, given)
  if (written === '') return { active: possible[0], begun: false }
  const lower = written.toLowerCase()
  const begins = (at: number): boolean =>
    form.parameters[at]?.choices.some((choice) => {
      if (choice.kind === 'value') return false
      if (choice.kind === 'word') return choice.text.toLowerCase().startsWith(lower)
      const key = `${choice.key}=`.toLowerCase()
      return key.startsWith(lower) || lower.startsWith(key)
    }) === true
  const begun = possible.find(begins)
  if (begun !== undefined) return { active: begun, begun: true }
  return { active: possible.find((at) => form.parameters[at]?.choices.some((choice) => choice.kind === 'value')), begun: false }
}

function nginxForms(view: DocumentView, name: string, around: Parameters<typeof placeInside>[1]): Written[] {
  const { contexts } = placeInside(view, around)
  const { version } = view.part.input.settings.nginx
  const all = nginxDirectives(name)
  const here = all.filter((entry) => contexts.some((context) => isAllowedIn(entry, context)))
  const known = (here.length > 0 ? here : all).filter((entry) => (version === undefined ? entry.until === undefined : isInNginxVersion(entry, version)))
  const forms = new Map<string, Written>()
  for (const { syntax, block, module } of known) {
    // Several modules may have the name: what is said is of the first.
    if (module !== known[0]?.module) continue
    for (const each of syntax) if (!forms.has(each)) forms.set(each, { head: name, form: parseForm(each, 'nginx'), tail: block ? ' { … }' : ';' })
  }
  return [...forms.values()]
}

function apacheForms(name: string, section: boolean): Written[] {
  const entry = apacheDirectives(name).find((each) => each.section === section)
  if (!entry) return []
  const head = section ? `<${name}` : name
  const forms = writtenForms(entry)
  return forms.map((form) => ({ head, form: parseForm(form, 'apache'), tail: section ? '>' : '' }))
}

/** The documentation's form; of mod_wsgi it may list several, each beginning with the name. Where there is none, what the kind of the directive says. */
function writtenForms(entry: ApacheEntry): string[] {
  if (entry.syntax === undefined) return [byKind[entry.arguments] ?? '...']
  const arguments_ = entry.syntax.replace(/^<?\S+?(?=\s|>|$)/, '').trim()
  return arguments_.split(new RegExp(`\\s+${entry.name}\\s+`)).filter((form, i) => form !== '' || i === 0)
}

const byKind: Readonly<Partial<Record<ApacheEntry['arguments'], string>>> = {
  none: '',
  flag: 'On|Off',
  take1: 'argument',
  take2: 'argument argument',
  take3: 'argument argument argument',
  take12: 'argument [argument]',
  take13: 'argument [argument argument]',
  take23: 'argument argument [argument]',
  take123: 'argument [argument] [argument]',
  iterate: 'argument ...',
  iterate2: 'argument argument ...',
}
