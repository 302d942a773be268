import { directivesNamed, placeOfArgument } from '../../configuration/placed.ts'
import { editDistance } from '../../syntax/text.ts'
import { replaceInArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/upstream-misspelt',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'error',
  summary: 'Requests are passed to a name that is almost that of an `upstream` which nothing uses.',
  explanation: `
\`proxy_pass http://app_server\` means the \`upstream app_server\` of the configuration, and where there is none, a host of that name, which nginx looks up when it
starts: "host not found in upstream". The test finds it only on the server itself, as elsewhere the name could exist.

It is reported for names without a dot where exactly one upstream is there that nothing passes to, and its name resembles the one that is written.
`,
  source: 'ngx_http_upstream.c: ngx_http_upstream_add; tried with nginx 1.22.1: host not found in upstream.',
  examples: {
    failing: [
      {
        title: 'a part of the name is missing',
        files: `
#- deploy/nginx/shop.conf
upstream shop_app {
    server unix:/run/shop/gunicorn.sock;
}
server {
    listen 80;
    location / {
        proxy_pass http://shop;
#                  ^^^^^^^^^^^ error[nginx/upstream-misspelt]: There is no upstream "shop": it is called shop_app
    }
}
`,
      },
      {
        title: 'a slip of the pen',
        files: `
#- deploy/nginx/shop.conf
upstream backend {
    server 127.0.0.1:3031;
}
server {
    listen 80;
    location / {
        include uwsgi_params;
        uwsgi_pass bakend;
#                  ^^^^^^ error[nginx/upstream-misspelt]: There is no upstream "bakend": it is called backend
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'both are used, or the other name is a host of its own',
        files: `
#- deploy/nginx/shop.conf
upstream shop_app {
    server 127.0.0.1:8000;
}
upstream spare {
    server 127.0.0.1:8001;
}
server {
    listen 80;
    location / {
        proxy_pass http://shop_app;
    }
    location /shop/ {
        proxy_pass http://shop:8080;
    }
    location /wiki/ {
        proxy_pass http://wiki;
    }
}
`,
      },
    ],
  },
  check({ configuration, deployment, report }) {
    const upstreams = directivesNamed(configuration, 'upstream').flatMap((each) =>
      each.presence === 'absent' || !each.args[0]?.known ? [] : [{ name: each.args[0].value, directive: each }],
    )
    if (upstreams.length === 0 || deployment.containers) return
    const passes = directivesNamed(configuration, 'proxy_pass', 'uwsgi_pass', 'fastcgi_pass', 'scgi_pass', 'grpc_pass').flatMap((directive) => {
      const argument = directive.args[0]
      const name = argument?.known ? /^(?:[a-z]+:\/\/)?([^/:$]+)(?=\/|$)/i.exec(argument.value)?.[1] : undefined
      return directive.presence !== 'absent' && argument ? [{ directive, argument, name }] : []
    })
    // A variable may name any of them.
    if (passes.some((each) => each.argument.value.includes('$'))) return
    const texts = configuration.all
      .filter((each) => each.name === 'map' || each.name === 'set' || each.name === 'split_clients')
      .map((each) => each.source.text)
    const used = new Set(passes.map((each) => each.name))
    const unused = upstreams.filter(({ name }) => !used.has(name) && !texts.some((text) => text.includes(`http://${name}`)))
    const [spare, ...others] = unused
    if (!spare || others.length > 0) return
    const declared = new Set(upstreams.map((each) => each.name))
    for (const { directive, argument, name } of passes) {
      if (name === undefined || name.includes('.') || name === 'localhost' || directive.presence !== 'present' || declared.has(name)) continue
      if (!resembles(name, spare.name)) continue
      const edit = replaceInArgument(directive, argument, name, spare.name)
      report({
        at: placeOfArgument(directive, argument),
        message: `There is no upstream "${name}": it is called ${spare.name}. nginx looks for a host of that name and does not start.`,
        related: [{ at: placeOfArgument(spare.directive, spare.directive.args[0] ?? argument), message: `${spare.name}, which nothing passes to` }],
        fixes: edit ? [{ title: `Pass to ${spare.name}`, safe: true, edits: [edit] }] : [],
      })
    }
  },
})

const resembles = (written: string, name: string): boolean =>
  editDistance(written.toLowerCase(), name.toLowerCase()) <= 2 ||
  (written.length >= 3 && name.toLowerCase().split(/[-_]/).includes(written.toLowerCase())) ||
  written.toLowerCase().split(/[-_]/).includes(name.toLowerCase())
