import { compareNginxVersions } from '../../../catalog/nginx/catalog.ts'
import type { Settings } from '../../../workspace/settings.ts'

/** Whether the settings name a version of nginx that is at least this one. */
export const isAtLeast = ({ nginx }: Settings, version: string): boolean => nginx.version !== undefined && compareNginxVersions(nginx.version, version) >= 0

/** Whether the settings name a version of nginx before this one. */
export const isBefore = ({ nginx }: Settings, version: string): boolean => nginx.version !== undefined && compareNginxVersions(nginx.version, version) < 0
