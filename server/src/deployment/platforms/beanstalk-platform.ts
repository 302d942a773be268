import type { Place } from '../../problem/place.ts'
import { join } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { readYaml, textOfYaml, valueAt, type YamlScalar } from './yaml.ts'

/** The platform on which an environment runs, as far as the repository tells. */
export interface BeanstalkPlatform {
  /** `AL1`: the Amazon Linux AMI of before 2020; `AL2+`: one of the two later ones. */
  readonly generation: 'AL1' | 'AL2' | 'AL2023' | 'AL2+' | undefined
  readonly family: 'python' | 'docker' | 'other' | undefined
  /** `3.11`. */
  readonly python: string | undefined
  /** Its name as written in `.elasticbeanstalk/config.yml`, where it is. */
  readonly name: string | undefined
  readonly at: Place | undefined
}

/** What `.elasticbeanstalk/config.yml` says. */
export interface CliConfig {
  readonly path: string
  readonly platform: BeanstalkPlatform | undefined
  /** The bundle is what the last commit holds (`sc: git`). */
  readonly usesGit: boolean
  /** Something else than the folder is deployed (`deploy: artifact:`). */
  readonly artifact: boolean
}

export function readCliConfig(snapshot: Snapshot, root: string): CliConfig | undefined {
  const path = join(root, '.elasticbeanstalk/config.yml')
  const yaml = readYaml(snapshot, path)
  if (!yaml) return undefined
  const stated = valueAt(yaml.root, 'global', 'default_platform')
  const branches = valueAt(yaml.root, 'branch-defaults')
  // Branches may have platforms of their own.
  const others = branches?.kind === 'map' ? branches.entries.flatMap((entry) => textOfYaml(valueAt(entry.value, 'default_platform')) ?? []) : []
  const usable = stated?.kind === 'scalar' && others.every((each) => each === stated.text) ? stated : undefined
  return {
    path,
    platform: usable && platformNamed(usable),
    usesGit: textOfYaml(valueAt(yaml.root, 'global', 'sc')) === 'git',
    artifact: valueAt(yaml.root, 'deploy', 'artifact') !== undefined,
  }
}

function platformNamed(stated: YamlScalar): BeanstalkPlatform | undefined {
  const name = stated.text
  if (name === '' || name === 'null') return undefined
  const python = /python[ -]?(\d\.\d+)/i.exec(name)?.[1]
  return {
    generation: generationOf(name, python),
    family: /docker|\becs\b/i.test(name) ? 'docker' : /python/i.test(name) ? 'python' : 'other',
    python,
    name,
    at: stated.at,
  }
}

/** `64bit Amazon Linux 2018.03 v2.9.1 running Python 3.6`, `Python 3.8 running on 64bit Amazon Linux 2/3.3.9`, `python-3.11`. */
function generationOf(name: string, python: string | undefined): BeanstalkPlatform['generation'] {
  if (/Amazon Linux 2023\b/i.test(name)) return 'AL2023'
  if (/Amazon Linux 2(?![\d])/i.test(name)) return 'AL2'
  if (/Amazon Linux\b/i.test(name)) return 'AL1'
  const minor = python === undefined ? undefined : Number(python.slice(2))
  if (minor === undefined || python?.startsWith('2') || minor < 7) return undefined
  return minor >= 9 ? 'AL2023' : 'AL2+'
}
