// Placeholder until the join lands (helper 6 overwrites this file).
import type { Configuration } from '../configuration/placed.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { Settings } from '../workspace/settings.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import type { Application } from './application.ts'
import type { PathMap } from './path-map.ts'
export const anchorsOf = (_c: Configuration, _s: Snapshot, _files: readonly string[]): string[] => []
export const joinApplications = (_c: Configuration, _d: Deployment, _p: PathMap, _s: Snapshot, _t: Settings): Application[] => []
