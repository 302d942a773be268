// Facts of the reference documentation (nginx.org's XML): syntax, default, contexts, the version a directive appeared in, the edition.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {{ name: string, module: string, syntax: string[], default?: string, contexts: string[], since?: string, commercial?: true, block?: true }} DocumentedDirective */
/** @typedef {{ name: string, module: string, stream: boolean, prefix?: true, since?: string, commercial?: true }} DocumentedVariable */

const folders = ['.', 'http', 'stream', 'mail', 'njs']

/** Whether a folder is a checkout of the documentation. @param {string} folder */
export function isDocumentation(folder) {
  return existsSync(join(folder, 'xml/en/docs/ngx_core_module.xml'))
}

/** @param {string} folder @returns {{ directives: DocumentedDirective[], variables: DocumentedVariable[] }} */
export function readDocumentation(folder) {
  /** @type {DocumentedDirective[]} */
  const directives = []
  /** @type {DocumentedVariable[]} */
  const variables = []
  for (const part of folders) {
    const at = join(folder, 'xml/en/docs', part)
    for (const file of readdirSync(at)
      .filter((name) => /^ngx_\w+_module(?:_head)?\.xml$/.test(name))
      .sort()) {
      const text = readFileSync(join(at, file), 'utf8').replace(/<!--[\s\S]*?-->/g, '')
      const module = file.replace(/(?:_head)?\.xml$/, '')
      readModule(text, module, directives, variables)
    }
  }
  return { directives, variables }
}

/** @param {string} text @param {string} module @param {DocumentedDirective[]} directives @param {DocumentedVariable[]} variables */
function readModule(text, module, directives, variables) {
  const summary = /<section id="summary">([\s\S]*?)<\/section>/.exec(text)?.[1] ?? ''
  const commercialModule = /This module is available as part of our\s*<commercial_version>/.test(summary)
  const moduleSince = /module\s*\(([\d.]+)\)/.exec(summary)?.[1]
  for (const match of text.matchAll(/<directive name="([^"]+)">([\s\S]*?)<\/directive>/g)) {
    const body = match[2] ?? ''
    const contexts = [...body.matchAll(/<context>([^<]*)<\/context>/g)].map(([, name]) => name?.trim() ?? '').filter(Boolean)
    const since = /<appeared-in>\s*([\d.]+)\s*<\/appeared-in>/.exec(body)?.[1] ?? moduleSince
    const syntax = [...body.matchAll(/<syntax([^>]*)>([\s\S]*?)<\/syntax>|<syntax[^>]*\/>/g)].map(([, , inside]) => plainText(inside ?? ''))
    const value = /<default>([\s\S]*?)<\/default>/.exec(body)?.[1]
    directives.push({
      name: match[1] ?? '',
      module,
      syntax: syntax.filter(Boolean),
      ...(value?.trim() ? { default: plainText(value) } : {}),
      contexts,
      ...(since ? { since } : {}),
      ...(commercialModule || isCommercial(body, contexts) ? { commercial: true } : {}),
      ...(/<syntax[^>]*block="yes"/.test(body) ? { block: true } : {}),
    })
  }
  const section = /<section id="variables"[^>]*>([\s\S]*?)<\/section>/.exec(text)?.[1] ?? ''
  for (const match of section.matchAll(
    /<tag-name[^>]*>\s*<var>\$(\w+)<\/var>(<value>\w+<\/value>)?([\s\S]*?)<\/tag-name>\s*<tag-desc>([\s\S]*?)<\/tag-desc>/g,
  )) {
    const marks = /\(((?:\d+\.)+\d+)/.exec(`${match[3]}${match[4]}`)?.[1]
    const commercial = commercialModule || /<commercial_version>/.test(match[4] ?? '')
    variables.push({
      name: match[1] ?? '',
      module,
      stream: module.includes('_stream_'),
      ...(match[2] ? { prefix: true } : {}),
      ...((marks ?? moduleSince) ? { since: marks ?? moduleSince } : {}),
      ...(commercial ? { commercial: true } : {}),
    })
  }
}

/** The note stands in the directive's own text, not in that of one of its parameters. @param {string} body @param {string[]} contexts */
function isCommercial(body, contexts) {
  return /<note>\s*(?:This|The)\s+directive\s+is\s+available\s+as\s+part\s+of\s+our\s*<commercial_version>/.test(body) && contexts.length > 0
}

/** @param {string} xml */
function plainText(xml) {
  return xml
    .replace(/<[^>]+>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&nbsp;/g, ' ')
    .replace(/&(?:mdash|ndash);/g, '-')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim()
}
