import { type Configuration, directivesNamed, type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { isAbsolute, isInside, normalize, segmentsOf } from '../../workspace/path.ts'
import { defineRule, type FindingEdit, type FindingFix } from '../rule.ts'
import { targetsOf } from './lib/targets.ts'

export const rule = defineRule({
  id: 'apache/location-with-file-path',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A `<Location>` with the path of a folder on the disk in place of its URL, so that it applies to nothing.',
  explanation: `
\`<Location>\` takes a URL, \`<Directory>\` takes the path of a folder on the disk. A \`<Location /srv/site/media>\` applies to requests for \`/srv/site/media\`, which nobody makes: what it
denies stays open, and what it grants stays closed. Reported only where the path is that of a folder which an \`Alias\`, a \`WSGIScriptAlias\` or \`DocumentRoot\` of the same configuration serves,
and no URL of the configuration begins like it.
`,
  source: '`server/request.c`: `ap_location_walk`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'the folder of an alias',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName www.example.org
    Alias /media /srv/site/media
    <Directory /srv/site/media>
        Require all granted
    </Directory>
    <Location /srv/site/media/private>
#             ^^^^^^^^^^^^^^^^^^^^^^^ warning[apache/location-with-file-path]: <Location> takes a URL, and /srv/site/media/private is a folder that is served at /media/private: this section applies to nothing
        Require all denied
    </Location>
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/media/private/page.html': 'a' },
          get: '/media/private/page.html',
          before: { status: 200 },
          after: { status: 403 },
        },
      },
      {
        title: 'the document root',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName www.example.org
    DocumentRoot "/srv/site/public"
    <Location "/srv/site/public/">
#             ^^^^^^^^^^^^^^^^^^^ warning[apache/location-with-file-path]: <Location> takes a URL, and /srv/site/public/ is a folder that is served at /
        Require all granted
    </Location>
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'URLs, and one that begins like a folder because an alias does',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName www.example.org
    DocumentRoot /srv/www
    Alias /usr/share/doc /usr/share/doc
    <Location /usr/share/doc>
        Require local
    </Location>
    <Location /srv>
        Require all denied
    </Location>
    <Location /media/private>
        Require all denied
    </Location>
</VirtualHost>
`,
      },
      {
        title: 'what a proxy or an application of that URL may answer',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName www.example.org
    DocumentRoot /srv/site
    ProxyPass /srv/site http://127.0.0.1:8000/
    <Location /srv/site>
        Require local
    </Location>
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    let served: readonly Served[] | undefined
    for (const section of directivesNamed(configuration, 'location')) {
      const [argument, more] = section.args
      if (section.presence === 'absent' || !argument?.known || more || !isAbsolute(argument.value)) continue
      const path = normalize(argument.value)
      if (/[*?[\]]/.test(path) || segmentsOf(path).length < 2) continue
      served ??= servedIn(configuration)
      const at = served.find((each) => segmentsOf(each.folder).length >= 2 && isInside(path, each.folder))
      if (!at || beginsAlike(path, configuration)) continue
      const url = normalize(`/${at.url}/${path.slice(at.folder.length)}`)
      report({
        at: placeOfArgument(section, argument),
        message: `<Location> takes a URL, and ${argument.value} is a folder that is served at ${url}: this section applies to nothing. Write <Location ${url}>, or make it a <Directory>.`,
        related: [{ at: placeOfDirective(at.directive), message: `${at.folder} is served here.` }],
        fixes: [
          { title: `Write ${url}`, safe: false, edits: [{ path: section.source.path, start: argument.start, end: argument.end, newText: url }] },
          ...asDirectory(section),
        ],
      })
    }
  },
})

interface Served {
  readonly folder: string
  readonly url: string
  readonly directive: PlacedDirective
}

function servedIn(configuration: Configuration): Served[] {
  const roots = directivesNamed(configuration, 'documentroot').flatMap((directive): Served[] => {
    const [argument] = directive.args
    if (directive.presence === 'absent' || !argument?.known || !isAbsolute(argument.value)) return []
    return [{ folder: normalize(argument.value), url: '/', directive }]
  })
  const targets = targetsOf(configuration).flatMap(({ directive, path, url, kind }): Served[] => (kind === 'folder' ? [{ folder: path, url, directive }] : []))
  return [...targets, ...roots]
}

/** Whether something else of the configuration gives URLs that begin with the same segment a meaning, or all URLs go to another server. */
function beginsAlike(path: string, configuration: Configuration): boolean {
  const [first = ''] = segmentsOf(path)
  return directivesNamed(configuration, ...urlTakers).some((each) => {
    if (each.presence === 'absent') return false
    const urls = each.args.filter((argument) => argument.value.startsWith('/') || argument.value.startsWith('^/') || !argument.known)
    return each.name.endsWith('match') || each.name === 'rewriterule'
      ? urls.some((argument) => argument.value.includes(first))
      : urls.slice(0, 1).some((argument) => !argument.known || segmentsOf(argument.value)[0] === first)
  })
}

const urlTakers: ReadonlySet<string> = new Set([
  'alias',
  'aliasmatch',
  'scriptalias',
  'scriptaliasmatch',
  'wsgiscriptalias',
  'wsgiscriptaliasmatch',
  'proxypass',
  'proxypassmatch',
  'redirect',
  'redirectmatch',
  'rewriterule',
])

/** The same section as one for a folder: the word at both ends. */
function asDirectory(section: PlacedDirective): FindingFix[] {
  const word = section.node.words[0]
  const close = section.node.block?.close
  const closing = close === undefined ? undefined : /<\/(\w+)/.exec(close)
  if (!word || !closing || close === undefined) return []
  const { path } = section.source
  const end = section.start + section.node.width - close.length + closing.index + 2
  const edits: FindingEdit[] = [
    { path, start: section.start + word.start, end: section.start + word.end, newText: 'Directory' },
    { path, start: end, end: end + (closing[1]?.length ?? 0), newText: 'Directory' },
  ]
  return [{ title: 'Make it a <Directory>', safe: false, edits }]
}
