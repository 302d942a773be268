import type { Dialect } from '../syntax/tree.ts'
import type { Problem } from './problem.ts'

/** What was found in one file. */
export interface FileReport {
  readonly path: string
  /** `null` for a file that is no configuration. */
  readonly dialect: Dialect | null
  /** The contexts in which the file stands: one for each way in which it is read. */
  readonly contexts: readonly (readonly string[])[]
  /** Why it was not checked. */
  readonly unread?: string
  readonly problems: readonly Problem[]
}
