import { apacheModules } from '../../catalog/apache/catalog.ts'
import type { Presence } from '../placed.ts'

/** What is known of the server while its configuration is read. */
export interface ServerKnowledge {
  /** Identifiers of modules loaded so far: `wsgi_module`. */
  readonly modules: ReadonlySet<string>
  /** True where every LoadModule line has been seen, so that another module is not loaded. */
  readonly modulesComplete: boolean
  readonly defines: ReadonlyMap<string, string>
  /** The exact version, where it is known: `2.4.62`. */
  readonly version: string | undefined
}

/** Whether a conditional section's content counts; `name` in lower case. */
export function evaluateCondition(name: string, words: readonly string[], known: ServerKnowledge): Presence {
  const first = words[0] ?? ''
  const negated = name !== 'ifversion' && first.startsWith('!')
  const subject = negated ? first.slice(1) : first
  const holds = evaluate(name, subject, words, known)
  if (!negated || holds === 'unknown') return holds
  return holds === 'present' ? 'absent' : 'present'
}

function evaluate(name: string, subject: string, words: readonly string[], known: ServerKnowledge): Presence {
  switch (name) {
    case 'ifmodule':
      return moduleLoaded(subject, known)
    case 'ifdefine':
      // A name may also be given with -D when the server is started.
      return known.defines.has(subject) ? 'present' : 'unknown'
    case 'ifversion':
      return versionFits(words, known.version)
    default:
      return 'unknown'
  }
}

function moduleLoaded(subject: string, known: ServerKnowledge): Presence {
  const identifier = moduleIdentifier(subject)
  if (identifier === undefined) return 'absent'
  if (known.modules.has(identifier) || compiledIn.has(identifier)) return 'present'
  return known.modulesComplete ? 'absent' : 'unknown'
}

/** Modules that every build of Apache 2.4 that people run has compiled in or cannot do without. */
const compiledIn: ReadonlySet<string> = new Set(['core_module', 'so_module', 'http_module'])

/**
 * The identifier of a module that `<IfModule>` names by its identifier or source file, to the letter (`server/core.c: find_module`); undefined where
 * the text can name none (`mod_alias`).
 */
export function moduleIdentifier(subject: string): string | undefined {
  identifiers ??= new Map(apacheModules().flatMap((module) => [[module.identifier, module.identifier] as const, [module.file, module.identifier] as const]))
  const known = identifiers.get(subject)
  if (known !== undefined) return known
  if (subject.endsWith('_module')) return subject
  if (!/\.c(pp)?$/.test(subject)) return /^mod_\w+$/.test(subject) ? undefined : subject
  const guess = `${subject.replace(/\.c(pp)?$/, '').replace(/^mod_/, '')}_module`
  // A known module has another file.
  return identifiers.has(guess) ? undefined : guess
}

/** By identifier and by source file. */
let identifiers: ReadonlyMap<string, string> | undefined

/** `<IfVersion [[!]operator] version>`; without a known version, decided where all of 2.4 agree. */
function versionFits(words: readonly string[], version: string | undefined): Presence {
  const [first = '', second] = words
  const operator = second === undefined ? '=' : first
  const wanted = second ?? first
  const negated = operator.startsWith('!')
  const plain = negated ? operator.slice(1) : operator
  const target = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(wanted)
  if (!target) return 'unknown'
  const goal = [Number(target[1]), Number(target[2] ?? 0), Number(target[3] ?? 0)]
  const answers = new Set<boolean>()
  const candidates = version
    ? [version.split('.').map(Number)]
    : [
        [2, 4, 1],
        [2, 4, 999],
      ]
  for (const candidate of candidates) {
    const order = compare(candidate, goal)
    const fits = comparisons[plain]
    if (!fits) return 'unknown'
    answers.add(fits(order) !== negated)
  }
  if (answers.size !== 1) return 'unknown'
  if (!version && (plain === '=' || plain === '==') && goal[0] === 2 && goal[1] === 4) return 'unknown'
  return answers.has(true) ? 'present' : 'absent'
}

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '==': (order) => order === 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return Math.sign(difference)
  }
  return 0
}
