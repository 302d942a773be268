import type { Replacement } from '../problem/edits.ts'
import type { Place } from '../problem/place.ts'
import type { Fact } from './expectation.ts'
import type { Mismatch } from './judge.ts'
import { writeValue } from './read-line.ts'

/** What makes an expectation say what an answer has; undefined where it cannot be written in its place. */
export function expectInstead(mismatches: readonly Mismatch[]): (Place & Pick<Replacement, 'newText'>)[] | undefined {
  const edits: (Place & { newText: string })[] = []
  for (const { fact, actual } of mismatches) {
    if (fact.field === 'status' && actual === undefined) return undefined
    const newText = written(fact, actual)
    if (newText === undefined) return undefined
    edits.push({ ...fact.valueAt, newText })
  }
  return edits
}

function written({ field, writing }: Fact, value: string | undefined): string | undefined {
  switch (writing) {
    case 'comment':
      return writeValue(value)
    case 'fixed':
      return undefined
    default:
      if (value === undefined) return 'null'
      if (field === 'status') return value
      return writing === 'yaml' && isPlain(value) ? value : JSON.stringify(value)
  }
}

/** What YAML reads as the same text without quotes, in any place and any version. */
const isPlain = (value: string): boolean =>
  /^[A-Za-z/][\w./=;+-]*(?: [\w./=;+-]+)*$/.test(value) && !/^(?:null|none|true|false|yes|no|on|off|y|n)$/i.test(value)
