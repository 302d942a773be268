import { resolveOnMachine } from '../../server/src/configuration/on-machine.ts'
import { makeSourceReader } from '../../server/src/configuration/source.ts'
import type { Conversion } from '../../server/src/conversion/conversion.ts'
import { htaccessFiles } from '../../server/src/conversion/htaccess-files.ts'
import { convertToApache } from '../../server/src/conversion/to-apache/convert.ts'
import { convertToNginx } from '../../server/src/conversion/to-nginx/convert.ts'
import { makeSession } from '../../server/src/workspace/session.ts'
import { defaultSettings } from '../../server/src/workspace/settings.ts'
import { startApachePair } from './apache-requests.ts'
import { memoryFileSystem } from './memory-file-system.ts'
import { startPair } from './nginx-requests.ts'
import type { Asked } from './requests.ts'

/** A site, and requests that both servers are to answer alike. */
export interface ConversionCase {
  readonly title: string
  /** Behind `ServerRoot`, the modules and `Listen` of Apache; the inside of `http` of nginx. Its files are below `@ROOT@`. */
  readonly config: string
  readonly files: Readonly<Record<string, string>>
  readonly requests: readonly (string | Asked)[]
  /** Requests that are answered otherwise, each with a word of the remark that says so. */
  readonly differing?: Readonly<Record<string, string>>
  /** What is left, as the beginnings of the directives. */
  readonly left?: readonly string[]
  /** Changes of the text by hand, such as where an application listens. */
  readonly patch?: readonly (readonly [string, string])[]
}

const types = 'text/html html htm;\ntext/plain txt;\ntext/css css;\nimage/png png;\nimage/gif gif;\napplication/json json;\n'

/** What stands for what is only known when servers run, while the text is converted. */
const stands: readonly (readonly [string, string])[] = [
  ['@ROOT@', '/srv/conversion'],
  ['@PORT@', '58001'],
  ['@PORT2@', '58002'],
  ['@UP@', '127.0.0.1:59001'],
  ['@FCGI@', '127.0.0.1:59002'],
]

const fill = (text: string): string => stands.reduce((all, [sign, value]) => all.replaceAll(sign, value), text)
const unfill = (text: string): string => stands.reduce((all, [sign, value]) => all.replaceAll(value, sign), text)

/** Carries a configuration over to the other server. */
export async function convertCase({ config, files, patch = [] }: ConversionCase, from: 'apache' | 'nginx'): Promise<Conversion> {
  const root = from === 'apache' ? '/srv/conversion/httpd.conf' : '/srv/conversion/nginx.conf'
  const text = from === 'apache' ? `ServerRoot /srv/conversion\nListen 127.0.0.1:58001\nListen 127.0.0.1:58002\n${config}` : `events {}\nhttp {\n${config}\n}\n`
  const placed = Object.entries(files).flatMap(([name, content]) =>
    name.endsWith('/') || content.startsWith('->') ? [] : [[`/srv/conversion/${name}`, fill(content)]],
  )
  const session = makeSession(memoryFileSystem({ [root]: fill(text), ...Object.fromEntries(placed) }), 1 << 24)
  const reader = makeSourceReader()
  const made = await session.settle((snapshot) => {
    const configuration = resolveOnMachine(snapshot, root, from, reader, defaultSettings)
    if (!configuration) return undefined
    if (from === 'nginx') return convertToApache(configuration)
    return convertToNginx(
      configuration,
      htaccessFiles(configuration, snapshot, reader, defaultSettings, (folder) => folder),
    )
  })
  if (!made) throw new Error('the configuration could not be read')
  return { ...made, text: patch.reduce((all, [old, next]) => all.replaceAll(old, next), unfill(made.text)) }
}

/** What is compared of two answers. */
type Seen = Readonly<Record<string, string>>

/** Starts both servers, asks them the same, and gives the lines in which they disagree; the interpreters are asked too. */
export async function compareServers(each: ConversionCase, converted: Conversion, from: 'apache' | 'nginx'): Promise<string[]> {
  const apacheText = from === 'apache' ? each.config : converted.text
  const nginxText = from === 'nginx' ? each.config : converted.text
  const typesOfNginx = /^\s*types\s*\{/m.test(from === 'nginx' ? each.config : '') ? '' : `types {\n${types}}\ndefault_type "";\n`
  const apache = await startApachePair(apacheText, each.files)
  try {
    const nginx = await startPair(`events {}\nhttp {\n${typesOfNginx}${nginxText}\n}\n`, {
      ...each.files,
      fastcgi_params: '->/etc/nginx/fastcgi_params',
      uwsgi_params: '->/etc/nginx/uwsgi_params',
    })
    try {
      const asked = each.requests.map((one): Asked => (typeof one === 'string' ? askedOf(one) : one))
      const [byApache, byNginx] = [await apache.interpreted(asked), await nginx.interpreted(asked)]
      const lines: string[] = []
      for (const [i, one] of asked.entries()) {
        const label = `${one.method ?? 'GET'} ${one.host ?? ''}${one.target}`
        const [a, n] = [seen(await apache.real(one)), seen(await nginx.real(one))]
        if (a && n) lines.push(...differences(label, a, n, 'real'))
        const [b, o] = [seen(byApache[i]), seen(byNginx[i])]
        if (b && o) lines.push(...differences(label, b, o, 'interpreted'))
      }
      return lines
    } finally {
      await nginx.stop()
    }
  } finally {
    await apache.stop()
  }
}

/** `METHOD host/target`, of which only the target is needed. */
function askedOf(text: string): Asked {
  const [, method = 'GET', host, target = '/'] = /^(?:([A-Z]+) )?([\w.-]+)?(\/.*)$/.exec(text) ?? []
  return { method, target, ...(host === undefined ? {} : { host }) }
}

function seen(
  answer:
    | {
        status: number | undefined
        location: string | undefined
        file: string | undefined
        upstreamUri: string | undefined
        headers: Readonly<Record<string, string>>
      }
    | undefined,
): Seen | undefined {
  if (!answer) return undefined
  const { status, location, file, upstreamUri, headers } = answer
  const isFine = status !== undefined && status < 300
  const shown = Object.entries(headers).filter(
    ([name]) => isFine && !['vary', 'allow', 'content-language'].includes(name) && (name !== 'content-type' || upstreamUri === undefined),
  )
  return {
    status: String(status),
    location: (location ?? '').replace(/:\d+(?=\/)/, ''),
    file: isFine && upstreamUri === undefined ? (file ?? '').replace(/^\/tmp\/webconf-requests-[^/]+/, '') : '',
    ...(upstreamUri === undefined ? {} : { upstream: upstreamUri }),
    ...Object.fromEntries(shown.map(([name, value]) => [name, value.split(/,\s*/).sort().join(', ')])),
  }
}

function differences(label: string, apache: Seen, nginx: Seen, who: string): string[] {
  return [...new Set([...Object.keys(apache), ...Object.keys(nginx)])].flatMap((field) => {
    // An application within Apache is asked by no other process.
    if (field === 'upstream' && (apache.upstream === undefined || nginx.upstream === undefined)) return []
    if ((field === 'file' || field === 'content-type') && (apache.upstream ?? nginx.upstream) !== undefined) return []
    return apache[field] === nginx[field] ? [] : [`${label} ${who} ${field}: Apache ${apache[field] ?? 'none'}, nginx ${nginx[field] ?? 'none'}`]
  })
}
