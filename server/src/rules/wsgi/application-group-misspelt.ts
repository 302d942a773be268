import { daemonsOf } from '../../application/wsgi-process.ts'
import { defineRule } from '../rule.ts'
import { directivesWithGroups, groupsIn } from './lib/group-names.ts'

const script =
  'def application(environ, start_response):\n    start_response("200 OK", [])\n    return [("group=" + environ["mod_wsgi.application_group"]).encode()]\n'

export const rule = defineRule({
  id: 'wsgi/application-group-misspelt',
  looksAt: 'directive',
  dialect: 'apache',
  directives: directivesWithGroups,
  severity: 'warning',
  summary: 'A group called `GLOBAL`, `%{GLOBAL` or the like, where `%{GLOBAL}` was meant.',
  explanation: `
mod_wsgi knows \`%{GLOBAL}\`, \`%{RESOURCE}\`, \`%{SERVER}\`, \`%{HOST}\` and \`%{ENV:name}\`, letter for letter. Anything else is the name of a group.
An application group called \`GLOBAL\` is one more sub-interpreter: NumPy, and other compiled modules that need the main interpreter, hang or fail in it
just as they did before. A process group of that name does not exist, and requests are answered with 500.
`,
  source: 'Tried with mod_wsgi 4.9.4: the name is kept as written; mod_wsgi.c: wsgi_application_group, wsgi_process_group.',
  examples: {
    failing: [
      {
        title: 'without its percent sign and braces',
        files: `
#- site.conf
WSGIScriptAlias / /srv/site/config/wsgi.py application-group=GLOBAL
#                                          ^^^^^^^^^^^^^^^^^^^^^^^^ warning[wsgi/application-group-misspelt]: "GLOBAL" makes a sub-interpreter of that name
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/config/wsgi.py': script },
          get: '/',
          before: { status: 200, body: /^group=GLOBAL$/ },
          after: { status: 200, body: /^group=$/ },
        },
      },
      {
        title: 'a brace left open, letter case, a variable of Apache',
        files: `
#- site.conf
WSGIProcessGroup %{global}
#                ^^^^^^^^^ error[wsgi/application-group-misspelt]: No daemon process is called "%{global}"
WSGIApplicationGroup %{GLOBAL
#                    ^^^^^^^^ warning[wsgi/application-group-misspelt]: "%{GLOBAL" makes a sub-interpreter
WSGIScriptAlias /a /srv/site/config/wsgi.py
WSGIScriptAlias /b /srv/site/config/wsgi.py application-group=\${GLOBAL} process-group=%{GLOBAL}
#                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[wsgi/application-group-misspelt]: "\${GLOBAL}" makes a sub-interpreter
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/config/wsgi.py': script },
          get: '/a',
          before: { status: 500, log: /No WSGI daemon process called '%\{global\}' has been configured/ },
          after: { status: 200 },
        },
      },
    ],
    passing: [
      {
        title: 'the names that mod_wsgi knows',
        files: `
#- site.conf
WSGIProcessGroup %{GLOBAL}
WSGIApplicationGroup %{RESOURCE}
WSGIScriptAlias /a /srv/site/config/wsgi.py application-group=%{GLOBAL} process-group=%{ENV:GROUP}
WSGIScriptAlias /b /srv/site/config/wsgi.py application-group=%{SERVER}
WSGIScriptAlias /c /srv/site/config/wsgi.py application-group=%{ENV:SITE_GROUP}
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
      },
      {
        title: 'names of their own, one of them declared',
        files: `
#- site.conf
WSGIDaemonProcess GLOBAL python-path=/srv/site
WSGIScriptAlias /a /srv/site/config/wsgi.py process-group=GLOBAL application-group=server
WSGIScriptAlias /b /srv/site/config/wsgi.py process-group=GLOBAL application-group=\${GROUP}
WSGIScriptAlias /c /srv/site/config/wsgi.py process-group=GLOBAL application-group=GLOBAL_SITE
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
      },
    ],
  },
  check(directive, { configuration, applications, report }) {
    for (const group of groupsIn(directive)) {
      const meant = meantBy(group.name)
      if (meant === undefined) continue
      if (!group.known && (group.name !== '${GLOBAL}' || configuration.defines.has('GLOBAL'))) continue
      if (group.kind === 'process') {
        if (daemonsOf(configuration).some((daemon) => daemon.args[0]?.value === group.name)) continue
        // Of a whole configuration `wsgi/process-group-undefined` says it, where the name looks like any other.
        const isUsed = applications.some((each) => each.kind === 'mod_wsgi' && each.process.mode === 'daemon' && each.process.namedBy === directive)
        if (!configuration.open && isUsed) continue
      }
      const newText = configuration.sources.find((source) => source.path === group.at.path)?.text.slice(group.at.start, group.at.end)
      report({
        at: group.at,
        ...(group.kind === 'process' ? { severity: 'error' } : {}),
        message:
          group.kind === 'process'
            ? `No daemon process is called "${group.name}", and mod_wsgi takes it for a name: requests are answered with 500. Write ${meant}.`
            : `"${group.name}" makes a sub-interpreter of that name, instead of what ${meant} stands for. Write ${meant}.`,
        fixes: newText?.includes(group.name)
          ? [{ title: `Write ${meant}`, safe: true, edits: [{ ...group.at, newText: newText.replace(group.name, () => meant) }] }]
          : [],
      })
    }
  },
})

/** What mod_wsgi would have replaced, had it been written as it wants it. */
function meantBy(name: string): string | undefined {
  if (name === 'GLOBAL') return '%{GLOBAL}'
  if (/^%\{ENV:\w+$/.test(name)) return `${name}}`
  // Plain words are names of their own; with a sign before them they are not.
  const word = /^(?:[%$][{([]?|\{)(GLOBAL|RESOURCE|SERVER|HOST)[})\]]?$/i.exec(name)?.[1]?.toUpperCase()
  return word === undefined || name === `%{${word}}` ? undefined : `%{${word}}`
}
