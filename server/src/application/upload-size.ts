import type { DjangoSettings } from '../deployment/django/settings.ts'
import type { Place } from '../problem/place.ts'

/** A size up to which the settings accept what is sent. */
export interface AcceptedSize {
  readonly name: string
  readonly bytes: number
  readonly at: Place
}

/** The largest size that the settings state for sure: Django's own DATA_UPLOAD_MAX_MEMORY_SIZE, or one of the project's (`MAX_UPLOAD_SIZE`). */
export function acceptedSize(settings: DjangoSettings): AcceptedSize | undefined {
  let largest: AcceptedSize | undefined
  for (const [name, assignments] of settings.assignments) {
    const factor = factorOf(name)
    const value = factor === undefined ? undefined : settings.get(name)
    if (factor === undefined || value?.state !== 'known' || value.value.kind !== 'number' || value.isDefault) continue
    const at = value.at ?? assignments.at(-1)?.target
    const bytes = value.value.value * factor
    // A smaller number of a setting without a unit may count megabytes.
    if (!at || !Number.isFinite(bytes) || bytes < 65_536 || (largest && largest.bytes >= bytes)) continue
    largest = { name, bytes, at }
  }
  return largest
}

function factorOf(name: string): number | undefined {
  if (name === 'DATA_UPLOAD_MAX_MEMORY_SIZE') return 1
  const isLimit = /^(?=.*MAX)(?=.*(UPLOAD|FILE|IMAGE|DOCUMENT|ATTACHMENT|PHOTO|VIDEO|MEDIA|REQUEST|BODY))(?=.*SIZE)/.test(name)
  if (!isLimit || name.startsWith('FILE_UPLOAD_') || /LOG|CACHE|CHUNK|MEMORY|WIDTH|HEIGHT|PIXEL|NAME|PATH|ROTAT|BACKUP/.test(name)) return undefined
  if (/_(MB|MIB|MEGABYTES)$/.test(name)) return 1_048_576
  return /_(KB|KIB|KILOBYTES)$/.test(name) ? 1024 : /SIZE(_(BYTES|IN_BYTES))?$/.test(name) ? 1 : undefined
}

/** `20m`, as nginx and people write it; undefined where it is none. */
export function bytesOf(size: string): number | undefined {
  const match = /^(\d+)([kmg]?)$/i.exec(size)
  return match
    ? Number(match[1]) * (({ k: 1024, m: 1_048_576, g: 1_073_741_824 } as Readonly<Record<string, number>>)[(match[2] ?? '').toLowerCase()] ?? 1)
    : undefined
}
