import type { Beanstalk } from '../../../deployment/platforms/beanstalk.ts'
import { basename, join, relativeTo } from '../../../workspace/path.ts'
import type { Snapshot } from '../../../workspace/snapshot.ts'

/** The file of which the platform installs the packages: the first of the three that is in the bundle's root. */
export const dependencyFile = (beanstalk: Beanstalk): string | undefined =>
  ['requirements.txt', 'Pipfile.lock', 'Pipfile'].map((name) => join(beanstalk.root, name)).find((path) => beanstalk.files.includes(path))

/** Requirements files elsewhere than in the root, those for production first. */
export function otherRequirements(beanstalk: Beanstalk): string[] {
  const rank = (path: string): number => {
    const name = relativeTo(path, beanstalk.root).toLowerCase()
    const found = [
      /(?<![a-z])prod(uction)?(?![a-z])/,
      /(?<![a-z])(deploy(ment)?|aws|eb|beanstalk)(?![a-z])/,
      /(^|\/)requirements\.txt$/,
      /(?<![a-z])(base|common|main)(?![a-z])/,
    ].findIndex((each) => each.test(name))
    return found < 0 ? 9 : found
  }
  return beanstalk.files
    .filter((path) => {
      const relative = relativeTo(path, beanstalk.root)
      if (!relative.endsWith('.txt') || /(^|\/)(venv|env|node_modules|docs?|tests?|\.[^/]+)\//.test(relative)) return false
      const isOne =
        /(^|\/)requirements\/[^/]+\.txt$/.test(relative) ||
        /^(requirements|reqs)([-_.][\w-]+)?\.txt$/.test(basename(relative)) ||
        /^[\w-]+[-_.]requirements\.txt$/.test(basename(relative))
      return isOne && !/(?<![a-z])(dev(elop(ment)?)?|tests?|testing|local|docs?|lint|ci|optional)(?![a-z])/i.test(relative.replace(/\.txt$/, ''))
    })
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}

/** Whether something of the repository, run before the upload or the installation, makes a requirements file in the root. */
export function isMadeElsewhere(beanstalk: Beanstalk, files: readonly string[], snapshot: Snapshot): boolean {
  const making = /(>|\b(cp|mv|ln|install)\b[^\n]*\s|-o\s*|--output(-file)?[\s=]*|\bexport\b[^\n]*)[^\n]*\b(requirements\.txt|Pipfile)/
  const mentions = (path: string): boolean => {
    const content = snapshot.content(path)
    return content.state === 'content' && making.test(content.value.text)
  }
  return (
    beanstalk.hooks.some((hook) => hook.phase === 'prebuild' && /requirements|Pipfile|\bpip\b|poetry|\buv\b/.test(hook.text)) ||
    (beanstalk.buildfile !== undefined && mentions(beanstalk.buildfile)) ||
    files.some((path) => buildScripts.test(path) && mentions(path))
  )
}

/** Where people keep what is run before a deployment. */
const buildScripts =
  /(^|\/)(Makefile|makefile|Justfile|justfile|Jenkinsfile|fabfile\.py|tasks\.py|noxfile\.py|package\.json|buildspec[^/]*\.ya?ml|bitbucket-pipelines\.ya?ml|\.gitlab-ci\.ya?ml|\.travis\.ya?ml|azure-pipelines\.ya?ml|[^/]*deploy[^/]*|[^/]+\.sh|\.github\/workflows\/[^/]+\.ya?ml|\.circleci\/config\.ya?ml)$/
