import { meetingsOf } from '../../application/processes.ts'
import { showAddress } from '../../deployment/processes/address.ts'
import type { ApplicationProcess } from '../../deployment/processes/process.ts'
import { defineRule } from '../rule.ts'
import { project, site, unit } from './lib/example-site.ts'

export const rule = defineRule({
  id: 'process/tls-to-plain-http',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'The server speaks TLS to an application that speaks plain HTTP.',
  explanation: `
\`proxy_pass https://…\` opens a TLS connection to the application. gunicorn and its like speak plain HTTP unless they are given a certificate
(\`--certfile\`), and between two programs of one machine that is what is wanted: the server ends TLS. Every request hangs until one of them gives up, or is answered with 502.
`,
  source: 'Tried with nginx 1.22.1 and gunicorn 20.1: no answer in 5 s.',
  examples: {
    failing: [
      {
        title: 'https to gunicorn',
        files: `
${site(
  'proxy_pass https://127.0.0.1:8000;',
  `#                  ^^^^^^^^ error[process/tls-to-plain-http]: gunicorn speaks plain HTTP at 127.0.0.1:8000
`,
)}${unit('gunicorn --bind 127.0.0.1:8000 shop.wsgi')}${project}`,
        proof: {
          config: 'deploy/nginx/shop.conf',
          deployedAt: '/srv/shop',
          processes: ['deploy/shop.service'],
          get: '/',
          // gunicorn waits for the end of a line that never comes.
          before: { status: 0 },
          after: { status: 200, body: /hello/ },
        },
      },
    ],
    passing: [
      {
        title: 'a certificate of its own',
        files: `
${site('proxy_pass https://127.0.0.1:8000;')}${unit('gunicorn --certfile a.pem --keyfile a.key --bind 127.0.0.1:8000 shop.wsgi')}${project}`,
      },
    ],
  },
  check({ applications, deployment, report }) {
    for (const { application, target, process, listener } of meetingsOf(applications, deployment.processes)) {
      if (target.protocol !== 'https' || listener.protocol !== 'http' || !isPlain(process)) continue
      const { directive } = application
      const argument = directive.args.find((each) => /^(?:unix:[^|]*\|)?https:\/\//i.test(each.value))
      if (!argument || directive.presence !== 'present' || target.named.presence !== 'present') continue
      const at = directive.source.text.slice(argument.start, argument.end).search(/https:\/\//i)
      if (at < 0) continue
      const place = { path: directive.source.path, start: argument.start + at, end: argument.start + at + 'https://'.length }
      report({
        at: place,
        message: `${process.server} speaks plain HTTP at ${showAddress(listener.address)}: the TLS handshake does not come about, and every request hangs or is answered with 502. Write http://.`,
        related: [{ at: listener.at, message: `${process.name} opens it here` }],
        fixes: [{ title: 'Write http://', safe: true, edits: [{ ...place, newText: 'http://' }] }],
      })
    }
  },
})

/** Whether a process is certainly given no certificate. */
const isPlain = ({ options, configFiles, server, environment }: ApplicationProcess): boolean =>
  options !== undefined &&
  configFiles.length === 0 &&
  server !== 'uwsgi' &&
  !environment.has('GUNICORN_CMD_ARGS') &&
  ![...options].some((each) => /cert|key|ssl|endpoint|config/.test(each))
