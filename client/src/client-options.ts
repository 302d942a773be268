import { Uri, workspace } from 'vscode'
import type { LanguageClientOptions } from 'vscode-languageclient'
import { isVirtual } from './files.ts'

/** What the server is told beside the protocol's own words. */
export interface InitializationOptions {
  /** Whether the workspace is trusted; when that is granted later, the notification `webconf/trusted` says so. */
  readonly trusted: boolean
  /** The folder of the documentation: a rule's page is `docsUri/rules/family/name.md`. */
  readonly docsUri: string
  /** The workspace is on no disk of this machine: the server is to read files through the client. */
  readonly filesOfClient: boolean
}

/** How the client speaks to the server, in desktop VS Code and in the browser alike. */
export function clientOptions(extensionUri: Uri): LanguageClientOptions {
  return {
    documentSelector: schemes.flatMap((scheme) => [
      { scheme, language: 'nginx' },
      { scheme, language: 'apacheconf' },
      // Django's settings and webconf's own are heard of as they are written, and marked too.
      { scheme, language: 'python' },
      { scheme, language: 'json', pattern: '**/webconf.json' },
      ...deploymentFiles.map((pattern) => ({ scheme, pattern })),
    ]),
    // Asked again at each start, so that a restarted server learns what has been granted since.
    initializationOptions: (): InitializationOptions => ({
      trusted: workspace.isTrusted,
      docsUri: Uri.joinPath(extensionUri, 'docs').toString(),
      filesOfClient: isVirtual(),
    }),
    // All three are written: what is left out of such an object is off.
    diagnosticPullOptions: { onChange: true, onSave: true, onFocus: true },
  }
}

/** Files of processes and platforms, whatever language they have: what is wrong in them is mended in them. */
const deploymentFiles = [
  '**/*.{service,socket}',
  '**/*.{service,socket}.d/*.conf',
  '**/{supervisor,supervisord}*{.conf,/**/*.conf,/**/*.ini}',
  '**/*uwsgi*.{ini,yml,yaml,xml}',
  '**/{Dockerfile,Containerfile,Dockerfile.*,*.Dockerfile,*.dockerfile}',
  '**/{docker-compose,compose}*.{yml,yaml}',
  '**/{Procfile,Buildfile,Dockerrun.aws.json,.ebignore,.gitignore}',
  '**/.ebextensions/*',
  '**/.elasticbeanstalk/config.yml',
  '**/.platform/**',
  '**/requirements*.txt',
  '**/requirements/*.txt',
  '**/pyvenv.cfg',
]

/** Not `git:` and the like: what a comparison shows of old versions is not part of the workspace. */
export const schemes = ['file', 'untitled', 'vscode-vfs', 'vscode-remote', 'vscode-test-web', 'memfs']
