/**
 * One byte of a character that takes several in UTF-8, as a half of a surrogate pair: the server's messages cut characters apart (`'%c'`), a text here
 * cannot. `logText` writes it as the server does.
 */
export function byteText(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : loneBytes + byte)
}

/** A message as the server's log and `apache2 -t` write it (`server/util.c: ap_escape_errorlog_item`): bytes that do not print are escaped. */
export function logText(message: string): string {
  if (!/[^ -[\]-~]/.test(message)) return message
  let text = ''
  for (const character of message) {
    const code = character.codePointAt(0) ?? 0
    const letter = escapes.get(character)
    if (letter !== undefined) text += letter
    else if (code >= 0x20 && code < 0x7f) text += character
    else if (code >= loneBytes + 0x80 && code <= loneBytes + 0xff) text += hexadecimal(code - loneBytes)
    else for (const byte of encoder.encode(character)) text += hexadecimal(byte)
  }
  return text
}

const loneBytes = 0xdc00
const encoder = new TextEncoder()
const escapes = new Map([
  ['\b', '\\b'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
])
const hexadecimal = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`
