// Facts of the reference documentation: syntax, default and contexts (httpd's docs/manual/mod/*.xml, mod_wsgi's configuration-directives/*.rst).

/** @typedef {import('./read-source.mjs').SourceFile} SourceFile */
/** @typedef {{ name: string, section: boolean, module: string, syntax: string, default?: string, contexts: string[] }} Page */

/** The files that hold it. */
export const documentation = /docs\/(?:manual\/mod\/\w+\.xml|configuration-directives\/\w+\.rst)$/

/** @param {SourceFile[]} files @returns {Page[]} */
export function readDocumentation(files) {
  return files.flatMap(({ path, text }) => {
    const decoded = Buffer.from(text, 'latin1').toString('utf8')
    return path.endsWith('.xml') ? readManual(decoded) : readDirectivePage(decoded, path)
  })
}

/**
 * The page about a directive: of its own module, else where several modules share one (`mpm_common`, `core`), else the only one with the name.
 * @param {Page[]} pages @param {{ name: string, module: string, section: boolean }} directive
 */
export function pageOf(pages, { name, module, section }) {
  const named = pages.filter((page) => page.name.toLowerCase() === name.toLowerCase() && page.section === section)
  const shared = ['mpm_common', 'core']
  return named.find((page) => page.module === module) ?? named.find((page) => shared.includes(page.module)) ?? (named.length === 1 ? named[0] : undefined)
}

/** @param {string} text @returns {Page[]} */
function readManual(text) {
  const module = /<name>([^<]+)<\/name>/.exec(text.replace(/<directivesynopsis[\s\S]*/, ''))?.[1]?.trim() ?? ''
  const pages = []
  for (const match of text.matchAll(/<directivesynopsis([^>]*)>([\s\S]*?)<\/directivesynopsis>/g)) {
    const body = match[2] ?? ''
    const name = /<name>([^<]+)<\/name>/.exec(body)?.[1]?.trim()
    const syntax = /<syntax>([\s\S]*?)<\/syntax>/.exec(body)?.[1]
    if (name === undefined || syntax === undefined || /location=/.test(match[1] ?? '')) continue
    const value = /<default>([\s\S]*?)<\/default>/.exec(body)?.[1]
    pages.push({
      name,
      section: /type="section"/.test(match[1] ?? ''),
      module,
      syntax: plain(syntax),
      ...(value?.trim() ? { default: plain(value) } : {}),
      contexts: [...body.matchAll(/<context>([^<]*)<\/context>/g)].map(([, context]) => context?.trim() ?? ''),
    })
  }
  return pages
}

/** @param {string} text @param {string} path @returns {Page[]} */
function readDirectivePage(text, path) {
  const field = (/** @type {string} */ label) =>
    new RegExp(`^:${label}: *(.*(?:\\n +.*)*)`, 'm').exec(text)?.[1]?.replace(/``/g, '').replace(/\s+/g, ' ').trim()
  const name = (path.split('/').at(-1) ?? '').replace(/\.rst$/, '')
  const syntax = field('Syntax')
  if (syntax === undefined) return []
  const value = field('Default')
  const contexts = field('Context')?.split(/\s*,\s*/) ?? []
  return [{ name, section: syntax.startsWith('<'), module: 'mod_wsgi', syntax, ...(value && value !== 'None' ? { default: value } : {}), contexts }]
}

/** @param {string} xml */
function plain(xml) {
  return xml
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&nbsp;|&#160;/g, ' ')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim()
}
