// Reads source folders and, where the folder is a git checkout with release tags, the releases in it.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'

/** @typedef {{ path: string, text: string }} SourceFile */

const sourceName = /\.(?:c|h|cc|cpp|rs)$/
const skippedFolders = new Set(['.git', 't', 'test', 'tests', 'testdata', 'node_modules', 'docs', 'doc', 'dev', 'examples', 'cxx_supportlib', 'target'])

/** All C, C++ and Rust files of a folder, in the order of their names. @param {string} folder @returns {SourceFile[]} */
export function readFolder(folder) {
  /** @type {SourceFile[]} */
  const files = []
  const walk = (/** @type {string} */ at) => {
    for (const entry of readdirSync(at, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const path = join(at, entry.name)
      if (entry.isDirectory() && !skippedFolders.has(entry.name)) walk(path)
      else if (entry.isFile() && sourceName.test(entry.name)) files.push({ path: relative(folder, path), text: readFileSync(path, 'latin1') })
    }
  }
  walk(folder)
  return files
}

/** Name, commit and commit date of a folder, as far as git knows them. @param {string} folder */
export function describeFolder(folder) {
  const name = basename(folder)
  try {
    const top = git(folder, ['rev-parse', '--show-toplevel']).trim()
    const part = relative(top, folder)
    const [commit = '', date = ''] = git(folder, ['log', '-1', '--format=%H %cs']).trim().split(' ')
    return { name: part ? `${basename(top)}/${part}` : name, commit, date }
  } catch {
    return { name }
  }
}

/** The version in src/core/nginx.h. @param {SourceFile[]} files */
export function nginxVersion(files) {
  const header = files.find(({ path }) => path.endsWith('core/nginx.h'))
  return header ? /NGINX_VERSION\s+"([\d.]+)"/.exec(header.text)?.[1] : undefined
}

/**
 * The releases of nginx from `oldest` on, oldest first, that the checkout has tags for.
 * @param {string} folder @param {string} oldest @returns {{ version: string, tag: string }[]}
 */
export function releasesOf(folder, oldest) {
  let tags
  try {
    tags = git(folder, ['tag', '--list', 'release-*'])
  } catch {
    return []
  }
  return tags
    .split('\n')
    .flatMap((tag) => {
      const version = /^release-(\d+\.\d+\.\d+)$/.exec(tag)?.[1]
      return version ? [{ version, tag }] : []
    })
    .filter(({ version }) => compareVersions(version, oldest) >= 0)
    .sort((one, other) => compareVersions(one.version, other.version))
}

/** The source files of one tag; texts are shared between tags through `texts`. @param {string} folder @param {string} tag @param {Map<string, string>} texts by object name */
export function readTag(folder, tag, texts) {
  const listed = git(folder, ['ls-tree', '-r', tag, 'src'])
    .split('\n')
    .flatMap((line) => {
      const match = /^\d+ blob (\w+)\t(.+)$/.exec(line)
      return match?.[1] && match[2] && sourceName.test(match[2]) ? [{ object: match[1], path: match[2] }] : []
    })
  const missing = [...new Set(listed.map(({ object }) => object))].filter((object) => !texts.has(object))
  if (missing.length > 0) {
    const output = execFileSync('git', ['-C', folder, 'cat-file', '--batch'], { input: missing.join('\n'), maxBuffer: 1 << 29 })
    let at = 0
    while (at < output.length) {
      const lineEnd = output.indexOf(10, at)
      const [object = '', , size = '0'] = output.toString('latin1', at, lineEnd).split(' ')
      texts.set(object, output.toString('latin1', lineEnd + 1, lineEnd + 1 + Number(size)))
      at = lineEnd + 1 + Number(size) + 1
    }
  }
  return listed.map(({ object, path }) => ({ path: path.replace(/^src\//, ''), text: texts.get(object) ?? '' }))
}

/** Orders dotted version numbers. @param {string} one @param {string} other */
export function compareVersions(one, other) {
  const left = one.split('.').map(Number)
  const right = other.split('.').map(Number)
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** @param {string} folder @param {string[]} args */
function git(folder, args) {
  return execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] })
}
