import { factName } from './expectation.ts'
import type { Mismatch } from './judge.ts'

/** `404 and not 200`, `file /srv/a and not /srv/b`. */
export function difference({ fact, actual }: Mismatch): string {
  const name = fact.field === 'status' ? '' : `${factName(fact)} `
  return `${name}${actual ?? 'none'} and not ${fact.value ?? 'none'}`
}
