import { eachNginxVariable, isInNginxVersion, type NginxVariable } from '../../../catalog/nginx/catalog.ts'
import { parsePattern } from '../../../regex/parse.ts'
import { eachItem } from '../../../syntax/items.ts'
import { type Directive, nameOf } from '../../../syntax/tree.ts'
import { type Proposal, proposal, type Span } from '../proposal.ts'
import { namesOf } from './names.ts'
import type { NginxPlace } from './place.ts'

/** What variables are looked for in. */
export interface VariableScope {
  readonly place: NginxPlace
  /** The blocks around, outermost first, as they stand in the text now. */
  readonly around: readonly Directive[]
  /** The directive that the cursor is in. */
  readonly directive: Directive | undefined
  readonly version: string | undefined
}

/** The variables that can be used: captures in force, those that the configuration defines, nginx's own. `braces`: written `${name}`. */
export function variableProposals({ place, around, directive, version }: VariableScope, span: Span, rank: number, braces = false): Proposal[] {
  const found = new Map<string, Proposal>()
  const protocol = place.protocol === 'stream' ? 'stream' : 'http'
  const add = (name: string, order: number, detail: string, own = false, snippet?: string): void => {
    const written = braces ? `\${${name}}` : `$${name}`
    if (!found.has(name))
      found.set(
        name,
        proposal(span, 'variable', written, rank + order / 10, {
          detail,
          filter: written,
          ...(own ? { variable: { name, protocol } } : {}),
          ...(snippet === undefined ? {} : { snippet }),
        }),
      )
  }
  for (const { name, from } of capturesIn(around, directive)) add(name, /^\d/.test(name) ? 0 : 1, `captured by ${from}`)
  for (const block of around) {
    for (const item of block.block ? eachItem(block.block.items) : []) {
      const name = item.kind === 'directive' && nameOf(item) === 'set' ? item.words[1]?.value : undefined
      if (name !== undefined && /^\$\w+$/.test(name) && item !== directive) add(name.slice(1), 1, 'set here')
    }
  }
  for (const { configuration } of place.files) {
    for (const [name, by] of namesOf(configuration, place.protocol).variables) if (by.node !== directive) add(name, 2, by.name)
  }
  if (place.protocol === 'mail') return [...found.values()]
  for (const variable of ownVariables(place.protocol, version)) {
    if (variable.prefix) {
      for (const name of instances[variable.name] ?? []) add(name, 4, moduleOf(variable), true)
      if (!braces) add(variable.name, 6, `any ${variable.name}…`, true, `\\$${variable.name}\${1:name}`)
    } else add(variable.name, usual.has(variable.name) ? 3 : variable.source === 'core' ? 4 : 5, moduleOf(variable), true)
  }
  return [...found.values()]
}

function* ownVariables(protocol: 'http' | 'stream', version: string | undefined): Generator<NginxVariable> {
  for (const variable of eachNginxVariable()) {
    if (variable.protocol !== protocol || (variable.source !== 'core' && variable.source !== 'debian')) continue
    if (version === undefined ? variable.until === undefined : isInNginxVersion(variable, version)) yield variable
  }
}

const moduleOf = ({ module, since }: NginxVariable): string =>
  `${module.replace(/^ngx_(?:http_|stream_)?(.*?)(?:_module)?$/, '$1')}${since === undefined ? '' : `, since ${since}`}`

/** Names of a family that are used often. */
const instances: Readonly<Record<string, readonly string[]>> = {
  http_: [
    'http_host',
    'http_user_agent',
    'http_referer',
    'http_upgrade',
    'http_connection',
    'http_cookie',
    'http_origin',
    'http_authorization',
    'http_accept',
    'http_accept_encoding',
    'http_accept_language',
    'http_x_forwarded_for',
    'http_x_forwarded_proto',
    'http_x_request_id',
    'http_range',
    'http_if_none_match',
  ],
  sent_http_: ['sent_http_content_type', 'sent_http_cache_control', 'sent_http_location', 'sent_http_content_encoding'],
  upstream_http_: ['upstream_http_content_type', 'upstream_http_location', 'upstream_http_set_cookie'],
}

const usual: ReadonlySet<string> = new Set(
  `host scheme uri request_uri args is_args remote_addr remote_user server_name server_port request_method proxy_add_x_forwarded_for document_root
   fastcgi_script_name binary_remote_addr status body_bytes_sent request time_local request_time request_id https query_string upstream_addr upstream_response_time
   upstream_cache_status proxy_host request_filename content_type`.split(/\s+/),
)

/** Groups of the patterns that were matched where the cursor is: of the location, the server's name, the `if`, and the directive itself. */
function capturesIn(around: readonly Directive[], directive: Directive | undefined): { name: string; from: string }[] {
  const found: { name: string; from: string }[] = []
  const add = (pattern: string, from: string, numbers: boolean): void => {
    const groups = parsePattern(pattern)?.groups ?? []
    for (const { name } of groups) if (name !== undefined) found.push({ name, from })
    if (numbers) for (const { number } of groups) if (number <= 9) found.push({ name: String(number), from })
  }
  if (directive && nameOf(directive) === 'rewrite') {
    const pattern = directive.words[1]?.value
    if (pattern !== undefined) add(pattern, 'this pattern', true)
  }
  let numbers = found.length === 0
  for (const block of [...around].reverse()) {
    const [, first, second, third] = block.words.map(({ value }) => value)
    if (nameOf(block) === 'location' && (first === '~' || first === '~*') && second !== undefined) {
      add(second, 'the location', numbers)
      numbers = false
    } else if (nameOf(block) === 'if' && /^!?~\*?$/.test(second ?? '') && third !== undefined) {
      add(third.replace(/\)$/, ''), 'the condition', numbers)
      numbers = false
    } else if (nameOf(block) === 'server' && block.block) {
      for (const item of eachItem(block.block.items)) {
        if (item.kind !== 'directive' || nameOf(item) !== 'server_name') continue
        for (const { value } of item.words.slice(1)) if (value.startsWith('~')) add(value.slice(1), 'the server name', numbers)
      }
    }
  }
  return found
}
