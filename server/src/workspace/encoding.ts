/** A file's text and how its bytes were read. */
export interface Decoded {
  readonly text: string
  readonly encoding: 'utf-8' | 'latin-1'
  /** A NUL among the first 8,192 bytes: not configuration. */
  readonly binary: boolean
}

/** Valid UTF-8 is UTF-8 (a byte order mark stays in the text as U+FEFF); anything else is read as Latin-1. */
export function decode(bytes: Uint8Array): Decoded {
  const binary = bytes.subarray(0, 8192).includes(0)
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), encoding: 'utf-8', binary }
  } catch {
    return { text: decodeLatin1(bytes), encoding: 'latin-1', binary }
  }
}

/** The bytes of a text in the encoding in which it was read. Undefined where Latin-1 has no place for a character. */
export function encode(text: string, encoding: Decoded['encoding']): Uint8Array | undefined {
  if (encoding === 'utf-8') return new TextEncoder().encode(text)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 255) return undefined
    bytes[i] = code
  }
  return bytes
}

/** TextDecoder's "latin1" is Windows-1252, which is not reversible: each byte is its own code point here. */
function decodeLatin1(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let i = 0; i < bytes.length; i += 8192) parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)))
  return parts.join('')
}
