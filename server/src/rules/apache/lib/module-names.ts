import { type ApacheModule, apacheModules } from '../../../catalog/apache/catalog.ts'
import { editDistance } from '../../../syntax/text.ts'

/**
 * What was plainly meant where `<IfModule>` names no module: a module is known by its identifier (`ssl_module`) and by its source file (`mod_ssl.c`), letter for
 * letter (`server/core.c: start_ifmod`). Undefined where the text is one of the two, or a name of which nothing is known.
 */
export function meantModule(written: string): string | undefined {
  const { exact, byStem } = index()
  if (exact.has(written)) return undefined
  const stem = stemOf(written)
  const module = byStem.get(stem)
  if (module) {
    // What other modules are called differs between their versions, but one of the two endings they all have.
    if (module.source === 'third-party' && /\.\w+$|_module$/.test(written)) return undefined
    return nameLike(written, stem, module)
  }
  // Names that differ by a digit are modules of their own (`mod_security.c`, `mod_security2.c`).
  if (stem.length < 5 || /\d/.test(stem)) return undefined
  const close = [...byStem.keys()].filter((each) => Math.abs(each.length - stem.length) <= 1 && !/\d/.test(each) && isSlip(stem, each))
  const [meant = '', ...others] = close
  const found = others.length === 0 ? byStem.get(meant) : undefined
  return found?.source === 'core' ? nameLike(written, meant, found) : undefined
}

interface Index {
  readonly exact: ReadonlySet<string>
  readonly byStem: ReadonlyMap<string, ApacheModule>
}

let made: Index | undefined

/** Derived from the catalog alone. */
function index(): Index {
  if (made) return made
  const exact = new Set<string>()
  const byStem = new Map<string, ApacheModule>()
  for (const module of apacheModules()) {
    exact.add(module.identifier)
    exact.add(module.file)
    for (const stem of [stemOf(module.identifier), stemOf(module.file), stemOf(module.identifier).replace(/^mpm_/, '')])
      if (!byStem.has(stem)) byStem.set(stem, module)
  }
  made = { exact, byStem }
  return made
}

/** `mod_rewrite.c`, `rewrite_module`, `Rewrite` and `mod_rewrite.so` without what makes them different. */
const stemOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\.\w*$/, '')
    .replace(/^mod_(?=.)/, '')
    .replace(/_mod(ule)?$/, '')

/** The identifier for who wrote one, and where the source file has a name that nobody would look for. */
const nameLike = (written: string, stem: string, module: ApacheModule): string =>
  /_module$/.test(written) || !module.file.endsWith(`${stem}.c`) ? module.identifier : module.file

/** One letter too many, too few or wrong, or two in the wrong order. */
function isSlip(one: string, other: string): boolean {
  if (editDistance(one, other) <= 1) return true
  if (one.length !== other.length) return false
  for (let i = 0; i + 1 < one.length; i++) {
    if (one.charAt(i) === other.charAt(i)) continue
    return one.charAt(i) === other.charAt(i + 1) && one.charAt(i + 1) === other.charAt(i) && one.slice(i + 2) === other.slice(i + 2)
  }
  return false
}
