import { Uri, workspace } from 'vscode'
import type { LanguageClientOptions } from 'vscode-languageclient'

/** What the server is told beside the protocol's own words. */
export interface InitializationOptions {
  /** Whether the workspace is trusted; when that is granted later, the notification `webconf/trusted` says so. */
  readonly trusted: boolean
  /** The folder of the rules' pages: a rule's page is `docsUri/family/name.md`. */
  readonly docsUri: string
}

/** How the client speaks to the server, in desktop VS Code and in the browser alike. */
export function clientOptions(extensionUri: Uri): LanguageClientOptions {
  return {
    // Not `git:` and the like: what a comparison shows of old versions is not part of the workspace.
    documentSelector: ['nginx', 'apacheconf'].flatMap((language) => ['file', 'untitled', 'vscode-vfs'].map((scheme) => ({ language, scheme }))),
    synchronize: { configurationSection: 'webconf' },
    // Asked again at each start, so that a restarted server learns what has been granted since.
    initializationOptions: (): InitializationOptions => ({
      trusted: workspace.isTrusted,
      docsUri: Uri.joinPath(extensionUri, 'docs', 'rules').toString(),
    }),
    // All three are written: what is left out of such an object is off.
    diagnosticPullOptions: { onChange: true, onSave: true, onFocus: true },
  }
}
