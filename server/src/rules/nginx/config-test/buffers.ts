import { parseNumber, parseSize } from '../../../catalog/nginx/values.ts'
import { type PlacedDirective, placeOfDirective } from '../../../configuration/placed.ts'
import type { Finding } from '../../rule.ts'
import type { NginxTestRule } from './reading.ts'
import type { TestState } from './state.ts'

/** Sizes of one protocol's buffers in a block, inherited where not set; undefined where they may be set elsewhere. */
interface Buffers {
  readonly size: number | undefined
  readonly count: number | undefined
  readonly each: number | undefined
  /** As written; `unset` where nginx computes it. */
  readonly busy: number | 'unset' | undefined
  readonly tempWrite: number | 'unset' | undefined
  readonly maxTemp: number | 'unset' | undefined
}

const protocols = ['proxy', 'fastcgi', 'uwsgi', 'scgi'] as const
type Protocol = (typeof protocols)[number]

const page = 4096
const blocks = new Set(['http', 'server', 'location', 'if', 'limit_except'])

/** The sizes of buffers must fit each other in every server and location (`ngx_http_proxy_merge_loc_conf` and its kin). */
export function checkBuffers(state: TestState, report: (rule: NginxTestRule, finding: Finding) => void): void {
  const { configuration } = state
  if (!configuration.all.some((directive) => sizeNames.has(directive.name))) return
  const complete = configuration.context === 'main' && !configuration.unread
  const start: Buffers = complete
    ? { size: page, count: 8, each: page, busy: 'unset', tempWrite: 'unset', maxTemp: 'unset' }
    : { size: undefined, count: undefined, each: undefined, busy: undefined, tempWrite: undefined, maxTemp: undefined }
  const visit = (directives: readonly PlacedDirective[], inherited: ReadonlyMap<Protocol, Buffers>, level: string, http: PlacedDirective | undefined): void => {
    const own = new Map<Protocol, Buffers>()
    for (const protocol of protocols) {
      const set = directives.filter((directive) => directive.name.startsWith(`${protocol}_`) && sizeNames.has(directive.name))
      const before = inherited.get(protocol) ?? start
      const buffers = set.length === 0 ? before : set.reduce((now, directive) => withDirective(now, directive, protocol), before)
      own.set(protocol, buffers)
      const fault = set.length > 0 && level !== 'http' ? faultOf(buffers, protocol) : undefined
      if (fault) report('nginx/conflict', findingOf(fault, set, http))
    }
    const isHttp = level === 'http'
    for (const directive of directives) {
      if (!directive.node.block || !blocks.has(directive.name)) continue
      if (directive.name === 'server' && directive.args.length > 0) continue
      visit(directive.children, own, directive.name, isHttp ? http : (http ?? directive))
    }
    // What is wrong on the level of http shows in its servers.
    if (!isHttp || !directives.some((directive) => directive.name === 'server')) return
    for (const protocol of protocols) {
      const set = directives.filter((directive) => directive.name.startsWith(`${protocol}_`) && sizeNames.has(directive.name))
      const fault = set.length > 0 ? faultOf(own.get(protocol) ?? start, protocol) : undefined
      if (fault) report('nginx/conflict', findingOf(fault, set, http))
    }
  }
  const { context, top } = configuration
  for (const directive of top) if (directive.name === 'http' && directive.node.block) visit(directive.children, new Map(), 'http', directive)
  if (context.startsWith('http')) visit(top, new Map(), context.split(',').at(-1) ?? 'http', undefined)
}

const sizeNames = new Set(
  protocols.flatMap((protocol) =>
    ['buffer_size', 'buffers', 'busy_buffers_size', 'temp_file_write_size', 'max_temp_file_size'].map((name) => `${protocol}_${name}`),
  ),
)

function withDirective(buffers: Buffers, { name, args }: PlacedDirective, protocol: Protocol): Buffers {
  const [first, second] = args
  const size = first?.known ? parseSize(first.value) : undefined
  switch (name.slice(protocol.length + 1)) {
    case 'buffer_size':
      return { ...buffers, size }
    case 'buffers':
      return { ...buffers, count: first?.known ? parseNumber(first.value) : undefined, each: second?.known ? parseSize(second.value) : undefined }
    case 'busy_buffers_size':
      return { ...buffers, busy: size }
    case 'temp_file_write_size':
      return { ...buffers, tempWrite: size }
    default:
      return { ...buffers, maxTemp: size }
  }
}

interface BufferFault {
  readonly server: string
  readonly words: string
}

function faultOf({ size, count, each, busy, tempWrite, maxTemp }: Buffers, name: Protocol): BufferFault | undefined {
  if (count !== undefined && count < 2) return { server: `there must be at least 2 "${name}_buffers"`, words: `"${name}_buffers" needs at least two buffers.` }
  const atLeast = Math.max(size ?? 0, each ?? 0)
  const largest = size === undefined || each === undefined ? undefined : atLeast
  const both = `the maximum of the value of "${name}_buffer_size" and one of the "${name}_buffers"`
  const plain = `"${name}_buffer_size" and each of the "${name}_buffers"`
  if (typeof busy === 'number' && busy < atLeast) {
    return {
      server: `"${name}_busy_buffers_size" must be equal to or greater than ${both}`,
      words: `"${name}_busy_buffers_size" (${kilobytes(busy)}) must be at least as large as ${plain} (${kilobytes(atLeast)}).`,
    }
  }
  const effective = busy === 'unset' ? (largest === undefined ? undefined : 2 * largest) : busy
  if (effective !== undefined && count !== undefined && each !== undefined && effective > (count - 1) * each) {
    const computed = busy === 'unset' ? `, which is twice the larger of "${name}_buffer_size" and a buffer where nothing sets it,` : ''
    return {
      server: `"${name}_busy_buffers_size" must be less than the size of all "${name}_buffers" minus one buffer`,
      words: `"${name}_busy_buffers_size"${computed} (${kilobytes(effective)}) must be less than all "${name}_buffers" but one (${kilobytes((count - 1) * each)}): give "${name}_buffers" more or larger buffers.`,
    }
  }
  if (typeof tempWrite === 'number' && tempWrite < atLeast) {
    return {
      server: `"${name}_temp_file_write_size" must be equal to or greater than ${both}`,
      words: `"${name}_temp_file_write_size" must be at least as large as ${plain} (${kilobytes(atLeast)}).`,
    }
  }
  if (typeof maxTemp === 'number' && maxTemp !== 0 && maxTemp < atLeast) {
    return {
      server: `"${name}_max_temp_file_size" must be equal to zero to disable temporary files usage or must be equal to or greater than ${both}`,
      words: `"${name}_max_temp_file_size" must be 0 (no temporary files) or at least as large as ${plain} (${kilobytes(atLeast)}).`,
    }
  }
  return undefined
}

const kilobytes = (bytes: number): string => (bytes % 1024 === 0 ? `${bytes / 1024}k` : String(bytes))

/** nginx finds it when `http` ends, and names that line. */
function findingOf(fault: BufferFault, set: readonly PlacedDirective[], http: PlacedDirective | undefined): Finding {
  const [at, ...others] = [...set].sort((one, other) => other.order - one.order) as [PlacedDirective, ...PlacedDirective[]]
  const inSameFile = http !== undefined && http.source === at.source
  const line = inSameFile ? { line: http.source.lines.lineAt(http.start + http.node.width - 1) + 1 } : {}
  return {
    at: placeOfDirective(at),
    message: fault.words,
    severity: 'error',
    related: others.map((directive) => ({ at: placeOfDirective(directive), message: `"${directive.name}"` })),
    configTest: { level: 'emerg', message: fault.server, ...line },
  }
}
