/** A WebAssembly module: a function that gives it as base64 text (see scripts/lib/wasm.mjs). */
declare module '*.wasm' {
  const base64Text: () => string
  export default base64Text
}
