import type { Place } from '../../problem/place.ts'
import { basename, dirname, isInside, join, relativeTo } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type BeanstalkPlatform, type CliConfig, readCliConfig } from './beanstalk-platform.ts'
import { type ExtensionFile, type ExtensionOption, readExtensionFile } from './extension-file.ts'
import { type IgnorePattern, readIgnoreFile } from './ignore-file.ts'
import { type Procfile, readProcfile } from './procfile.ts'
import { type ShellCommand, shellCommands } from './shell.ts'

/** An application that Elastic Beanstalk runs: a folder of the workspace that is its source bundle. */
export interface Beanstalk {
  /** The folder that is zipped and uploaded. */
  readonly root: string
  readonly cli: CliConfig | undefined
  readonly platform: BeanstalkPlatform
  /** `.ebextensions/*.config`, in the order in which they are processed. */
  readonly extensions: readonly ExtensionFile[]
  readonly options: readonly ExtensionOption[]
  /** Files below `.platform/hooks` and `.platform/confighooks`. */
  readonly hooks: readonly PlatformHook[]
  readonly procfile: Procfile | undefined
  readonly buildfile: string | undefined
  /** All files of the workspace in the folder. */
  readonly files: readonly string[]
  /** The pattern that keeps a file out of the bundle. */
  leftOut(path: string): { readonly pattern: IgnorePattern; readonly by: '.ebignore' | '.gitignore' } | undefined
  /** The value of an option, where files of the bundle set it. */
  option(namespace: string, name: string): ExtensionOption | undefined
}

export interface PlatformHook {
  readonly path: string
  /** `prebuild`, `predeploy`, `postdeploy`; undefined where it is in none of their folders. */
  readonly phase: string | undefined
  readonly text: string
  readonly shell: readonly ShellCommand[]
}

export const pythonNamespace = 'aws:elasticbeanstalk:container:python'
export const oldStaticNamespace = 'aws:elasticbeanstalk:container:python:staticfiles'
export const staticNamespace = 'aws:elasticbeanstalk:environment:proxy:staticfiles'

/** The phases in which scripts of `.platform` run. */
export const hookPhases: readonly string[] = ['prebuild', 'predeploy', 'postdeploy']

/** Every folder of the workspace that has files for Elastic Beanstalk. */
export function findBeanstalks(snapshot: Snapshot, files: readonly string[]): Beanstalk[] {
  const roots = new Set<string>()
  for (const path of files) {
    const root = /^(.*?)\/(?:\.ebextensions\/[^/]+\.config|\.elasticbeanstalk\/config\.ya?ml|\.platform\/(?:hooks|confighooks|nginx|httpd)\/.+)$/.exec(
      path,
    )?.[1]
    if (root !== undefined) roots.add(root)
    else if (basename(path) === 'Dockerrun.aws.json' || basename(path) === '.ebignore') roots.add(dirname(path))
  }
  return [...roots].sort().map((root) => readBeanstalk(snapshot, root, files))
}

function readBeanstalk(snapshot: Snapshot, root: string, all: readonly string[]): Beanstalk {
  const files = all.filter((path) => isInside(path, root))
  const extensions = files
    .filter((path) => dirname(path) === join(root, '.ebextensions') && path.endsWith('.config'))
    .sort()
    .flatMap((path) => readExtensionFile(snapshot, path) ?? [])
  const options = extensions.flatMap((each) => each.options)
  const hooks = files
    .filter((path) => isInside(path, join(root, '.platform/hooks')) || isInside(path, join(root, '.platform/confighooks')))
    .flatMap((path) => readHook(snapshot, root, path))
  const cli = readCliConfig(snapshot, root)
  const ownPath = join(root, '.ebignore')
  const own = files.includes(ownPath) ? readIgnoreFile(snapshot, ownPath, 'eb') : undefined
  const gitPath = join(root, '.gitignore')
  const git = !files.includes(ownPath) && cli?.usesGit && files.includes(gitPath) ? readIgnoreFile(snapshot, gitPath, 'git') : undefined
  return {
    root,
    cli,
    platform: cli?.platform ?? guessedPlatform(files, root, options, extensions, hooks),
    extensions,
    options,
    hooks,
    procfile: files.includes(join(root, 'Procfile')) ? readProcfile(snapshot, join(root, 'Procfile')) : undefined,
    buildfile: files.find((path) => path === join(root, 'Buildfile')),
    files,
    leftOut(path) {
      const pattern = (own ?? git)?.leavesOut(relativeTo(path, root))
      return pattern && { pattern, by: own ? '.ebignore' : '.gitignore' }
    },
    option: (namespace, name) => options.findLast((each) => each.namespace === namespace && each.name === name),
  }
}

function readHook(snapshot: Snapshot, root: string, path: string): PlatformHook[] {
  const content = snapshot.content(path)
  if (content.state !== 'content' || content.value.binary || content.value.text.length > 200_000) return []
  const [, phase] = relativeTo(path, join(root, '.platform')).split('/')
  const direct = dirname(dirname(dirname(path))) === join(root, '.platform')
  const { text } = content.value
  return [
    {
      path,
      phase: direct && phase !== undefined && hookPhases.includes(phase) ? phase : undefined,
      text,
      shell: /^#!.*python/.test(text) ? [] : shellCommands(text),
    },
  ]
}

/** Where nothing names the platform, what only one of them has tells. */
function guessedPlatform(
  files: readonly string[],
  root: string,
  options: readonly ExtensionOption[],
  extensions: readonly ExtensionFile[],
  hooks: readonly PlatformHook[],
): BeanstalkPlatform {
  const docker = ['Dockerfile', 'Dockerrun.aws.json', 'docker-compose.yml'].some((name) => files.includes(join(root, name)))
  const python =
    options.some((each) => each.namespace === pythonNamespace || each.namespace === oldStaticNamespace) ||
    (!docker && ['manage.py', 'application.py'].some((name) => files.includes(join(root, name))))
  const modern =
    hooks.length > 0 ||
    files.some((path) => /\/\.platform\/(nginx|httpd)\//.test(path)) ||
    options.some((each) => each.namespace === staticNamespace) ||
    extensions.some((each) => /\/var\/app\/(venv|current|staging)/.test(each.yaml.text))
  return {
    generation: modern ? 'AL2+' : undefined,
    family: python ? 'python' : docker ? 'docker' : undefined,
    python: undefined,
    name: undefined,
    at: undefined,
  }
}

export const isModern = ({ platform }: Beanstalk): boolean => platform.generation !== undefined && platform.generation !== 'AL1'

/** The whole line in which an offset lies, its line end included. */
export function lineOf(text: string, offset: number, path: string): Place {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const end = text.indexOf('\n', offset)
  return { path, start, end: end < 0 ? text.length : end + 1 }
}
