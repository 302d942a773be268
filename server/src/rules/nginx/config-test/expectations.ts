import type { NginxEntry } from '../../../catalog/nginx/catalog.ts'
import type { FindingFix } from '../../rule.ts'
import type { Reading } from './reading.ts'
import { listed, replace } from './slots.ts'

/** What kind of value a directive takes, in words. */
export function expectation(entry: NginxEntry): string {
  switch (entry.value) {
    case 'msec':
    case 'sec':
      return `a time such as 30s, 5m or 1h 30m${entry.value === 'msec' ? ' (or 500ms)' : ''}, units from large to small`
    case 'num':
      return 'a whole number'
    case 'size':
    case 'off':
      return 'a size in bytes, or with k or m behind it'
    case 'bufs':
      return 'a number and a size, such as 8 16k'
    case 'path':
      return 'a folder and up to three levels'
    case 'enum':
      return entry.values ? listed(entry.values) : 'one of its words'
    default:
      return entry.syntax.length > 0 ? entry.syntax.join(' or ') : 'another value'
  }
}

/** A time or number written in a way that nginx does not read but a person does. */
export function fixOfValue(reading: Reading): FindingFix[] {
  const value = reading.values[1] ?? ''
  if (reading.values.length !== 2) return []
  const time = /^(\d+)\s*(sec|secs|seconds?|min|mins|minutes?|hours?|hrs?|days?)$/i.exec(value)
  if (time && (reading.entry.value === 'msec' || reading.entry.value === 'sec')) {
    const unit = (time[2] ?? '').charAt(0).toLowerCase()
    return [replace(reading, 1, `${time[1]}${unit}`)]
  }
  return []
}
