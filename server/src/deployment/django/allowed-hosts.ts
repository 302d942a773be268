import { alternatives, isSequence, type Place, type PySequence, textOf, truthOf, type Value } from './values.ts'

/** ALLOWED_HOSTS where it is known whole. */
export interface AllowedHosts {
  readonly entries: readonly AllowedHost[]
  /** The expression that gives the list; undefined where the settings never set it. */
  readonly at: Place | undefined
}

export interface AllowedHost {
  readonly text: string
  readonly at: Place | undefined
}

/** The lists that ALLOWED_HOSTS may be; undefined where something that cannot be read, or an environment variable, may put in others. */
export function allowedHostsOf(value: Value): readonly AllowedHosts[] | undefined {
  const lists: AllowedHosts[] = []
  for (const one of alternatives(value)) {
    if (one.state !== 'known' || !isSequence(one.value)) return undefined
    const entries = entriesOf(one.value)
    if (!entries) return undefined
    lists.push({ entries, at: one.isDefault ? undefined : one.at })
  }
  return lists
}

function entriesOf(list: PySequence): AllowedHost[] | undefined {
  const entries: AllowedHost[] = []
  for (const item of list.items) {
    const text = item.state === 'known' ? textOf(item.value) : undefined
    if (text === undefined || item.state !== 'known') return undefined
    entries.push({ text, at: item.at })
  }
  return list.open ? undefined : entries
}

/** Whether Django takes a host as it is asked for (`django/http/request.py: validate_host`, `django/utils/http.py: is_same_domain`). */
export function isAllowedHost(host: string, entries: readonly string[]): boolean {
  const asked = hostAsked(host)
  return entries.some((entry) => entry === '*' || isSameDomain(asked, entry.toLowerCase()))
}

/** Django compares in small letters, without the port and a dot at the end (`split_domain_port`). */
const hostAsked = (host: string): string => {
  const lower = host.toLowerCase()
  const name = lower.endsWith(']') ? lower : lower.replace(/:\d*$/, '')
  return name.replace(/\.$/, '')
}

const isSameDomain = (host: string, pattern: string): boolean =>
  pattern !== '' && (host === pattern || (pattern.startsWith('.') && (host.endsWith(pattern) || host === pattern.slice(1))))

/** Whether some host below a domain (`.example.org`) is taken. */
export const mayAllowBelow = (domain: string, entries: readonly string[]): boolean =>
  entries.some((each) => {
    const entry = each.toLowerCase()
    return entry === '*' || entry.endsWith(domain.toLowerCase()) || (entry.startsWith('.') && domain.toLowerCase().endsWith(entry))
  })

/** With DEBUG on and no entries Django takes these. */
const WITH_DEBUG: readonly string[] = ['.localhost', '127.0.0.1', '[::1]']

/** What Django compares with: its own list where DEBUG is or may be on and there is no entry. */
export const effectiveEntries = ({ entries }: AllowedHosts, debug: Value): readonly string[] =>
  entries.length === 0 && truthOf(debug) !== false ? WITH_DEBUG : entries.map((each) => each.text)

/** What is meant by an entry that can match no host, as Django compares it: undefined where the entry can match. */
export function malformedHost(text: string): { readonly why: string; readonly meant: readonly string[] | undefined } | undefined {
  const trimmed = text.trim()
  if (trimmed !== '*' && /^\S+([,;\s]+\S+)+$/.test(trimmed)) {
    const parts = trimmed.split(/[,;\s]+/)
    return { why: 'it is one text with several hosts in it', meant: parts.every((part) => malformedHost(part) === undefined) ? parts : undefined }
  }
  const faults: string[] = []
  let host = text
  const take = (pattern: RegExp, by: string, fault: string): void => {
    if (!pattern.test(host)) return
    host = host.replace(pattern, by)
    faults.push(fault)
  }
  take(/^\s+|\s+$/g, '', 'white space')
  take(/^[a-z][a-z0-9+.-]*:\/\//i, '', 'a scheme')
  take(/^\/\//, '', 'slashes')
  const ipv4Range = /^\d+\.\d+\.\d+\.\d+\/\d+$/.test(host)
  if (ipv4Range) return { why: 'Django knows no ranges of addresses', meant: undefined }
  take(/[/?#].*$/, '', 'a path')
  if (!/^[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*$/i.test(host)) take(/:\d*$/, '', 'a port')
  take(/(?<=.)\.$/, '', 'a dot at its end')
  take(/^\*\.(?=[^*]+$)/, '.', 'an asterisk')
  if (faults.length === 0 && !(host !== '*' && host.includes('*'))) return undefined
  const usable = host !== '' && !host.includes('*') && /^[\w.[\]:\u0080-\uffff-]+$/.test(host)
  if (faults.length === 0) return { why: 'an asterisk stands for nothing inside a name', meant: undefined }
  return { why: `it has ${faults.join(' and ')}`, meant: usable ? [host] : undefined }
}
