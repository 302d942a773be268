import { djangoMajor } from '../../application/django-version.ts'
import { settingsOfProjects } from '../../application/project-settings.ts'
import { isStringLiteral } from '../../deployment/django/list-literal.ts'
import { isSequence, textOf } from '../../deployment/django/values.ts'
import type { Place } from '../../problem/place.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type DeploymentContext, defineRule, type FindingFix } from '../rule.ts'
import { project } from './lib/example-site.ts'

export const rule = defineRule({
  id: 'django/csrf-origin-malformed',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'An entry of `CSRF_TRUSTED_ORIGINS` that no origin can fit: without a scheme since Django 4, with one before, with a path.',
  explanation: `
Since Django 4 an entry is an origin as browsers send it: scheme, host, and port where it is not the usual one. \`www.example.org\` fits none, and every command that checks the settings stops with
4_0.E001; \`https://www.example.org/\` fits none for its slash. All hosts below a domain are \`https://*.example.org\`. Forms that are sent from a trusted origin get 403.

Before Django 4 an entry is a host without scheme (\`.example.org\` for all below a domain). The version is taken from the virtualenv or the requirements; where they leave both open, an entry without
a scheme is only \`info\`.
`,
  source:
    "`django/core/checks/compatibility/django_4_0.py`; `django/middleware/csrf.py`: `CsrfViewMiddleware.allowed_origins_exact`, `allowed_origin_subdomains`; Django's release notes, 4.0.",
  examples: {
    failing: [
      {
        title: 'no scheme',
        files: `
#- requirements.txt
Django==4.2.16
${project}#- site1/settings.py
CSRF_TRUSTED_ORIGINS = ["www.example.org", "https://*.example.net"]
#                       ^^^^^^^^^^^^^^^^^ error[django/csrf-origin-malformed]: "www.example.org" in CSRF_TRUSTED_ORIGINS has no scheme
`,
      },
      {
        title: 'a slash at the end, a dot for all below, an asterisk for everything',
        files: `
#- requirements.txt
django~=5.1
${project}#- site1/settings.py
CSRF_TRUSTED_ORIGINS = [
    'https://www.example.org/',
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[django/csrf-origin-malformed]: "https://www.example.org/" in CSRF_TRUSTED_ORIGINS fits no origin, as it has a path
    'https://.example.net',
#   ^^^^^^^^^^^^^^^^^^^^^^ warning[django/csrf-origin-malformed]: "https://.example.net" in CSRF_TRUSTED_ORIGINS fits no origin
    '*',
#   ^^^ error[django/csrf-origin-malformed]: "*" in CSRF_TRUSTED_ORIGINS has no scheme
]
`,
      },
      {
        title: 'a scheme before Django 4',
        files: `
#- requirements.txt
Django==3.2.25
${project}#- site1/settings.py
CSRF_TRUSTED_ORIGINS = ["https://www.example.org"]
#                       ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[django/csrf-origin-malformed]: "https://www.example.org" in CSRF_TRUSTED_ORIGINS fits no host: before Django 4 an entry has no scheme
`,
      },
      {
        title: 'the version is open',
        files: `
#- requirements.txt
Django>=3.2
${project}#- site1/settings.py
CSRF_TRUSTED_ORIGINS = ["www.example.org"]
#                       ^^^^^^^^^^^^^^^^^ info[django/csrf-origin-malformed]: "www.example.org" in CSRF_TRUSTED_ORIGINS has no scheme
`,
      },
    ],
    passing: [
      {
        title: 'origins of Django 4',
        files: `
#- requirements.txt
Django>=4.2,<5.3
${project}#- site1/settings.py
CSRF_TRUSTED_ORIGINS = ["https://www.example.org", "https://*.example.org", "http://localhost:8000"]
`,
      },
      {
        title: 'hosts of Django 3, and values from the environment',
        files: `
#- requirements.txt
Django>=3.2,<4
${project}#- site1/settings.py
import os
CSRF_TRUSTED_ORIGINS = ["www.example.org", ".example.net", os.environ["EXTRA_ORIGIN"]]
`,
      },
    ],
  },
  check(context) {
    const { deployment, snapshot, settings: own } = context
    for (const { project, settings } of settingsOfProjects(deployment, snapshot, own)) {
      const list = settings.get('CSRF_TRUSTED_ORIGINS')
      if (list.state !== 'known' || !isSequence(list.value) || list.isDefault) continue
      const version = djangoMajor(deployment, project, snapshot)
      for (const item of list.value.items) {
        const text = item.state === 'known' ? textOf(item.value) : undefined
        if (text !== undefined && item.state === 'known' && item.at) reportOrigin(text, item.at, version, context)
      }
    }
  },
})

function reportOrigin(text: string, at: Place, version: ReturnType<typeof djangoMajor>, { snapshot, report }: DeploymentContext): void {
  const quoted = JSON.stringify(text)
  const [, scheme, host = '', path = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?([^/]*)(.*)$/i.exec(text) ?? []
  if (version && 'below' in version) {
    if (scheme === undefined) return
    report({
      at,
      severity: 'warning',
      message: `${quoted} in CSRF_TRUSTED_ORIGINS fits no host: before Django 4 an entry has no scheme. Forms sent from there get 403.`,
      fixes: write(at, host.replace(/^\*\./, '.'), true, snapshot),
    })
  } else if (scheme === undefined) {
    const meant = /^[\w.*:-]+\.\w+(:\d+)?$/.test(host) && path === '' ? `https://${host.replace(/^\./, '*.')}` : undefined
    report({
      at,
      severity: version ? 'error' : 'info',
      message: `${quoted} in CSRF_TRUSTED_ORIGINS has no scheme: since Django 4 every command that checks the settings stops (4_0.E001), and forms sent from there get 403.${meant ? ` Write ${JSON.stringify(meant)}.` : ''}`,
      fixes: meant ? write(at, meant, false, snapshot) : [],
    })
  } else if (version && (path !== '' || host.startsWith('.') || host === '*')) {
    const meant = host === '*' ? undefined : `${scheme}${host.replace(/^\./, '*.')}`
    report({
      at,
      severity: 'warning',
      message: `${quoted} in CSRF_TRUSTED_ORIGINS fits no origin, as it ${path !== '' ? 'has a path' : 'has no host'}: forms sent from there get 403.${meant ? ` Write ${JSON.stringify(meant)}.` : ''}`,
      fixes: meant ? write(at, meant, true, snapshot) : [],
    })
  }
}

function write(at: Place, meant: string, safe: boolean, snapshot: Snapshot): FindingFix[] {
  if (!isStringLiteral(at, snapshot)) return []
  const content = snapshot.content(at.path)
  const quote = content.state === 'content' ? content.value.text.charAt(at.start) : '"'
  return [{ title: `Write ${meant}`, safe, edits: [{ ...at, newText: `${quote}${meant}${quote}` }] }]
}
