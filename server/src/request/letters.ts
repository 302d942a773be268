const letters = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A number's lowest bits as the letters of crypt(3), six bits a letter. */
export function toLetters(value: number, count: number): string {
  let text = ''
  for (let i = 0, rest = value; i < count; i++, rest >>>= 6) text += letters.charAt(rest & 63)
  return text
}

/** The value of a letter. */
export const letterValue = (letter: string): number => Math.max(0, letters.indexOf(letter))

export const letterOf = (value: number): string => letters.charAt(value & 63)
