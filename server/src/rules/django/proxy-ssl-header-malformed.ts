import { settingsOfProjects } from '../../application/project-settings.ts'
import { isStringLiteral } from '../../deployment/django/list-literal.ts'
import type { DjangoSettings } from '../../deployment/django/settings.ts'
import { isSequence, knownText, type PySequence, textOf, truthOf, type Value } from '../../deployment/django/values.ts'
import type { Place } from '../../problem/place.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type DeploymentContext, defineRule, type FindingFix } from '../rule.ts'
import { project } from './lib/example-site.ts'

export const rule = defineRule({
  id: 'django/proxy-ssl-header-malformed',
  looksAt: 'deployment',
  severity: 'error',
  summary: '`SECURE_PROXY_SSL_HEADER` that names no header as WSGI has it, or is no pair: no request counts as HTTPS.',
  explanation: `
The setting is a pair: the header as it stands in WSGI's environment (\`HTTP_\`, capital letters, underscores), and the value that means HTTPS. \`("X-Forwarded-Proto", "https")\` never
fits, so that every request counts as HTTP: with SECURE_SSL_REDIRECT each is redirected without end, and without it links begin with http:// and forms fail the CSRF check. The proxies send the
scheme in small letters.

A text, or a tuple of another length, stops each request with ImproperlyConfigured.
`,
  source: '`django/http/request.py`: `HttpRequest.scheme`; tried with Django 3.2: `("X-Forwarded-Proto", "https")` with the header sent gives `http`.',
  examples: {
    failing: [
      {
        title: 'the name as a proxy writes it',
        files: `
${project}#- site1/settings.py
SECURE_PROXY_SSL_HEADER = ("X-Forwarded-Proto", "https")
#                          ^^^^^^^^^^^^^^^^^^^ error[django/proxy-ssl-header-malformed]: No header arrives as "X-Forwarded-Proto"
SECURE_SSL_REDIRECT = True
`,
      },
      {
        title: 'without HTTP_, and a value in capital letters',
        files: `
${project}#- site1/settings.py
SECURE_PROXY_SSL_HEADER = ('X_FORWARDED_PROTO', 'HTTPS')
#                          ^^^^^^^^^^^^^^^^^^^ warning[django/proxy-ssl-header-malformed]: No header arrives as "X_FORWARDED_PROTO"
#                                               ^^^^^^^ warning[django/proxy-ssl-header-malformed]: Proxies send https, and "HTTPS" is another text
`,
      },
      {
        title: 'a text',
        files: `
${project}#- site1/settings.py
SECURE_PROXY_SSL_HEADER = "HTTP_X_FORWARDED_PROTO"
#                         ^^^^^^^^^^^^^^^^^^^^^^^^ error[django/proxy-ssl-header-malformed]: SECURE_PROXY_SSL_HEADER must be a pair
`,
      },
    ],
    passing: [
      {
        title: 'the usual pair, another header, a list',
        files: `
${project}#- site1/settings.py
SECURE_PROXY_SSL_HEADER = ["HTTP_X_FORWARDED_PROTO", "https"]
`,
      },
      {
        title: 'a header that says on',
        files: `
${project}#- site1/settings.py
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_SSL", "on")
`,
      },
      {
        title: 'what the server sets itself, and none',
        files: `
${project}#- site1/settings.py
import os
SECURE_PROXY_SSL_HEADER = ("HTTPS", "on") if os.environ.get("PROXIED") else None
`,
      },
    ],
  },
  check(context) {
    const { deployment, snapshot, settings: own } = context
    for (const { settings } of settingsOfProjects(deployment, snapshot, own)) {
      const pair = settings.get('SECURE_PROXY_SSL_HEADER')
      if (pair.state !== 'known' || pair.value.kind === 'none' || !pair.at) continue
      if (isSequence(pair.value) && pair.value.open) continue
      if (isSequence(pair.value) && pair.value.items.length === 2) reportPair(pair.value, settings, context)
      else if (isSequence(pair.value) || pair.value.kind === 'string') {
        const header = textOf(pair.value)
        context.report({
          at: pair.at,
          message:
            'SECURE_PROXY_SSL_HEADER must be a pair of a header and a value: each request ends in ImproperlyConfigured (500). Write ("HTTP_X_FORWARDED_PROTO", "https").',
          fixes:
            header !== undefined && /^HTTP_X_FORWARDED_PROTO(COL)?$/.test(header)
              ? [{ title: `Write ("${header}", "https")`, safe: false, edits: [{ ...pair.at, newText: `("${header}", "https")` }] }]
              : [],
        })
      }
    }
  },
})

function reportPair(pair: PySequence, settings: DjangoSettings, { snapshot, report }: DeploymentContext): void {
  const [first, second] = pair.items
  const [header, value] = [knownText(first), knownText(second)]
  const redirects = truthOf(settings.get('SECURE_SSL_REDIRECT')) === true
  const severity = redirects ? 'error' : 'warning'
  const ending = redirects ? 'every request is redirected to HTTPS again, without end' : 'no request counts as HTTPS'
  const meant = header === undefined ? undefined : headerMeant(header)
  const [headerAt, valueAt] = [placeOf(first), placeOf(second)]
  if (headerAt && meant !== undefined) {
    report({
      at: headerAt,
      severity,
      message: `No header arrives as "${header}", so that ${ending}. In WSGI's environment it is ${meant}.`,
      fixes: write(headerAt, meant, snapshot),
    })
  }
  if (valueAt && value !== undefined && value !== 'https' && /_PROTO(COL)?$|_SCHEME$/.test(meant ?? header ?? '') && /^(https?|on|true|1|ssl)$/i.test(value)) {
    report({
      at: valueAt,
      severity,
      message:
        value === 'http'
          ? 'This makes every request over plain HTTP count as HTTPS. Write "https".'
          : `Proxies send https, and "${value}" is another text, so that ${ending}. Write "https".`,
      fixes: write(valueAt, 'https', snapshot),
    })
  }
}

const placeOf = (value: Value | undefined): Place | undefined => (value?.state === 'known' ? value.at : undefined)

/** How WSGI names a header that is written otherwise (PEP 3333); undefined where it can be one of its names. */
function headerMeant(header: string): string | undefined {
  if (/^HTTP_[A-Z0-9_]+$/.test(header) || !/^(HTTP[_-])?X[_-]|^(HTTP[_-])?(Forwarded|CloudFront|Front-End)/i.test(header)) return undefined
  return `HTTP_${header
    .replace(/^HTTP[_-]/i, '')
    .replace(/:$/, '')
    .replaceAll('-', '_')
    .toUpperCase()}`
}

function write(at: Place, text: string, snapshot: Snapshot): FindingFix[] {
  if (!isStringLiteral(at, snapshot)) return []
  const content = snapshot.content(at.path)
  const quote = content.state === 'content' ? content.value.text.charAt(at.start) : '"'
  return [{ title: `Write ${text}`, safe: true, edits: [{ ...at, newText: `${quote}${text}${quote}` }] }]
}
