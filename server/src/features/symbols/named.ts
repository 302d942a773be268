import type { SymbolKind } from 'vscode-languageserver-types'
import type { PlacedDirective } from '../../configuration/placed.ts'
import { eachItem } from '../../syntax/items.ts'
import { type Dialect, type Directive, nameOf } from '../../syntax/tree.ts'

/** What a symbol's name is made of: a directive alone in its file, or in its place in a configuration. */
export interface Nameable {
  /** As the server compares names: lower case for Apache. */
  readonly name: string
  /** The name as written. */
  readonly written: string
  readonly args: readonly string[]
  /** The directives directly inside. */
  children(): Iterable<Nameable>
}

/** How an outline shows a directive. */
export interface SymbolName {
  readonly name: string
  /** What more can be said: where a location leads. */
  readonly detail: string
  readonly kind: SymbolKind
}

/** A directive of a tree, by what its own file says. */
export const ofNode = (node: Directive, dialect: Dialect): Nameable => ({
  name: dialect === 'apache' ? nameOf(node).toLowerCase() : nameOf(node),
  written: nameOf(node),
  get args() {
    return node.words.slice(1).map((word) => word.value)
  },
  *children() {
    if (node.block?.holds === 'directives') for (const item of eachItem(node.block.items)) if (item.kind === 'directive') yield ofNode(item, dialect)
  },
})

/** A placed directive, with what it gets through includes. */
export const ofPlaced = (directive: PlacedDirective): Nameable => ({
  name: directive.name,
  written: nameOf(directive.node),
  get args() {
    return directive.args.map((argument) => argument.value)
  },
  *children() {
    for (const child of directive.children) yield ofPlaced(child)
  },
})

/** The values of all children of one name. */
export function valuesOf(directive: Nameable, name: string): string[] {
  const values: string[] = []
  for (const child of directive.children()) if (child.name === name) values.push(...child.args)
  return values
}

/** The first child that has one of these names, as it would be written. */
export function firstOf(directive: Nameable, names: ReadonlySet<string>): string {
  for (const child of directive.children()) if (names.has(child.name)) return short([child.written, ...child.args].join(' '))
  return ''
}

/** Some words of many. */
export function few(words: readonly string[], most: number): string {
  const distinct = [...new Set(words)]
  return distinct.length <= most ? distinct.join(' ') : `${distinct.slice(0, most).join(' ')} …`
}

/** One line of a length that an outline can show. */
export function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}

const longest = 100
