import { placeOfDirective } from '../../configuration/placed.ts'
import { listensSeen, serverAround, speaksTls } from '../../site/nginx/access.ts'
import { replaceArgument } from '../lib/edits.ts'
import { tlsProfile } from '../lib/tls-profiles.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/hsts-ineffective-nginx',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['add_header'],
  severity: 'warning',
  summary: '`Strict-Transport-Security` that browsers do not heed: without `max-age`, or sent over HTTP; or for a short time, or not with errors.',
  explanation: `
Browsers ignore the header without a valid \`max-age\` (a warning) and when it comes over HTTP (a hint). Less than half a year protects little; Mozilla asks for two years, and the list that comes with browsers
(\`preload\`) for one, with \`includeSubDomains\`. Without \`always\` nginx leaves it out of answers like 404. Those are hints. \`max-age=0\` takes HSTS back, and is fine.
`,
  source: 'RFC 6797, sections 6.1 and 8.1; hstspreload.org; nginx documentation, add_header (always); Mozilla, guidelines 6.0.',
  examples: {
    failing: [
      {
        title: 'not a valid value',
        files: `
#- conf.d/site.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    add_header Strict-Transport-Security "63072000; includeSubDomains" always;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/hsts-ineffective-nginx]: Browsers ignore this: there is no "max-age"
}
`,
      },
      {
        title: 'short, over HTTP, and not always',
        files: `
#- conf.d/site.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    location /a/ { add_header Strict-Transport-Security max-age=86400 always; }
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[security/hsts-ineffective-nginx]: HSTS for 86400 seconds
    location /b/ { add_header Strict-Transport-Security "max-age=63072000; includeSubDomains"; }
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[security/hsts-ineffective-nginx]: Answers like 404 go out without
}
server {
    listen 80;
    add_header Strict-Transport-Security "max-age=63072000" always;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[security/hsts-ineffective-nginx]: Browsers ignore this over HTTP
}
`,
      },
    ],
    passing: [
      {
        title: 'as it should be, taken back, by a variable, by a map',
        files: `
#- conf.d/site.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    location /a/ { add_header Strict-Transport-Security "max-age=63072000; includeSubDomains; preload" always; }
    location /b/ { add_header Strict-Transport-Security "max-age=0" always; }
    location /c/ { add_header Strict-Transport-Security $hsts always; }
    location /d/ { add_header strict-transport-security 'MAX-AGE="31536000"' always; }
}
`,
      },
    ],
  },
  check(directive, { configuration, settings, report }) {
    const [name, value, always] = directive.args
    if (directive.presence !== 'present' || name?.value.toLowerCase() !== 'strict-transport-security' || !value?.known) return
    if (value.value === '' || value.value.includes('$')) return
    const at = placeOfDirective(directive)
    const seconds = tlsProfile(settings).hstsSeconds
    const age = /(?:^|;)\s*max-age\s*=\s*"?(\d+)"?\s*(?:;|$)/i.exec(value.value)?.[1]
    if (age === undefined) {
      const digits = /^\d+/.exec(value.value)?.[0]
      report({
        at,
        message: `Browsers ignore this: there is no "max-age" with a number in "${value.value}".`,
        fixes: digits
          ? [{ title: `Write max-age=${digits}`, safe: false, edits: [replaceArgument(directive, value, `max-age=${value.value}`)] }]
          : [{ title: `Write max-age=${seconds}`, safe: false, edits: [replaceArgument(directive, value, `max-age=${seconds}`)] }],
      })
      return
    }
    const server = serverAround(directive)
    if (server && listensSeen(server, configuration) && !speaksTls(server, configuration)) {
      report({ at, severity: 'hint', message: 'Browsers ignore this over HTTP, and this server has no TLS. Send it where there is, and redirect from here.' })
    } else if (Number(age) > 0 && Number(age) < 15768000) {
      const longer = value.value.replace(/(max-age\s*=\s*"?)\d+/i, `$1${seconds}`)
      const message = `HSTS for ${age} seconds is forgotten before most visitors come back. Mozilla asks for two years: ${seconds}. Begin with little, and raise it.`
      report({ at, severity: 'hint', message, fixes: [{ title: `Write max-age=${seconds}`, safe: false, edits: [replaceArgument(directive, value, longer)] }] })
    } else if (always?.value !== 'always' && Number(age) > 0) {
      report({
        at,
        severity: 'hint',
        message: 'Answers like 404 go out without this header. Write "always" behind it.',
        fixes: [{ title: 'Add "always"', safe: false, edits: [{ path: directive.source.path, start: value.end, end: value.end, newText: ' always' }] }],
      })
    } else if (/\bpreload\b/i.test(value.value) && (Number(age) < 31536000 || !/includesubdomains/i.test(value.value))) {
      const message = '"preload" is heeded with "includeSubDomains" and at least a year (31536000) alone.'
      report({ at, severity: 'hint', message })
    }
  },
})
