import { placeOfArgument } from '../../configuration/placed.ts'
import { variablesOf } from '../../site/nginx/values.ts'
import { builtIn } from '../../site/nginx/variables.ts'
import { replaceInArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/log-unescaped',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['log_format'],
  severity: 'info',
  summary: '`log_format … escape=none` with values from the request: whoever sends it can write lines of the log.',
  explanation: `
nginx escapes what it logs: \`"\` becomes \`\\x22\`, a line break \`\\x0A\`. With \`escape=none\` it does not. \`$uri\` is decoded and may hold a line break, so that a request writes
a whole line of its own; any header may hold a quote, which breaks a log in JSON. \`escape=json\` is made for JSON.
`,
  source: '`src/http/modules/ngx_http_log_module.c`: `ngx_http_log_variable`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'JSON without escapes',
        files: `
#- conf.d/log.conf
log_format json escape=none '{"path":"$uri","agent":"$http_user_agent"}';
#               ^^^^^^^^^^^ info[security/log-unescaped]: Nothing is escaped in this log
`,
      },
    ],
    passing: [
      {
        title: 'escaped, and nothing from the request',
        files: `
#- conf.d/log.conf
log_format a escape=json '{"path":"$uri"}';
log_format b '$remote_addr "$request"';
log_format c escape=none '$remote_addr $status';
`,
      },
    ],
  },
  check(directive, { report }) {
    const option = directive.args[1]
    if (option?.value !== 'escape=none') return
    const format = directive.args
      .slice(2)
      .map(({ value }) => value)
      .join('')
    const names = variablesOf(format)
      .map(({ name }) => name)
      .filter((name) => builtIn(name)?.chosen || name === 'request' || name === 'remote_user' || name === 'request_body')
    const [first] = names
    if (first === undefined) return
    const path = names.find((name) => name === 'uri' || name === 'document_uri')
    const isJson = /\{\s*"/.test(format)
    const edit = replaceInArgument(directive, option, 'none', isJson ? 'json' : 'default')
    report({
      at: placeOfArgument(directive, option),
      message: `Nothing is escaped in this log: ${path ? `GET /%0A writes a line of its own by $${path}` : `a quote in $${first} is written as it is`}, so that entries can be forged. Write escape=${isJson ? 'json' : 'default'}.`,
      fixes: edit ? [{ title: `Write escape=${isJson ? 'json' : 'default'}`, safe: false, edits: [edit] }] : [],
    })
  },
})
