import { settingsOfProjects } from '../../application/project-settings.ts'
import { type AllowedHost, allowedHostsOf, isAllowedHost, malformedHost } from '../../deployment/django/allowed-hosts.ts'
import { isStringLiteral } from '../../deployment/django/list-literal.ts'
import type { DjangoSettings } from '../../deployment/django/settings.ts'
import { alternatives } from '../../deployment/django/values.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type DeploymentContext, defineRule, type FindingFix } from '../rule.ts'
import { project } from './lib/example-site.ts'

const site = `#- deploy/site.conf
<VirtualHost *:80>
    ServerName www.example.org
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
</VirtualHost>
${project}`

const head = `DEBUG = False
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
`

export const rule = defineRule({
  id: 'django/allowed-host-malformed',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'An entry of `ALLOWED_HOSTS` that no host can fit: with a scheme, a port, a path, an asterisk inside; or a text instead of a list.',
  explanation: `
Django takes the port off the host that was asked for, and compares the name with each entry. \`https://www.example.org\`, \`example.org:8000\`, \`example.org/\` and \`*.example.org\` fit none: all
requests are answered 400 Bad Request. All hosts below a domain are written \`.example.org\`.

A text where the list should be (\`ALLOWED_HOSTS = "example.org"\`, also in parentheses without a comma) stops newer versions of Django from starting; in 3.2 each of its letters is an entry.

Where another entry has the right name already, or the entry is for the machine itself, it is only \`info\`.
`,
  source:
    '`django/http/request.py`: `split_domain_port`, `validate_host`; `django/conf/__init__.py`: `Settings`; tried with Django 3.2 in mod_wsgi 4.9.4: 400, and 200 with the entry mended.',
  examples: {
    failing: [
      {
        title: 'a scheme',
        files: `
${site}#- site1/settings.py
${head}ALLOWED_HOSTS = ["https://www.example.org"]
#                ^^^^^^^^^^^^^^^^^^^^^^^^^ error[django/allowed-host-malformed]: No host fits "https://www.example.org" in ALLOWED_HOSTS, as it has a scheme: Django answers 400 Bad Request. Write "www.example.org".
`,
        proof: {
          config: 'deploy/site.conf',
          deployedAt: '/srv/shop',
          tree: {
            '/srv/shop/site1/__init__.py': '',
            '/srv/shop/site1/wsgi.py':
              'import os, sys\nsys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))\nos.environ["DJANGO_SETTINGS_MODULE"] = "site1.settings"\nimport site1.settings\nsite1.settings.SECRET_KEY = "x"\nsite1.settings.ROOT_URLCONF = "site1.urls"\nfrom django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n',
            '/srv/shop/site1/urls.py':
              'from django.http import HttpResponse\nfrom django.urls import path\nurlpatterns = [path("", lambda request: HttpResponse("all is well"))]\n',
          },
          get: 'http://www.example.org/',
          before: { status: 400 },
          after: { status: 200, body: /all is well/ },
        },
      },
      {
        title: 'a port, a path, an asterisk, two hosts in one text',
        files: `
${site}#- site1/settings.py
${head}ALLOWED_HOSTS = [
    'www.example.org:8000',
#   ^^^^^^^^^^^^^^^^^^^^^^ error[django/allowed-host-malformed]: No host fits "www.example.org:8000" in ALLOWED_HOSTS, as it has a port
    "example.net/",
#   ^^^^^^^^^^^^^^ error[django/allowed-host-malformed]: No host fits "example.net/" in ALLOWED_HOSTS, as it has a path
    "*.example.com",
#   ^^^^^^^^^^^^^^^ error[django/allowed-host-malformed]: No host fits "*.example.com" in ALLOWED_HOSTS, as it has an asterisk: Django answers 400 Bad Request. Write ".example.com".
    "one.example, two.example",
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[django/allowed-host-malformed]: No host fits "one.example, two.example" in ALLOWED_HOSTS, as it is one text with several hosts in it
    "192.0.2.*",
#   ^^^^^^^^^^^ warning[django/allowed-host-malformed]: No host fits "192.0.2.*" in ALLOWED_HOSTS, as an asterisk stands for nothing inside a name
]
`,
      },
      {
        title: 'a text in place of the list',
        files: `
${project}#- site1/settings.py
${head}ALLOWED_HOSTS = ("www.example.org")
#               ^^^^^^^^^^^^^^^^^^^ error[django/allowed-host-malformed]: ALLOWED_HOSTS is a text, and must be a list
`,
      },
      {
        title: 'leftovers beside entries that fit',
        files: `
${site}#- site1/settings.py
${head}ALLOWED_HOSTS = ["www.example.org", "localhost:8000", "old.example.net:8080"]
#                                   ^^^^^^^^^^^^^^^^ info[django/allowed-host-malformed]: No host fits "localhost:8000" in ALLOWED_HOSTS, as it has a port
#                                                     ^^^^^^^^^^^^^^^^^^^^^^ warning[django/allowed-host-malformed]: No host fits "old.example.net:8080" in ALLOWED_HOSTS, as it has a port
`,
      },
      {
        title: 'the right name is there as well',
        files: `
${project}#- site1/settings.py
${head}ALLOWED_HOSTS = ["https://www.example.org", "www.example.org"]
#                ^^^^^^^^^^^^^^^^^^^^^^^^^ info[django/allowed-host-malformed]: No host fits "https://www.example.org" in ALLOWED_HOSTS, as it has a scheme. "www.example.org" is there as well.
`,
      },
    ],
    passing: [
      {
        title: 'names, domains, addresses, everything, other letters',
        files: `
${project}#- site1/settings.py
${head}ALLOWED_HOSTS = ["WWW.example.org", ".example.net", "192.0.2.7", "[::1]", "*", "xn--bcher-kva.example"]
`,
      },
      {
        title: 'values from elsewhere',
        files: `
${project}#- site1/settings.py
import os
from decouple import config, Csv
${head}ALLOWED_HOSTS = config("HOSTS", default="https://a.example,b.example", cast=Csv())
`,
      },
      {
        title: 'a text that is cut apart',
        files: `
${project}#- site1/settings.py
${head}ALLOWED_HOSTS = "www.example.org example.org".split()
`,
      },
    ],
  },
  check(context) {
    const { deployment, snapshot, settings: own } = context
    for (const { settings } of settingsOfProjects(deployment, snapshot, own)) {
      reportText(settings, context)
      for (const list of allowedHostsOf(settings.get('ALLOWED_HOSTS')) ?? []) {
        for (const entry of list.entries) reportEntry(entry, list.entries, context)
      }
    }
  },
})

function reportEntry(entry: AllowedHost, entries: readonly AllowedHost[], { applications, snapshot, report }: DeploymentContext): void {
  const fault = malformedHost(entry.text)
  if (!fault || !entry.at) return
  const others = entries.filter((each) => each !== entry && malformedHost(each.text) === undefined).map((each) => each.text)
  const covered = fault.meant?.every((each) => isAllowedHost(each, others) || others.includes(each)) ?? others.includes('*')
  const said = `No host fits ${JSON.stringify(entry.text)} in ALLOWED_HOSTS, as ${fault.why}`
  const meant = fault.meant?.map((each) => JSON.stringify(each)).join(', ')
  report({
    at: entry.at,
    severity: severityOf(),
    message: covered
      ? `${said}. ${others.includes('*') ? '"*" allows every host' : `${meant} is there as well`}.`
      : `${said}: Django answers 400 Bad Request. ${meant ? `Write ${meant}.` : 'Write each name out, or the domain with a dot before it.'}`,
    fixes: meant && fault.meant ? mended(entry.at, fault.meant, snapshot) : [],
  })

  function severityOf(): 'error' | 'warning' | 'info' {
    const hosts = fault?.meant
    if (covered || hosts?.every((each) => /^(localhost|127\.[\d.]+|0\.0\.0\.0|\[::1\])$/.test(each))) return 'info'
    if (!hosts) return 'warning'
    // Where a server answers for the host, or nothing else is allowed, requests certainly fail.
    const names = applications.flatMap((application) => namesOf(application))
    return others.every((each) => /^(localhost|127\.[\d.]+|\[::1\])$/.test(each)) || names.some((name) => isAllowedHost(name, hosts)) ? 'error' : 'warning'
  }
}

/** The names of the server or virtual host that hands requests to an application. */
const namesOf = ({ host }: DeploymentContext['applications'][number]): string[] =>
  (host?.children ?? [])
    .filter((each) => /^(server_name|servername|serveralias)$/.test(each.name))
    .flatMap((each) => each.args.map((argument) => argument.value.replace(/^[a-z]+:\/\//i, '')))

function mended(at: NonNullable<AllowedHost['at']>, meant: readonly string[], snapshot: Snapshot): FindingFix[] {
  if (!isStringLiteral(at, snapshot)) return []
  const content = snapshot.content(at.path)
  const quote = content.state === 'content' ? content.value.text.charAt(at.start) : '"'
  const newText = meant.map((each) => `${quote}${each}${quote}`).join(', ')
  return [{ title: `Write ${newText}`, safe: true, edits: [{ ...at, newText }] }]
}

/** `ALLOWED_HOSTS = "www.example.org"`: each letter of it is an entry, or Django does not start. */
function reportText(settings: DjangoSettings, { snapshot, report }: DeploymentContext): void {
  const [value, ...others] = alternatives(settings.get('ALLOWED_HOSTS'))
  if (value?.state !== 'known' || others.length > 0 || value.value.kind !== 'string' || !value.at || value.value.value === '*') return
  const content = snapshot.content(value.at.path)
  const written = content.state === 'content' ? content.value.text.slice(value.at.start, value.at.end) : ''
  const literal = /^(\(\s*)?(["'])([^"'\\]*)\2(\s*\))?$/.exec(written)
  report({
    at: value.at,
    message: 'ALLOWED_HOSTS is a text, and must be a list: Django does not start, or answers 400 Bad Request to every request. Put it into brackets.',
    fixes: literal ? [{ title: 'Put it into brackets', safe: true, edits: [{ ...value.at, newText: `[${literal[2]}${literal[3]}${literal[2]}]` }] }] : [],
  })
}
