import { SymbolKind } from 'vscode-languageserver-types'
import { few, firstOf, type Nameable, type SymbolName, short, valuesOf } from '../named.ts'

/** The symbol of a directive or section of Apache; undefined for one that an outline does not show. */
export function apacheSymbol(directive: Nameable, isSection: boolean): SymbolName | undefined {
  const { name, written, args } = directive
  if (!isSection) {
    const shown = simple.get(name)
    return shown && { name: short([written, ...args.slice(0, shown.args)].join(' ')), detail: short(args.slice(shown.args).join(' ')), kind: shown.kind }
  }
  const whole = short([written, ...args].join(' ')) || '< >'
  if (name === 'virtualhost') return { name: virtualHostName(directive), detail: firstOf(directive, roots), kind: SymbolKind.Class }
  if (name.startsWith('if') || name.startsWith('else') || name.startsWith('limit') || name.startsWith('require'))
    return { name: whole, detail: '', kind: SymbolKind.Boolean }
  if (name === 'macro') return { name: whole, detail: '', kind: SymbolKind.Function }
  if (name === 'proxy')
    return {
      name: whole,
      detail: few(
        valuesOf(directive, 'balancermember').filter((each) => each.includes('://')),
        3,
      ),
      kind: SymbolKind.Interface,
    }
  return { name: whole, detail: firstOf(directive, leadsTo), kind: SymbolKind.Method }
}

/** `VirtualHost *:443 example.org`. */
export const virtualHostName = (directive: Nameable): string =>
  short([directive.written, few(directive.args, 2), few(valuesOf(directive, 'servername'), 1)].filter((each) => each !== '').join(' '))

/** Directives that an outline shows, with the number of arguments in their names. */
const simple: ReadonlyMap<string, { readonly args: number; readonly kind: SymbolKind }> = new Map([
  ['include', { args: 1, kind: SymbolKind.File }],
  ['includeoptional', { args: 1, kind: SymbolKind.File }],
  ['use', { args: 1, kind: SymbolKind.Function }],
  ['define', { args: 1, kind: SymbolKind.Constant }],
  ['listen', { args: 1, kind: SymbolKind.Event }],
  ['alias', { args: 1, kind: SymbolKind.Field }],
  ['aliasmatch', { args: 1, kind: SymbolKind.Field }],
  ['scriptalias', { args: 1, kind: SymbolKind.Field }],
  ['proxypass', { args: 1, kind: SymbolKind.Field }],
  ['proxypassmatch', { args: 1, kind: SymbolKind.Field }],
  ['wsgiscriptalias', { args: 1, kind: SymbolKind.Field }],
  ['wsgiscriptaliasmatch', { args: 1, kind: SymbolKind.Field }],
  ['wsgidaemonprocess', { args: 1, kind: SymbolKind.Object }],
])

const roots: ReadonlySet<string> = new Set(['documentroot'])
const leadsTo: ReadonlySet<string> = new Set(['proxypass', 'sethandler', 'require', 'redirect', 'allowoverride'])
