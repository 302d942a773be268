import type { FileReport } from '../problem/report.ts'
import type { DocumentView } from './lib/view.ts'

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

/** The main file of the configuration in which a document is read first: a whole one where there is one. */
export interface RootOfFile {
  readonly dialect: 'nginx' | 'apache'
  readonly path: string
  readonly whole: boolean
}

export function rootOfFile({ configurations }: DocumentView): RootOfFile | undefined {
  const all = configurations.map(({ configuration }) => configuration)
  const chosen = all.find((each) => each.whole) ?? all[0]
  return chosen && { dialect: chosen.dialect, path: chosen.root.path, whole: chosen.whole }
}
