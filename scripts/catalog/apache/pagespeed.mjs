// mod_pagespeed makes most of its directives while it starts, from the options of its rewriter; their names are in its C++ sources.

import { splitTopLevel, stripComments } from '../nginx/c-text.mjs'
import { readConstants } from './c-tables.mjs'

/** @typedef {import('./c-tables.mjs').Row} Row */
/** @typedef {import('./read-source.mjs').SourceFile} SourceFile */

const folder = /(?:net\/instaweb\/rewriter|pagespeed\/(?:apache|system))\/[^/]+\.cc$/

/** The rows of its own table, and those for the options that have a help text (`RewriteOptions::AddProperties` and its like). @param {SourceFile[]} files @param {Map<string, Row[]>} tables @returns {Row[]} */
export function pagespeedRows(files, tables) {
  const texts = files.filter(({ path }) => folder.test(path) && !/_test/.test(path)).map(({ path, text }) => ({ path, text: stripComments(text) }))
  const constants = new Map(texts.flatMap(({ text }) => [...readConstants(text)]))
  /** @type {Map<string, Row>} */
  const rows = new Map((tables.get('mod_pagespeed_filter_cmds') ?? []).map((row) => [row.name, row]))
  for (const { path, text } of texts) {
    for (const match of text.matchAll(/\bAdd(?:Base|System|Apache|Deprecated)Property\s*\(/g)) {
      const fields = callArguments(text, match.index + match[0].length)
      const deprecated = match[0].includes('Deprecated')
      const named = fields[deprecated ? 0 : 3] ?? ''
      const value = named.startsWith('"') ? named : constants.get(named.replace(/^.*::/, ''))
      const scope = fields.find((field) => /k\w+Scope\w*$/.test(field)) ?? ''
      if (value === undefined || fields.includes('NULL') || fields.includes('nullptr')) continue
      const name = `ModPagespeed${value.slice(1, -1)}`
      const overrides =
        /Server|Process/.test(scope) || match[0].includes('System') ? ['server'] : ['server', 'limit', 'options', 'fileinfo', 'authconfig', 'indexes']
      if (!rows.has(name)) rows.set(name, { name, handler: '', overrides, onRead: false, args: 'take1', file: path })
    }
  }
  return [...rows.values()]
}

/** @param {string} text @param {number} start behind the bracket */
function callArguments(text, start) {
  let depth = 1
  for (const match of text.slice(start).matchAll(/"(?:[^"\\\n]|\\[\s\S])*"|[()]/g)) {
    if (match[0] === '(') depth += 1
    else if (match[0] === ')') {
      depth -= 1
      if (depth === 0) return splitTopLevel(text.slice(start, start + match.index))
    }
  }
  return []
}
