import { compareNginxVersions } from '../../../catalog/nginx/catalog.ts'

const branchOf = (version: string): string => version.split('.').slice(0, 2).join('.')

/** Whether a version of nginx is in a span of vulnerable ones and has not got the correction of its branch. */
export function isVulnerable(version: string, spans: readonly (readonly [string, string])[], fixed: readonly string[]): boolean {
  const inside = spans.some(([low, high]) => compareNginxVersions(version, low) >= 0 && compareNginxVersions(version, high) <= 0)
  return inside && !fixed.some((each) => branchOf(each) === branchOf(version) && compareNginxVersions(version, each) >= 0)
}

/** The version to update to: of the same branch where there is one, else the next that has the correction. */
export function updateFor(version: string, fixed: readonly string[]): string {
  const later = fixed.filter((each) => compareNginxVersions(each, version) > 0).sort(compareNginxVersions)
  return later.find((each) => branchOf(each) === branchOf(version)) ?? later[0] ?? fixed[0] ?? ''
}
