/** `apr_base64_encode` */
export const toBase64 = (bytes: string): string => btoa(bytes)

/** `apr_base64_decode`: what is behind the first character that is not of base64 is left out. */
export function fromBase64(text: string): string {
  const plain = /^[A-Za-z0-9+/]*/.exec(text)?.[0] ?? ''
  const whole = plain.length % 4 === 1 ? plain.slice(0, -1) : plain
  try {
    return atob(whole)
  } catch {
    return ''
  }
}
