import {
  type Argument,
  type Configuration,
  directivesNamed,
  enclosing,
  type PlacedDirective,
  placeOfArgument,
  placeOfWhole,
} from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { nearest } from '../lib/names.ts'
import { defineRule } from '../rule.ts'
import { blocksWithUnknown } from './lib/known.ts'

export const rule = defineRule({
  id: 'nginx/undefined-named-location',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'error',
  summary: 'A jump to a named location (`@name`) that the server does not have.',
  explanation: `
\`try_files … @name\` and \`error_page 404 = @name\` jump to the location of that name in the same server. nginx starts without it; a request that jumps there
gets a 500, and the error log says \`could not find named location\`.
`,
  source: '`src/http/ngx_http_core_module.c`: `ngx_http_named_location`; `nginx -t` of 1.22.1 accepts it, the request is answered with 500.',
  examples: {
    failing: [
      {
        title: 'a slip of the pen',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        location / {
            try_files $uri @backend;
#                          ^^^^^^^^ error[nginx/undefined-named-location]: This server has no location @backend: a request that comes to this gets a 500. Did you mean @backnd?
        }
        location @backnd { return 200 ok; }
    }
}
`,
        proof: {
          config: 'nginx.conf',
          deployedAt: '/etc/nginx',
          get: '/x',
          before: { status: 500, log: /could not find named location "@backend"/ },
          after: { status: 200, body: /ok/ },
        },
      },
      {
        title: 'in an error page',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        error_page 404 = @missing;
#                        ^^^^^^^^ error[nginx/undefined-named-location]: This server has no location @missing
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'defined later in the server, or perhaps in an include',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        location / { try_files $uri @app; }
        location @app { return 404; }
    }
    server {
        listen 8081;
        include /srv/locations.conf;
        location / { try_files $uri @elsewhere; }
    }
}
`,
      },
    ],
  },
  check(context) {
    const { configuration } = context
    const jumping = jumpsByServer(configuration)
    if (jumping.size === 0) return
    const unknown = blocksWithUnknown(configuration)
    for (const [server, jumps] of jumping) {
      if (!server.node.block || server.presence !== 'present') continue
      if (unknown.has(server)) continue
      const names = server.children.flatMap((child) => (child.name === 'location' && child.args[0]?.value.startsWith('@') ? [child.args[0].value] : []))
      for (const [directive, argument] of jumps) {
        if (names.includes(argument.value)) continue
        const meant = nearest(argument.value, names)
        const stub = placeOfWhole(server).end - 1
        context.report({
          at: placeOfArgument(directive, argument),
          message: `This server has no location ${argument.value}: a request that comes to this gets a 500.${meant ? ` Did you mean ${meant}?` : ''}`,
          fixes: meant
            ? [{ title: `Write ${meant}`, safe: true, edits: [replaceArgument(directive, argument, meant)] }]
            : [
                {
                  title: `Add a location ${argument.value}`,
                  safe: false,
                  edits: [{ path: server.source.path, start: stub, end: stub, newText: `    location ${argument.value} {\n        return 404;\n    }\n` }],
                },
              ],
        })
      }
    }
  },
})

/** The directives that jump, each with the argument that names the location, by their servers. */
function jumpsByServer(configuration: Configuration): ReadonlyMap<PlacedDirective, readonly [PlacedDirective, Argument][]> {
  const servers = new Map<PlacedDirective, [PlacedDirective, Argument][]>()
  for (const directive of directivesNamed(configuration, 'try_files', 'error_page', 'post_action')) {
    const last = directive.args.at(-1)
    if (!last?.known || !last.value.startsWith('@') || last.value.includes('$')) continue
    const server = enclosing(directive, 'server')
    if (!server) continue
    const jumps = servers.get(server)
    if (jumps) jumps.push([directive, last])
    else servers.set(server, [[directive, last]])
  }
  return servers
}
