import type { Deployment } from '../deployment/deployment.ts'
import type { DjangoProject } from '../deployment/django/project.ts'
import { readPackages } from '../deployment/python/packages.ts'
import { dirname, join } from '../workspace/path.ts'
import type { Snapshot } from '../workspace/snapshot.ts'

/** Django's major version, from the one virtualenv that has it, or from what the requirements leave; undefined where more than one is possible. */
export function djangoMajor(
  deployment: Deployment,
  project: DjangoProject,
  snapshot: Snapshot,
): { readonly atLeast: number } | { readonly below: number } | undefined {
  const installed = new Set(
    deployment.virtualenvs.flatMap(({ sitePackages }) =>
      sitePackages.flatMap((folder) => {
        const packages = readPackages(snapshot, folder)
        return typeof packages === 'string' ? [] : (packages.get('django')?.version ?? [])
      }),
    ),
  )
  const [version] = installed
  if (installed.size === 1 && version !== undefined) return exactly(Number.parseInt(version, 10))
  if (installed.size > 1) return undefined
  for (const folder of [project.root, dirname(project.root)]) {
    for (const file of ['requirements.txt', 'requirements/production.txt', 'requirements/base.txt', 'requirements/common.txt']) {
      const content = snapshot.content(join(folder, file))
      const line = content.state === 'content' ? /^[ \t]*django[ \t]*((?:[<>=~!]=?[ \t]*[\d.*]+[ \t]*,?[ \t]*)+)/im.exec(content.value.text)?.[1] : undefined
      const told = line && majorOf(line)
      if (told) return told
    }
  }
  return undefined
}

/** The version that decides on CSRF_TRUSTED_ORIGINS is 4: one number on either side of it is enough. */
const exactly = (major: number): { readonly atLeast: number } | { readonly below: number } => (major >= 4 ? { atLeast: major } : { below: major + 1 })

function majorOf(specifier: string): { readonly atLeast: number } | { readonly below: number } | undefined {
  for (const part of specifier.split(',')) {
    const match = /^\s*([<>=~!]+)\s*(\d+)((?:\.[\d*]+)*)/.exec(part)
    const major = Number(match?.[2])
    if (match?.[1] === '==' || match?.[1] === '===' || (match?.[1] === '~=' && (match[3]?.split('.').length ?? 0) > 2)) return exactly(major)
    if ((match?.[1] === '>=' || match?.[1] === '>' || match?.[1] === '~=') && major >= 4) return { atLeast: major }
    if (match?.[1] === '<' && major <= 4 && !/[1-9]/.test(match[3] ?? '')) return { below: major }
  }
  return undefined
}
