import { type ApacheEntry, compareApacheVersions, isInApacheVersion } from '../../../catalog/apache/catalog.ts'
import type { Settings } from '../../../workspace/settings.ts'

/** Whether the server or mod_wsgi of the settings' version has an entry; where none is set, any that counts. */
export function isOfVersion(entry: ApacheEntry, { apache, modWsgi }: Pick<Settings, 'apache' | 'modWsgi'>): boolean {
  if (entry.source === 'core') return apache.version === undefined || isInApacheVersion(entry, apache.version)
  if (entry.source !== 'wsgi') return true
  const { version } = modWsgi
  if (version === undefined) return entry.until === undefined || compareApacheVersions(entry.until, oldestWsgi) > 0
  // mod_wsgi for Python 2 is nobody's whose version is asked for.
  if (entry.only === 'Python 2' || (entry.since !== undefined && compareApacheVersions(version, entry.since) < 0)) return false
  return entry.until === undefined || compareApacheVersions(version, entry.until) < 0
}

/** Where no version is set, what any mod_wsgi since this one takes is right. */
const oldestWsgi = '4.9'
