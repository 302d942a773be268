import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface OnEnterRule {
  readonly beforeText: string
  readonly afterText?: string
  readonly previousLineText?: string
  readonly action: { readonly indent: string }
}

interface LanguageConfiguration {
  readonly wordPattern: string
  readonly indentationRules: { readonly increaseIndentPattern: string; readonly decreaseIndentPattern: string }
  readonly folding: { readonly markers: { readonly start: string; readonly end: string } }
  readonly onEnterRules: readonly OnEnterRule[]
}

const read = (language: string): LanguageConfiguration =>
  JSON.parse(readFileSync(new URL(`../../syntaxes/${language}.language-configuration.json`, import.meta.url), 'utf8'))

const nginx = read('nginx')
const apache = read('apacheconf')

/** The lines indented afresh, four blanks a level, as VS Code does it: a line that decreases is moved, one that increases moves the next. */
function indent({ indentationRules }: LanguageConfiguration, lines: readonly string[]): string[] {
  let level = 0
  return lines.map((line) => {
    if (new RegExp(indentationRules.decreaseIndentPattern).test(line)) level--
    const indented = '    '.repeat(level) + line
    if (new RegExp(indentationRules.increaseIndentPattern).test(line)) level++
    return indented
  })
}

/** What Enter does at `|` in the last of the lines: the first rule that fits, as in VS Code. */
function onEnter({ onEnterRules }: LanguageConfiguration, ...lines: readonly string[]): string | undefined {
  const [before = '', after = ''] = (lines.at(-1) ?? '').split('|')
  const previous = lines.at(-2) ?? ''
  const fits = (pattern: string | undefined, text: string) => pattern === undefined || new RegExp(pattern).test(text)
  return onEnterRules.find((rule) => fits(rule.beforeText, before) && fits(rule.afterText, after) && fits(rule.previousLineText, previous))?.action.indent
}

const words = ({ wordPattern }: LanguageConfiguration, text: string) => text.match(new RegExp(wordPattern, 'g'))

describe('nginx', () => {
  it('words hold dollars, hyphens and underscores', () => {
    expect(words(nginx, 'proxy_set_header X-Real-IP $remote_addr;')).toEqual(['proxy_set_header', 'X-Real-IP', '$remote_addr'])
    expect(words(nginx, '$host$uri')).toEqual(['$host', '$uri'])
  })

  it('blocks are indented', () => {
    const lines = ['http {', 'server { # one', 'root /a;', '}', '# not here {', '}', 'gzip on;']
    expect(indent(nginx, lines)).toEqual(['http {', '    server { # one', '        root /a;', '    }', '    # not here {', '}', 'gzip on;'])
  })

  it('Enter between braces opens them', () => {
    expect(onEnter(nginx, 'server {|}')).toBe('indentOutdent')
    expect(onEnter(nginx, 'listen 80;|')).toBeUndefined()
  })
})

describe('Apache', () => {
  it('words hold hyphens and underscores, not brackets and dollars', () => {
    expect(words(apache, '<IfModule mod_ssl.c>')).toEqual(['IfModule', 'mod_ssl', 'c'])
    expect(words(apache, 'valid-user $1')).toEqual(['valid-user', '1'])
  })

  it('sections are indented', () => {
    const lines = ['<VirtualHost *:80>', '<Directory "/srv">', 'Require all granted', '</Directory>', '# <Directory>', '</VirtualHost>', 'Listen 80']
    expect(indent(apache, lines)).toEqual([
      '<VirtualHost *:80>',
      '    <Directory "/srv">',
      '        Require all granted',
      '    </Directory>',
      '    # <Directory>',
      '</VirtualHost>',
      'Listen 80',
    ])
  })

  it('sections fold', () => {
    const { start, end } = apache.folding.markers
    expect(['  <Directory />', '# region x', 'Listen 80', '</Directory>'].map((line) => new RegExp(start).test(line))).toEqual([true, true, false, false])
    expect(['  </Directory>', '# endregion', '<Directory />'].map((line) => new RegExp(end).test(line))).toEqual([true, true, false])
  })

  it('Enter after an opening line goes in, between the two lines of a section it opens them', () => {
    expect(onEnter(apache, '<Directory />|')).toBe('indent')
    expect(onEnter(apache, '<Directory />|</Directory>')).toBe('indentOutdent')
    expect(onEnter(apache, '</Directory>|')).toBeUndefined()
  })

  it('the lines of a continued directive are indented once, and the next directive is not', () => {
    expect(onEnter(apache, 'Listen 80', 'WSGIDaemonProcess site \\|')).toBe('indent')
    expect(onEnter(apache, 'WSGIDaemonProcess site \\', '    threads=2 \\|')).toBeUndefined()
    expect(onEnter(apache, '    threads=2 \\', '    user=www|')).toBe('outdent')
    expect(onEnter(apache, 'Listen 80', 'ServerName a|')).toBeUndefined()
  })
})
