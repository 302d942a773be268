import { type Configuration, directivesNamed, enclosing, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { insertBefore, insertInside, removeDirective } from '../lib/edits.ts'
import { defineRule, type FindingEdit, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/define-leaks',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'info',
  summary: 'A `Define` inside a section whose value reaches what stands behind the section.',
  explanation: `
\`Define\` is carried out while the file is read and knows no sections: what a \`<VirtualHost>\` or \`<Directory>\` defines holds for all that is read after it, to the end of the last file. A value that
another section counts on, or that overwrites one of the same name from before, is hard to see where it stands.

Where each virtual host defines the name again before it uses it, all is well, and nothing is said.
`,
  source: '`server/core.c`: `set_define`, EXEC_ON_READ; `ap_resolve_env`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a virtual host changes the value that the next one counts on',
        files: `
#- site.conf
Define root /srv/main
<VirtualHost *:80>
    ServerName other.example.org
    Define root /srv/other
#   ^^^^^^^^^^^^^^^^^^^^^^ warning[apache/define-leaks]: This Define holds beyond <VirtualHost>: "root" is /srv/other in line 9 too, where the /srv/main of line 1 may be meant
    DocumentRoot \${root}
</VirtualHost>
<VirtualHost *:80>
    ServerName localhost
    DocumentRoot \${root}
    <Directory /srv/>
        Require all granted
    </Directory>
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/main/page.html': 'main', '/srv/other/page.html': 'other' },
          get: '/page.html',
          before: { status: 200, body: /other/ },
          after: { status: 200, body: /main/ },
        },
      },
      {
        title: 'one is used before it is defined, and has the value of the virtual host before it',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName other.example.org
    Define root /srv/other
#   ^^^^^^^^^^^^^^^^^^^^^^ warning[apache/define-leaks]: This Define holds beyond <VirtualHost>: "root" is /srv/other in line 8 too, before line 9 defines it there
    DocumentRoot \${root}
</VirtualHost>
<VirtualHost *:80>
    ServerName localhost
    DocumentRoot \${root}
    Define root /srv/main
    <Directory \${root}>
        Require all granted
    </Directory>
</VirtualHost>
`,
      },
      {
        title: 'two virtual hosts share what the first defines',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName www.example.org
    Define site /srv/site
#   ^^^^^^^^^^^^^^^^^^^^^ info[apache/define-leaks]: This Define holds beyond <VirtualHost>: line 8 uses "site" too. Put it before the section
    DocumentRoot \${site}
</VirtualHost>
<VirtualHost *:443>
    ServerName www.example.org
    DocumentRoot \${site}
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'each virtual host defines its own before it uses it',
        files: `
#- site.conf
<VirtualHost *:80>
    Define site /srv/one
    ServerName one.example.org
    DocumentRoot \${site}
    <Directory \${site}>
        Require all granted
    </Directory>
</VirtualHost>
<VirtualHost *:80>
    Define site /srv/two
    ServerName two.example.org
    DocumentRoot \${site}
</VirtualHost>
`,
      },
      {
        title: 'a Define outside of sections, one under a condition, one that is taken back',
        files: `
#- site.conf
Define site /srv/site
<IfModule mod_ssl.c>
    Define scheme https
</IfModule>
<VirtualHost *:80>
    Define old /srv/old
    DocumentRoot \${site}/\${old}
    UnDefine old
</VirtualHost>
<VirtualHost *:81>
    Redirect / \${scheme}://www.example.org/
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    if (!directivesNamed(configuration, 'define').some((each) => each.parent)) return
    const told = new Set<PlacedDirective>()
    for (const leak of leaksIn(configuration)) {
      if (told.has(leak.define)) continue
      told.add(leak.define)
      const section = sectionOf(leak.define)
      const name = leak.define.args[0]?.value ?? ''
      const value = leak.define.args[1]?.value ?? ''
      const holds = `This Define holds beyond <${section?.node.words[0]?.value ?? ''}>`
      const line = lineOf(leak.use)
      const message = leak.own
        ? `${holds}: "${name}" is ${value} in line ${line} too, before line ${lineOf(leak.own)} defines it there. Move that Define up.`
        : leak.before
          ? `${holds}: "${name}" is ${value} in line ${line} too, where the ${leak.before.args[1]?.value ?? ''} of line ${lineOf(leak.before)} may be meant. Use another name in the section.`
          : `${holds}: line ${line} uses "${name}" too. Put it before the section, where everyone sees that it holds for all.`
      report({
        at: placeOfDirective(leak.define),
        severity: leak.own || leak.before ? 'warning' : 'info',
        message,
        related: [{ at: placeOfDirective(leak.use), message: `"${name}" is used here.` }],
        fixes: fixesFor(leak, configuration),
      })
    }
  },
})

/** A use of a name behind the section that defines it. */
interface Leak {
  readonly define: PlacedDirective
  readonly use: PlacedDirective
  /** What defined the name outside of the section, with another value, before the section did. */
  readonly before: PlacedDirective | undefined
  /** What defines the name in the section of the use, only behind it. */
  readonly own: PlacedDirective | undefined
}

function* leaksIn(configuration: Configuration): Generator<Leak> {
  const uncertain = new Set<string>()
  const defines: PlacedDirective[] = []
  for (const each of configuration.all) {
    if (each.name !== 'define' && each.name !== 'undefine') continue
    const [name, value] = each.args
    if (each.presence === 'unknown' || !name?.known || value?.known === false) uncertain.add(name?.value ?? '')
    else if (each.presence === 'present' && each.name === 'define') defines.push(each)
  }
  const current = new Map<string, PlacedDirective>()
  const outside = new Map<string, PlacedDirective>()
  for (const each of configuration.all) {
    if (each.presence === 'absent') continue
    for (const name of usedIn(each)) {
      const define = current.get(name)
      const section = define && sectionOf(define)
      // In a piece only what stands in one file is known to be read in this order.
      if (!define || !section || uncertain.has(name) || isInside(each, section) || (configuration.open && each.source !== define.source)) continue
      const around = sectionOf(each)
      const own = around && defines.find((other) => other.args[0]?.value === name && other.order > each.order && sectionOf(other) === around)
      const before = outside.get(name)
      const changes =
        before && before.order < define.order && before.args[1]?.value !== define.args[1]?.value && (!configuration.open || before.source === each.source)
      yield { define, use: each, own, before: changes ? before : undefined }
    }
    if (each.presence !== 'present') continue
    const name = each.args[0]?.value ?? ''
    if (each.name === 'undefine') {
      current.delete(name)
      outside.delete(name)
    } else if (each.name === 'define' && each.args[1]) {
      current.set(name, each)
      if (!sectionOf(each)) outside.set(name, each)
    }
  }
}

/** The names that a directive's own line uses (`${name}`). */
function usedIn({ node, name }: PlacedDirective): string[] {
  if (name === 'macro' || !node.text.includes('${')) return []
  return [...node.text.matchAll(/\$\{([^}:]+)\}/g)].map((match) => match[1] ?? '')
}

/** The outermost section around: a `<Directory>` in a virtual host is part of it. */
function sectionOf(directive: PlacedDirective): PlacedDirective | undefined {
  let at = directive.parent
  while (at?.parent) at = at.parent
  return at
}

function isInside(directive: PlacedDirective, section: PlacedDirective): boolean {
  for (let at: PlacedDirective | undefined = directive; at; at = at.parent) if (at === section) return true
  return false
}

const lineOf = (directive: PlacedDirective): number => directive.source.lines.lineAt(placeOfDirective(directive).start) + 1

function fixesFor(leak: Leak, configuration: Configuration): FindingFix[] {
  const { define, own, before } = leak
  const section = sectionOf(define)
  if (!section || section.source !== define.source || define.includedBy.length > section.includedBy.length) return []
  const line = textOf(define)
  if (own) {
    const around = sectionOf(own)
    const movable = around && own.parent === around && own.source === around.source && !own.condition
    return movable
      ? [
          {
            title: `Move the Define of line ${lineOf(own)} to the beginning of its section`,
            safe: false,
            edits: [insertInside(around, [textOf(own)]), removeDirective(own)],
          },
        ]
      : []
  }
  const name = define.args[0]?.value ?? ''
  if (before) return renameInside(section, define, name, configuration)
  const others = configuration.all.filter((each) => each !== define && (each.name === 'define' || each.name === 'undefine') && each.args[0]?.value === name)
  if (others.length > 0 || define.condition || enclosing(define, 'macro')) return []
  const title = `Move it before <${section.node.words[0]?.value ?? ''}>`
  return [{ title, safe: true, edits: [insertBefore(section, [line]), removeDirective(define)] }]
}

/** Gives the value that the section defines a name of its own, there and where the section uses it. */
function renameInside(section: PlacedDirective, define: PlacedDirective, name: string, configuration: Configuration): FindingFix[] {
  const taken = new Set(configuration.all.flatMap((each) => (each.name === 'define' ? [each.args[0]?.value ?? ''] : [])))
  const fresh = [2, 3, 4].map((number) => `${name}_${number}`).find((each) => !taken.has(each))
  const argument = define.args[0]
  if (fresh === undefined || !argument) return []
  const edits: FindingEdit[] = [{ path: define.source.path, start: argument.start, end: argument.end, newText: fresh }]
  for (const each of configuration.all) {
    if (each.order <= define.order || !isInside(each, section)) continue
    if ((each.name === 'define' || each.name === 'undefine') && each.args[0]?.value === name) return []
    for (const match of each.node.text.matchAll(/\$\{([^}:]+)\}/g)) {
      if (match[1] !== name) continue
      if (each.source !== define.source) return []
      const start = each.start + match.index + 2
      edits.push({ path: each.source.path, start, end: start + name.length, newText: fresh })
    }
  }
  return [{ title: `Call it ${fresh} in this section`, safe: false, edits }]
}

const textOf = ({ node }: PlacedDirective): string => node.text.trim()
