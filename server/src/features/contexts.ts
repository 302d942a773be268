import type { FileReport } from '../problem/report.ts'

/** Where a file stands in a server's configuration, for the editor to show. */
export interface FileContexts {
  readonly dialect: FileReport['dialect']
  /** Each place in which it is read, from the outermost block: `[["http", "server"]]`. */
  readonly contexts: readonly (readonly string[])[]
}

/** Undefined where the file is no configuration, or is not read as such. */
export function contextsOfFile(reports: readonly FileReport[], path: string): FileContexts | undefined {
  const report = reports.find((each) => each.path === path)
  if (!report?.dialect || report.contexts.length === 0) return undefined
  return { dialect: report.dialect, contexts: report.contexts }
}
