import { placeOfArgument } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/server-name-never-matches',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'A `server_name` that no request can have as its host: with a port or a comma, or a pattern without its `~`.',
  explanation: `
nginx compares \`server_name\` with the host of the request without its port. A name with a port, a comma between two names, or a regular expression without the \`~\` at its beginning
is never equal to any host: such requests go to the default server of the address.
`,
  source: '`src/http/ngx_http_request.c`: `ngx_http_validate_host`, `ngx_http_find_virtual_server`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a port, a comma, a pattern',
        files: `
#- conf.d/site.conf
server {
    listen 8080;
    server_name example.org:8080;
#               ^^^^^^^^^^^^^^^^ warning[nginx/server-name-never-matches]: Hosts are compared without their port
}
server {
    listen 8081;
    server_name example.org,www.example.org;
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/server-name-never-matches]: Names are parted by white space
}
server {
    listen 8082;
    server_name ^(www\\.)?example\\.org$;
#               ^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/server-name-never-matches]: A regular expression begins with "~"
}
`,
      },
      {
        title: 'a comma behind the first of two',
        files: `
#- conf.d/site.conf
server {
    listen 8081;
    server_name example.org, www.example.org;
#               ^^^^^^^^^^^^ warning[nginx/server-name-never-matches]: Names are parted by white space
}
`,
      },
    ],
    passing: [
      {
        title: 'names, wildcards, patterns, none, addresses, variables',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    server_name example.org *.example.org .example.net www.example.*;
}
server {
    listen 81;
    server_name ~^(?<user>[a-z]+)\\.example\\.org$ "" _ 192.0.2.1 [2001:db8::1] xn--bcher-kva.example;
}
server {
    listen 82;
    server_name $hostname localhost;
}
`,
      },
    ],
  },
  directives: ['server_name'],
  check(directive, { report }) {
    if (directive.source.templated) return
    for (const argument of directive.args) {
      const { value, known } = argument
      // Of a name with a slash nginx itself says that it is suspicious.
      if (!known || value.startsWith('~') || value.includes('/') || value.includes('$hostname')) continue
      const at = placeOfArgument(directive, argument)
      if (/[\^(|]|\\\.|\$$|\.\*\w/.test(value)) {
        report({
          at,
          message: `A regular expression begins with "~": without it no host is ever equal to "${value}".`,
          fixes: /[{}; ]/.test(value) ? [] : [{ title: `Write ~${value}`, safe: true, edits: [replaceArgument(directive, argument, `~${value}`)] }],
        })
      } else if (value.includes(',') && !value.includes('$')) {
        const names = value.split(',').filter(Boolean).join(' ')
        report({
          at,
          message: `Names are parted by white space: no host is ever equal to "${value}".`,
          fixes:
            names === '' || argument.quote
              ? []
              : [{ title: `Write ${names}`, safe: true, edits: [{ path: at.path, start: at.start, end: at.end, newText: names }] }],
        })
      } else if (/^[^:[\]]+:\d+$/.test(value)) {
        const name = value.replace(/:\d+$/, '')
        const twice = directive.args.some((each) => each.value === name)
        report({
          at,
          message: `Hosts are compared without their port: no host is ever equal to "${value}". The port belongs to "listen".`,
          fixes: twice ? [] : [{ title: `Write ${name}`, safe: true, edits: [replaceArgument(directive, argument, name)] }],
        })
      }
    }
  },
})
