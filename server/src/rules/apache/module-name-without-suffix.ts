import { placeOfArgument } from '../../configuration/placed.ts'
import { replaceInArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { meantModule } from './lib/module-names.ts'

export const rule = defineRule({
  id: 'apache/module-name-without-suffix',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'An `<IfModule>` whose name is no module: without `.c`, without `mod_`, in other letter case, or misspelt.',
  explanation: `
\`<IfModule>\` knows a module by two names: that of its source file (\`mod_ssl.c\`) and its identifier, as \`LoadModule\` has it (\`ssl_module\`). Any other text is
compared in vain: \`<IfModule mod_ssl>\` is skipped and \`<IfModule !mod_ssl>\` is always read, whether or not the module is loaded, and \`apache2 -t\` is content with both.

Nothing is said of names that webconf does not know and that resemble none: modules of one's own have names of their own.
`,
  source: '`server/core.c`: `start_ifmod`, `ap_find_linked_module`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a redirect that is never made',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName www.example.org
    DocumentRoot /srv/site
    <IfModule mod_alias>
#             ^^^^^^^^^ warning[apache/module-name-without-suffix]: No module is called "mod_alias", so that Apache never reads this section
        Redirect /old /new
    </IfModule>
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/index.html': 'a' },
          get: '/old',
          before: { status: 403 },
          after: { status: 302 },
        },
      },
      {
        title: 'always read for its "!", a slip of the pen, a mixture of both names, and capitals',
        files: `
#- site.conf
<IfModule !mod_ssl>
#          ^^^^^^^ warning[apache/module-name-without-suffix]: No module is called "mod_ssl", so that Apache always reads this section
    Redirect /secure /plain
</IfModule>
<IfModule mod_rewrit.c>
#         ^^^^^^^^^^^^ warning[apache/module-name-without-suffix]: No module is called "mod_rewrit.c", so that Apache never reads this section: write mod_rewrite.c.
    RewriteEngine On
</IfModule>
<IfModule mod_headers_module>
#         ^^^^^^^^^^^^^^^^^^ warning[apache/module-name-without-suffix]: No module is called "mod_headers_module", so that Apache never reads this section: write headers_module.
    Header set X-Frame-Options DENY
</IfModule>
<IfModule Mod_Expires.c>
#         ^^^^^^^^^^^^^ warning[apache/module-name-without-suffix]: No module is called "Mod_Expires.c"
    ExpiresActive On
</IfModule>
`,
      },
    ],
    passing: [
      {
        title: 'source files, identifiers, an MPM by its file, and a module whose identifier begins with mod_',
        files: `
#- site.conf
<IfModule mod_ssl.c>
    SSLProtocol all
</IfModule>
<IfModule !ssl_module>
    Redirect /secure /plain
</IfModule>
<IfModule prefork.c>
    StartServers 2
</IfModule>
<IfModule mod_shib>
    ShibCompatValidUser On
</IfModule>
`,
      },
      {
        title: "modules of one's own, one of them loaded under a name close to another's, and older ones that differ by a digit",
        files: `
#- site.conf
LoadModule rewriter_module modules/mod_rewriter.so
<IfModule mod_rewriter.c>
    Redirect /a /b
</IfModule>
<IfModule mod_harbour>
    Redirect /c /d
</IfModule>
<IfModule mod_security.c>
    Redirect /e /f
</IfModule>
<IfModule mod_php7.c>
    Redirect /g /h
</IfModule>
`,
      },
    ],
  },
  check({ configuration, report }) {
    let loaded: Set<string> | undefined
    for (const directive of configuration.conditions.keys()) {
      const [argument, more] = directive.args
      if (directive.name !== 'ifmodule' || directive.presence === 'absent' || !argument?.known || more) continue
      const negated = argument.value.startsWith('!')
      const written = argument.value.slice(negated ? 1 : 0)
      const meant = meantModule(written)
      if (meant === undefined) continue
      loaded ??= new Set(configuration.all.flatMap((each) => (each.name === 'loadmodule' ? namesLoaded(each.args.map(({ value }) => value)) : [])))
      if (loaded.has(written)) continue
      const edit = replaceInArgument(directive, argument, written, meant)
      const place = placeOfArgument(directive, argument)
      report({
        at: edit ? { path: edit.path, start: edit.start, end: edit.end } : place,
        message: `No module is called "${written}", so that Apache ${negated ? 'always' : 'never'} reads this section: write ${meant}.`,
        fixes: edit ? [{ title: `Write ${meant}`, safe: true, edits: [edit] }] : [],
      })
    }
  },
})

/** The names by which `<IfModule>` may know what a LoadModule line loads. */
function namesLoaded([identifier, file]: readonly string[]): string[] {
  const base = /([^/\\]+)\.so$/.exec(file ?? '')?.[1]
  return [identifier ?? '', ...(base === undefined ? [] : [`${base}.c`, `${base}.cpp`])]
}
