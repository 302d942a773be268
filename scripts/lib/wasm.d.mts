import type { Plugin } from 'esbuild'

export const wasmInside: Plugin
