import { byteText } from '../../../syntax/apache/expression/log-text.ts'

/** The first byte of a character, for messages of which Apache makes one byte of the text. `encoding` is that of the file that it is from. */
export function firstByte(character: string, encoding: 'utf-8' | 'latin-1'): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return character
  return byteText(encoding === 'latin-1' ? code & 0xff : (new TextEncoder().encode(character)[0] ?? 0))
}
