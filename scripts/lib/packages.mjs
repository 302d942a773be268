// What people install, as folders: only what runs, with a manifest that names only that.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from './processes.mjs'
import { inProject } from './project.mjs'

const common = ['README.md', 'CHANGELOG.md', 'LICENSE', 'docs', 'dist/package.json']
const commandFiles = ['dist/cli.js', 'dist/cli-main.js', 'dist/libpcre2.cjs']
const extensionFiles = [
  'dist/client.cjs',
  'dist/server.js',
  'dist/server-main.js',
  'dist/libpcre2.cjs',
  'dist/client.web.js',
  'dist/server.worker.js',
  'dist/explain.js',
  'dist/explain.css',
  'syntaxes',
  'client/images/deployment.svg',
  'client/images/icon.png',
  'client/images/request-decided.svg',
  'client/images/request-lost.svg',
  'client/walkthrough',
]

/** Makes the extension's package in a folder; returns its path. */
export async function packExtension(target) {
  const stage = join(target, 'extension')
  const { name, version } = stageExtension(stage)
  const { createVSIX } = await import('@vscode/vsce')
  const packagePath = join(target, `${name}-${version}.vsix`)
  // Everything is bundled, and the links of the README lead to files that are packed too.
  await createVSIX({ cwd: stage, packagePath, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false })
  rmSync(stage, { recursive: true })
  return packagePath
}

/** Makes the npm package of the command, with the language server for other editors in it; returns its path. */
export async function packCommand(target) {
  const stage = join(target, 'command')
  const { name, version } = stageCommand(stage)
  const { code, stdout, stderr } = await run('npm', ['pack', '--ignore-scripts', '--pack-destination', target], { cwd: stage })
  if (code !== 0) throw new Error(`npm pack failed (exit ${code}):\n${stderr || stdout}`)
  rmSync(stage, { recursive: true })
  return join(target, `${name}-${version}.tgz`)
}

/** The extension for VS Code, on the desktop and in the browser; returns its manifest. */
export function stageExtension(folder) {
  // Workers of a browser load no ES modules, for which `type` stands.
  const { type, scripts, devDependencies, private: _, bin, ...manifest } = projectManifest()
  return stage(folder, [...common, ...extensionFiles], manifest)
}

function stageCommand(folder) {
  const { name, version, description, license, keywords, bin, engines, repository, homepage, bugs } = projectManifest()
  const manifest = { name, version, description, license, keywords, repository, homepage, bugs, bin, engines: { node: engines.node } }
  return stage(folder, [...common, ...commandFiles], manifest)
}

function stage(folder, paths, manifest) {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(inProject(path), join(folder, path), { recursive: true })
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
  return manifest
}

const projectManifest = () => JSON.parse(readFileSync(inProject('package.json'), 'utf8'))
