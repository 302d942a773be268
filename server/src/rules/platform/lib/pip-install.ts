import type { Dockerfile, DockerInstruction } from '../../../deployment/platforms/dockerfile.ts'
import { type Requirements, readRequirements } from '../../../deployment/platforms/requirements.ts'
import { shellCommands } from '../../../deployment/platforms/shell.ts'
import { dirname, isInside, join } from '../../../workspace/path.ts'
import type { DeploymentContext } from '../../rule.ts'

/** What `pip install` in a RUN asks for. */
export function askedBy(
  instruction: DockerInstruction,
  file: Dockerfile,
  { snapshot, files, deployment }: DeploymentContext,
): { requirements: Requirements[]; names: { name: string; specifier: string }[] } {
  const requirements: Requirements[] = []
  const names: { name: string; specifier: string }[] = []
  for (const { words } of shellCommands(instruction.text.replace(/^(?:--\S+\s+)+/, ''))) {
    const at = words.indexOf('install')
    if (
      at < 0 ||
      !words.slice(0, at).some((word) => /(^|\/)pip[\d.]*$/.test(word)) ||
      words.some((word) => /^--(no-index|find-links|only-binary|index-url|extra-index-url)/.test(word))
    )
      continue
    for (let i = at + 1; i < words.length; i++) {
      const word = words[i] ?? ''
      const reference = word === '-r' || word === '--requirement' ? words[++i] : /^(?:-r|--requirement=)(.+)$/.exec(word)?.[1]
      if (reference !== undefined) {
        const path = sourceOf(
          reference,
          file,
          files,
          deployment.containerSetup.compose.flatMap((each) =>
            each.services.flatMap((one) => (one.build?.dockerfile === file.path ? (one.build.context ?? []) : [])),
          ),
        )
        const read = path === undefined ? undefined : readRequirements(snapshot, path)
        if (read) requirements.push(read)
      } else if (/^[A-Za-z][\w.-]*(\[.*\])?([=<>~!].*)?$/.test(word))
        names.push({ name: (/^[A-Za-z][\w.-]*/.exec(word)?.[0] ?? '').toLowerCase().replace(/[-_.]+/g, '-'), specifier: word })
    }
  }
  return { requirements, names }
}

/** The file of the workspace that a path in the image was copied from: the one below the build's folder whose end agrees. */
function sourceOf(reference: string, file: Dockerfile, files: readonly string[], contexts: readonly string[]): string | undefined {
  const context = contexts[0] ?? dirname(file.path)
  const direct = join(context, `./${reference.replace(/^\/+/, '')}`)
  if (files.includes(direct)) return direct
  const segments = reference.split('/').filter((each) => each !== '' && each !== '.')
  const fits = (count: number): string[] => files.filter((path) => isInside(path, context) && path.endsWith(`/${segments.slice(-count).join('/')}`))
  for (let count = segments.length; count > 0; count--) {
    const found = fits(count)
    if (found.length === 1) return found[0]
    if (found.length > 1) return count === 1 && files.includes(join(context, segments.at(-1) ?? '')) ? join(context, segments.at(-1) ?? '') : undefined
  }
  return undefined
}
