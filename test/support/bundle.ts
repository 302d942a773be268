import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { wasmInside } from '../../scripts/lib/wasm.mjs'

/** A program of ours as one file in a folder of its own; `remove` takes the folder away. */
export interface Bundle {
  readonly folder: string
  readonly path: string
  remove(): void
}

/** Bundles an entry of the project for Node, to `dist/<name>.cjs` as it is shipped. */
export async function bundle(entry: string, name: string): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'webconf-bundle-'))
  const path = join(folder, 'dist', `${name}.cjs`)
  await build({
    entryPoints: [fileURLToPath(new URL(`../../${entry}`, import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    plugins: [wasmInside],
    outfile: path,
    logLevel: 'error',
  })
  return { folder, path, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
