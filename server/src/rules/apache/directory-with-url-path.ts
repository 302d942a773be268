import { type Configuration, directivesNamed, enclosing, type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { isInside, normalize } from '../../workspace/path.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { pathOf, type Target, targetsOf } from './lib/targets.ts'

export const rule = defineRule({
  id: 'apache/directory-with-url-path',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A `<Directory>` with the URL of an `Alias` in place of the folder, so that it applies to nothing.',
  explanation: `
\`<Directory>\` takes the path of a folder on the disk, \`<Location>\` takes a URL. A \`<Directory /static>\` beside \`Alias /static /srv/site/static\` is about a folder \`/static\` at the top
of the disk: what it grants or sets does not apply to the files of the alias. Reported only where the path is the URL of an alias and nothing is served from such a folder.
`,
  source: '`server/request.c`: `ap_directory_walk`; tried with Apache 2.4.71: 403.',
  examples: {
    failing: [
      {
        title: 'the URL of an alias',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName www.example.org
    Alias /static/ /srv/site/static/
#                  ^^^^^^^^^^^^^^^^^ error[apache/access-not-granted]: Nobody may have /srv/site/static
    <Directory /static/>
#              ^^^^^^^^ warning[apache/directory-with-url-path]: <Directory> takes a folder, and /static/ is the URL of an Alias: this section applies to nothing. Write /srv/site/static/.
        Options -Indexes
        Require all granted
    </Directory>
    <Directory /srv/site>
        Require all denied
    </Directory>
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/static/page.html': 'a' },
          get: '/static/page.html',
          before: { status: 403 },
          after: { status: 200 },
        },
      },
      {
        title: 'the URL of an application of two segments',
        files: `
#- site.conf
WSGIScriptAlias /tools/wiki /srv/wiki/conf/wsgi.py
<Directory "/tools/wiki">
#          ^^^^^^^^^^^^^ warning[apache/directory-with-url-path]: <Directory> takes a folder, and /tools/wiki is the URL of a WSGIScriptAlias: this section applies to nothing. Write /srv/wiki/conf.
    Options None
</Directory>
<Directory /srv/wiki/conf>
    Require all granted
</Directory>
`,
      },
    ],
    passing: [
      {
        title: 'a URL that is the path of its folder as well, or of one above what is served',
        files: `
#- site.conf
Alias /usr/share/doc /usr/share/doc
<Directory /usr/share/doc>
    Require all granted
</Directory>
Alias /data /data/public
<Directory /data>
    Require all granted
</Directory>
`,
      },
      {
        title: 'the document root has the URL of an alias for its path',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName www.example.org
    DocumentRoot /www
    Alias /www /var/www/old
    <Directory /www>
        Require all granted
    </Directory>
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    let byUrl: ReadonlyMap<string, readonly Target[]> | undefined
    let roots: readonly string[] | undefined
    for (const section of directivesNamed(configuration, 'directory')) {
      if (section.presence === 'absent') continue
      const path = pathOf(section)
      const [argument] = section.args
      if (path === undefined || path === '/' || !argument) continue
      byUrl ??= targetsByUrl(configuration)
      const host = enclosing(section, 'virtualhost')
      const target = byUrl.get(path)?.find((each) => host === undefined || each.host === undefined || each.host === host)
      if (!target) continue
      roots ??= servedFolders(configuration)
      if (roots.some((folder) => isInside(folder, path) || isInside(path, folder))) continue
      const folder = target.kind === 'script' ? target.path.slice(0, target.path.lastIndexOf('/')) : target.argument.value
      const kind = target.directive.node.words[0]?.value ?? 'Alias'
      report({
        at: placeOfArgument(section, argument),
        message: `<Directory> takes a folder, and ${argument.value} is the URL of ${/^[aeiou]/i.test(kind) ? 'an' : 'a'} ${kind}: this section applies to nothing. Write ${folder}.`,
        related: [{ at: placeOfDirective(target.directive), message: `${target.url} is served from ${folder}.` }],
        fixes: [{ title: `Write ${folder}`, safe: false, edits: [replaceArgument(section, argument, folder)] }],
      })
    }
  },
})

function targetsByUrl(configuration: Configuration): Map<string, Target[]> {
  const byUrl = new Map<string, Target[]>()
  for (const target of targetsOf(configuration)) {
    const url = normalize(target.url)
    const same = byUrl.get(url)
    if (same) same.push(target)
    else byUrl.set(url, [target])
  }
  return byUrl
}

/** The folders that something is served from. A section for a folder above one of them, or inside, applies. */
function servedFolders(configuration: Configuration): string[] {
  const roots = directivesNamed(configuration, ...rootNames).flatMap((each: PlacedDirective) => {
    const value = each.args[0]
    if (each.presence === 'absent' || !value?.known) return []
    return [normalize(value.value)]
  })
  return [...roots.filter((root) => root !== '/'), ...targetsOf(configuration).map((target) => target.path)]
}

const rootNames: ReadonlySet<string> = new Set(['documentroot', 'virtualdocumentroot', 'virtualdocumentrootip'])
