// Reads the sources of httpd and of modules: from a folder, or from a commit of a git repository.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { describeFolder } from '../nginx/read-source.mjs'

/** @typedef {{ path: string, text: string }} SourceFile */
/** @typedef {{ folder: string, commit?: string }} Source */

const sourceName = /\.(?:c|h|cc|cpp|hpp|inc)$/
const skippedFolders = new Set(['.git', 'node_modules', 'docs', 'doc', 'target', 'testdata'])
/** `version` is what a release calls itself. */
const releaseTag = /^(?:mod_wsgi-)?(\d+(?:\.\d+)+)$/

/** `DIR` or `DIR@COMMIT`. @param {string} text @returns {Source} */
export function parseSource(text) {
  const at = text.lastIndexOf('@')
  return at > 0 ? { folder: text.slice(0, at), commit: text.slice(at + 1) } : { folder: text }
}

/** Name, commit and date of a source. @param {Source} source @returns {{ name: string, commit?: string, date?: string }} */
export function describeSource({ folder, commit }) {
  const checkout = folder.replace(/(?:\/repo)?(?:\/\.git)?$/, '')
  const name = basename(checkout).split('+').at(-1) ?? ''
  if (commit === undefined) return { ...describeFolder(folder), name }
  const [hash = '', date = ''] = git(folder, ['log', '-1', '--format=%H %cs', commit]).trim().split(' ')
  return { name, commit: hash, date }
}

/** All C and C++ files of a source, or those `wanted`, in the order of their names. @param {Source} source @param {RegExp} [wanted] @param {boolean} [everywhere] also in folders of documentation @returns {SourceFile[]} */
export function readFiles({ folder, commit }, wanted = sourceName, everywhere = false) {
  const skipped = everywhere ? new Set(['.git']) : skippedFolders
  return commit === undefined ? readFolder(folder, wanted, skipped) : readCommit(folder, commit, wanted, new Map(), skipped)
}

/** Whether a source is a repository with tags for releases. @param {Source} source */
export function hasReleases({ folder }) {
  try {
    return releasesOf(folder, () => true).length > 0
  } catch {
    return false
  }
}

/** The releases that a repository has tags for, oldest first; those that `isWanted` refuses are left out. @param {string} folder @param {(version: string) => boolean} isWanted @returns {{ version: string, tag: string }[]} */
export function releasesOf(folder, isWanted) {
  return git(folder, ['tag', '--list'])
    .split('\n')
    .flatMap((tag) => {
      const version = releaseTag.exec(tag)?.[1]
      return version !== undefined && isWanted(version) ? [{ version, tag }] : []
    })
    .sort((one, other) => compareVersions(one.version, other.version))
}

/** The files of one commit; texts are shared between commits through `texts`. @param {string} folder @param {string} commit @param {RegExp} wanted @param {Map<string, string>} texts by object name @param {Set<string>} [skipped] folders @returns {SourceFile[]} */
export function readCommit(folder, commit, wanted, texts, skipped = skippedFolders) {
  const listed = git(folder, ['ls-tree', '-r', commit])
    .split('\n')
    .flatMap((line) => {
      const match = /^\d+ blob (\w+)\t(.+)$/.exec(line)
      const path = match?.[2] ?? ''
      return match?.[1] && wanted.test(path) && !path.split('/').some((part) => skipped.has(part)) ? [{ object: match[1], path }] : []
    })
  const missing = [...new Set(listed.map(({ object }) => object))].filter((object) => !texts.has(object))
  if (missing.length > 0) {
    const output = execFileSync('git', ['-C', folder, 'cat-file', '--batch'], { input: missing.join('\n'), maxBuffer: 1 << 30 })
    let at = 0
    while (at < output.length) {
      const lineEnd = output.indexOf(10, at)
      const [object = '', , size = '0'] = output.toString('latin1', at, lineEnd).split(' ')
      texts.set(object, output.toString('latin1', lineEnd + 1, lineEnd + 1 + Number(size)))
      at = lineEnd + 1 + Number(size) + 1
    }
  }
  return listed.map(({ object, path }) => ({ path, text: texts.get(object) ?? '' }))
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

/** @param {string} folder @param {RegExp} wanted @param {Set<string>} skipped @returns {SourceFile[]} */
function readFolder(folder, wanted, skipped) {
  /** @type {SourceFile[]} */
  const files = []
  const walk = (/** @type {string} */ at) => {
    for (const entry of readdirSync(at, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const path = join(at, entry.name)
      if (entry.isDirectory() && !skipped.has(entry.name)) walk(path)
      else if (entry.isFile() && wanted.test(path)) files.push({ path: relative(folder, path), text: readFileSync(path, 'latin1') })
    }
  }
  walk(folder)
  return files
}

/** @param {string} folder @param {string[]} args */
function git(folder, args) {
  return execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] })
}
