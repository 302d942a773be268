import type { Application } from '../../../application/application.ts'
import type { DjangoSettings } from '../../../deployment/django/settings.ts'
import type { Place } from '../../../problem/place.ts'
import { isInside, relativeTo } from '../../../workspace/path.ts'

/** A deployed folder as the settings would write it at a place: below BASE_DIR where that is known there, else as it is. */
export function folderExpression(folder: string, at: Place, settings: DjangoSettings, application: Application): string {
  const base = settings.get('BASE_DIR')
  const set = settings.assignments.get('BASE_DIR')?.[0]?.statement
  if (base.state !== 'known' || base.value.kind !== 'path' || base.value.flavor !== 'pathlib' || set?.path !== at.path || set.start > at.start)
    return JSON.stringify(folder)
  const deployed = application.deployed(base.value.value)
  if (deployed === undefined || !isInside(folder, deployed) || folder === deployed) return JSON.stringify(folder)
  return `BASE_DIR / ${relativeTo(folder, deployed)
    .split('/')
    .map((each) => JSON.stringify(each))
    .join(' / ')}`
}
