import type { Reading, Refusal } from './reading.ts'
import { ifVersionFault } from './version.ts'

const rule = 'apache/invalid-section' as const

/** What Apache has against the opening line of a conditional section (`server/core.c: start_cond_section`). */
export function conditionFault(reading: Reading): Refusal | undefined {
  const { directive, entry } = reading
  if (directive.args.some((argument) => !argument.known)) return undefined
  if (directive.name === 'ifversion') return ifVersionFault(reading)
  const words = directive.args.map((argument) => argument.value)
  const [first = ''] = words
  if (first !== '' && !(first === '!' && words.length === 1)) return undefined
  return {
    server: `<${entry.name}> directive requires additional arguments`,
    rule,
    at: 'name',
    words: `<${entry.name}> does not say what it depends on.`,
  }
}
