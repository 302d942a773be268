import type { PlacedDirective } from '../../configuration/placed.ts'
import type { Ledger } from '../ledger.ts'
import { known, type Scope, word, words } from './host.ts'
import { type Line, simple } from './text.ts'

/** Who may come, as nginx says it. */
interface Plan {
  /** In nginx's order: the first that fits decides; who fits none is let in. */
  readonly addresses: readonly { readonly allow: boolean; readonly who: string }[]
  readonly users: boolean
  readonly any: boolean
}

const open: Plan = { addresses: [], users: false, any: false }
const closed: Plan = { addresses: [{ allow: false, who: 'all' }], users: false, any: false }

const requirements: ReadonlySet<string> = new Set(['require', 'requireall', 'requireany', 'requirenone'])
const oldNames: ReadonlySet<string> = new Set(['order', 'allow', 'deny', 'satisfy'])
const authNames = ['authtype', 'authname', 'authuserfile', 'authbasicprovider', 'authmerging', 'authgroupfile'] as const

const asClosed = 'nginx has nothing like it, so that the place stays closed to everyone until that is written by hand'

/** The access rules in effect in some scopes: what nginx cannot ask is closed, never open. */
export function accessOf(scopes: readonly Scope[], ledger: Ledger): readonly Line[] {
  const all = scopes.flatMap(({ directives }) => directives)
  ledger.done(...all.filter((each) => requirements.has(each.name) || oldNames.has(each.name)))
  for (const each of all) if (requirements.has(each.name)) ledger.done(...inside(each))
  const asking = scopes.findLast(({ directives }) => directives.some((each) => requirements.has(each.name)))
  const old = scopes.findLast(({ directives }) => directives.some((each) => oldNames.has(each.name)))
  const required = asking?.directives.filter((each) => requirements.has(each.name)) ?? []
  const merging = all.findLast((each) => each.name === 'authmerging')
  if (merging && !/^off$/i.test(word(merging, 0))) {
    ledger.left(merging, `Sections are merged by "${word(merging, 0)}"; ${asClosed}.`)
    return written(closed, all, ledger)
  }
  const plan = planOfAny(required, ledger)
  const oldOnes = old?.directives.filter((each) => oldNames.has(each.name)) ?? []
  const before = oldOnes.length === 0 ? open : oldPlan(oldOnes, ledger)
  const satisfy = oldOnes.findLast((each) => each.name === 'satisfy')
  const any = satisfy !== undefined && /^any$/i.test(word(satisfy, 0))
  return written(joined(plan, before, any, required[0] ?? oldOnes[0], ledger), all, ledger)
}

function inside(directive: PlacedDirective): PlacedDirective[] {
  return directive.children.flatMap((each) => [each, ...inside(each)])
}

/** Both the requirements and the rules of Apache 2.2 hold, or one of them is enough. */
function joined(plan: Plan, before: Plan, any: boolean, at: PlacedDirective | undefined, ledger: Ledger): Plan {
  if (before.addresses.length === 0 && !any) return plan
  if (!any && (plan === closed || before === closed)) return closed
  if (plan.addresses.length === 0) return { addresses: before.addresses, users: plan.users, any: any && plan.users }
  if (before.addresses.length === 0) return plan
  if (at) ledger.left(at, `Require and Order, Allow or Deny hold both here; ${asClosed}.`)
  return closed
}

/** Requirements of which one is enough; of a `Require not` none may hold. */
function planOfAny(required: readonly PlacedDirective[], ledger: Ledger): Plan {
  if (required.length === 0) return open
  const plans = required.map((each) => planOf(each, ledger))
  if (plans.length === 1) return plans[0] ?? closed
  if (plans.includes(open)) return open
  const useful = plans.filter((each) => each !== closed)
  if (useful.length === 0) return closed
  const allowed = useful.flatMap(({ addresses }) => addresses)
  const simpleOnes = useful.every(
    ({ addresses, any, users }) =>
      !any && (users ? addresses.length === 0 : addresses.at(-1)?.who === 'all' && addresses.slice(0, -1).every(({ allow }) => allow)),
  )
  const first = required[0]
  if (!simpleOnes) {
    if (first) ledger.left(first, `The requirements nest in a way that ${asClosed}.`)
    return closed
  }
  const users = useful.some((each) => each.users)
  const hosts = allowed.filter(({ allow }) => allow)
  return { addresses: hosts.length > 0 ? [...hosts, { allow: false, who: 'all' }] : [], users, any: users && hosts.length > 0 }
}

function planOf(directive: PlacedDirective, ledger: Ledger): Plan {
  if (!known(directive)) return refuse(directive, 'What it asks is not known')
  if (directive.name === 'requireany')
    return planOfAny(
      directive.children.filter((each) => requirements.has(each.name)),
      ledger,
    )
  if (directive.name === 'requireall') return planOfAll(directive, ledger)
  if (directive.name === 'requirenone') return refuse(directive, 'Nothing of it may hold')
  const [kind = '', ...values] = words(directive)
  switch (kind.toLowerCase()) {
    case 'all':
      return /^granted$/i.test(values[0] ?? '') ? open : closed
    case 'ip': {
      const addresses = values.map(addressOf)
      if (addresses.some((each) => each === undefined)) return refuse(directive, 'An address in it cannot be read')
      return { addresses: [...addresses.map((who) => ({ allow: true, who: who ?? '' })), { allow: false, who: 'all' }], users: false, any: false }
    }
    case 'local':
      ledger.differs(directive, 'Apache also lets in who comes from the address that the server itself was asked at; nginx lets in 127.0.0.0/8 and ::1 only.')
      return {
        addresses: [
          { allow: true, who: '127.0.0.0/8' },
          { allow: true, who: '::1' },
          { allow: false, who: 'all' },
        ],
        users: false,
        any: false,
      }
    case 'valid-user':
      return { addresses: [], users: true, any: false }
    case 'user':
      return refuse(directive, 'Only some users of the file are let in: write a file with these users alone and name it with auth_basic_user_file')
    default:
      return refuse(directive, `It asks for "${kind}"`)
  }

  function refuse(at: PlacedDirective, what: string): Plan {
    ledger.left(at, `${what}; ${asClosed}.`)
    return closed
  }
}

function planOfAll(directive: PlacedDirective, ledger: Ledger): Plan {
  const parts = directive.children.filter((each) => requirements.has(each.name))
  let plan: Plan = open
  const denied: string[] = []
  for (const each of parts) {
    const values = words(each)
    if (each.name === 'require' && /^not$/i.test(values[0] ?? '') && /^ip$/i.test(values[1] ?? '') && known(each)) {
      const addresses = values.slice(2).map(addressOf)
      if (addresses.every((who) => who !== undefined)) {
        denied.push(...addresses)
        continue
      }
    }
    const own = planOf(each, ledger)
    if (own === closed) return closed
    if (own === open) continue
    if ((own.addresses.length > 0 && plan.addresses.length > 0) || own.any) {
      ledger.left(directive, `The requirements nest in a way that ${asClosed}.`)
      return closed
    }
    plan = { addresses: own.addresses.length > 0 ? own.addresses : plan.addresses, users: own.users || plan.users, any: false }
  }
  return denied.length === 0 ? plan : { ...plan, addresses: [...denied.map((who) => ({ allow: false, who })), ...plan.addresses] }
}

/** `mod_access_compat.c: check_dir_access` */
function oldPlan(directives: readonly PlacedDirective[], ledger: Ledger): Plan {
  const order = directives.findLast((each) => each.name === 'order')
  const isAllowDeny = /^(?:allow,deny|mutual-failure)$/i.test(order ? words(order).join('') : 'deny,allow')
  const hosts = (name: string): string[] | undefined => {
    const found: string[] = []
    for (const each of directives.filter((one) => one.name === name)) {
      for (const value of words(each).slice(1)) {
        const who = /^all$/i.test(value) ? 'all' : addressOf(value)
        if (who === undefined || !known(each)) {
          ledger.left(each, `"${value}" is no address; ${asClosed}.`)
          return undefined
        }
        found.push(who)
      }
    }
    return found
  }
  const [allowed, denied] = [hosts('allow'), hosts('deny')]
  if (!allowed || !denied) return closed
  const rules = (list: readonly string[], allow: boolean): Plan['addresses'] => list.map((who) => ({ allow, who }))
  const all = isAllowDeny
    ? [...rules(denied, false), ...rules(allowed, true), { allow: false, who: 'all' }]
    : [...rules(allowed, true), ...rules(denied, false)]
  const end = all.findIndex(({ who }) => who === 'all')
  const used = end < 0 ? all : all.slice(0, end + 1)
  const last = used.at(-1)
  if (used.length === 1 && last?.who === 'all') return last.allow ? open : closed
  return { addresses: used.length > 0 && last?.who === 'all' && last.allow && used.every(({ allow }) => allow) ? [] : used, users: false, any: false }
}

/** An address or network as nginx writes it; undefined for what is none: `10`, `10.1.`, `10.0.0.0/255.0.0.0`. */
export function addressOf(written: string): string | undefined {
  if (/^[0-9a-f:]*:[0-9a-f:.]*(?:\/\d+)?$/i.test(written)) return written
  const [host = '', mask] = written.split('/')
  const parts = host.replace(/\.$/, '').split('.')
  if (parts.length > 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined
  const address = [...parts, '0', '0', '0'].slice(0, 4).join('.')
  if (mask === undefined) return parts.length === 4 ? address : `${address}/${parts.length * 8}`
  if (/^\d+$/.test(mask) && Number(mask) <= 32) return `${address}/${mask}`
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
  return /^1*0*$/.test(bits) && bits.length === 32 ? `${address}/${bits.replace(/0/g, '').length}` : undefined
}

function written(plan: Plan, all: readonly PlacedDirective[], ledger: Ledger): readonly Line[] {
  const last = (name: (typeof authNames)[number]): PlacedDirective | undefined => all.findLast((each) => each.name === name)
  ledger.done(...all.filter((each) => (authNames as readonly string[]).includes(each.name)))
  const lines: Line[] = []
  if (plan.any && plan.users && plan.addresses.length > 0) lines.push(simple('satisfy', 'any'))
  lines.push(...plan.addresses.map(({ allow, who }) => simple(allow ? 'allow' : 'deny', who)))
  if (!plan.users) return lines
  const [type, name, file] = [last('authtype'), last('authname'), last('authuserfile')]
  const provider = last('authbasicprovider')
  const other = (type && !/^basic$/i.test(word(type, 0)) ? type : undefined) ?? (provider && !/^file$/i.test(word(provider, 0)) ? provider : undefined)
  if (other || !file || !known(file)) {
    const at = other ?? file ?? name ?? all.find((each) => requirements.has(each.name))
    if (at) ledger.left(at, `nginx asks for passwords of a file by the Basic method only; the place stays closed to everyone until that is written by hand.`)
    return [simple('deny', 'all')]
  }
  return [...lines, simple('auth_basic', (name ? word(name, 0) : 'Restricted').replaceAll('$', '')), simple('auth_basic_user_file', word(file, 0))]
}
