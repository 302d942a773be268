/** A WebAssembly module, as base64 text (see scripts/lib/wasm.mjs). */
declare module '*.wasm' {
  const base64: string
  export default base64
}
