// What to open in a folder, and what to look at in the examples.
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { inProject } from './project.mjs'

const skipped = new Set(['.git', 'node_modules', 'site-packages', 'env', 'venv', '.venv'])
/** From the plainest name to the least plain. */
const names = [/^httpd\.conf$/, /^apache2\.conf$/, /^nginx\.conf$/, /^[^/]*\.vhost$/, /\.conf$/, /^default$/, /^\.htaccess$/]

/** The configuration file that a person would open first in a folder, or undefined. */
export function firstConfigurationOf(folder) {
  const files = filesBelow(folder, 5)
  for (const name of names) {
    const found = files.find((file) => name.test(file.slice(file.lastIndexOf('/') + 1)))
    if (found !== undefined) return join(folder, found)
  }
  return undefined
}

/** What to look at first in a folder. */
export function tourOf(folder) {
  return tours[relative(inProject('examples'), folder)] ?? tours.other
}

const tours = {
  coralnet: [
    'open the Problems panel (Ctrl+Shift+M, or Cmd+Shift+M): everything found in the folder is in it',
    'the underlined WSGIPythonPath: rest the pointer on it to read what is wrong and why',
    'put the cursor on it and press Ctrl+. (Cmd+.): the quick fixes, "ignore here" and the page about the rule',
  ],
  other: [
    'open the Problems panel (Ctrl+Shift+M, or Cmd+Shift+M): everything found in the folder is in it',
    'put the cursor on something underlined and press Ctrl+. (Cmd+.): the quick fixes, "ignore here" and the page about the rule',
  ],
}

/** Files below a folder, shallow ones first, in the order of their names. */
function filesBelow(folder, depth) {
  const files = []
  let level = ['']
  for (let i = 0; i < depth && level.length > 0; i++) {
    const next = []
    for (const path of level) {
      for (const entry of readdirSync(join(folder, path), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const inside = path === '' ? entry.name : `${path}/${entry.name}`
        if (entry.isFile()) files.push(inside)
        else if (entry.isDirectory() && !skipped.has(entry.name)) next.push(inside)
      }
    }
    level = next
  }
  return files
}
