import { Uri, workspace } from 'vscode'
import type { LanguageClientOptions } from 'vscode-languageclient'
import type { InitializationOptions } from '../../server/src/lsp/initialization-options.ts'
import { isVirtual } from './files.ts'

/** How the client speaks to the server, in desktop VS Code and in the browser alike. */
export function clientOptions(extensionUri: Uri): LanguageClientOptions {
  return {
    documentSelector: schemes.flatMap((scheme) => [
      { scheme, language: 'nginx' },
      { scheme, language: 'apacheconf' },
      { scheme, language: 'webserver-log' },
      // Django's settings and webconf's own are heard of as they are written, and marked too.
      { scheme, language: 'python' },
      { scheme, language: 'json', pattern: '**/webconf.json' },
      { scheme, pattern: '**/webconf.requests.{yaml,yml,json}' },
      ...deploymentFiles.map((pattern) => ({ scheme, pattern })),
    ]),
    // Asked again at each start, so that a restarted server learns what has been granted since.
    initializationOptions: (): InitializationOptions => ({
      trusted: workspace.isTrusted,
      docsUri: Uri.joinPath(extensionUri, 'docs').toString(),
      filesOfClient: isVirtual(),
      closesSections: true,
      opensTexts: true,
      explainsRequests: true,
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
