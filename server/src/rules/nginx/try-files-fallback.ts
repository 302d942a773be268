import { type Argument, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { locationOf } from '../../site/nginx/locations.ts'
import { removeArgument, replaceArgument } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/try-files-fallback',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'A last argument of `try_files` that loops or leads nowhere, or a code or named location that is not the last.',
  explanation: `
\`try_files\` looks for its arguments as files, all but the last: that is where nginx goes when none is there, a URI, a named location (\`@name\`) or a code (\`=404\`).

- The last argument is not looked for. \`try_files $uri $uri/;\` sends a request for what is not there to its own URI with a slash, and that to itself with
  two, ten times over: the answer is 500, \`rewrite or internal redirection cycle\`.
- As a URI it begins with a slash; \`index.html\` without one is glued to the end of the root's name.
- A code or a named location in another place is looked for as a file of that name, and never found.
`,
  source: '`src/http/modules/ngx_http_try_files_module.c`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'the fallback is the folder that was to be looked for',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location /docs/ {
        try_files $uri $uri/;
#                      ^^^^^ warning[nginx/try-files-fallback]: The last argument is where nginx goes when no file is there, and "$uri/" leads here again
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/docs/a.html': 'a' },
          get: '/docs/missing',
          before: { status: 500, log: /rewrite or internal redirection cycle/ },
          after: { status: 404 },
        },
      },
      {
        title: 'a URI without its slash',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location / {
        try_files $uri $uri/ index.html;
#                            ^^^^^^^^^^ warning[nginx/try-files-fallback]: The last argument is a URI, and "index.html" has no slash at its beginning
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/index.html': 'start' },
          get: '/missing',
          before: { status: 404, log: /wwwindex\.html/ },
          after: { status: 200, body: /start/ },
        },
      },
      {
        title: 'a code before the last argument',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location / {
        try_files $uri =404 /index.html;
#                      ^^^^ warning[nginx/try-files-fallback]: Only the last argument is a code: nginx looks for a file called "=404" here
    }
}
`,
      },
      {
        title: 'a named location before the last argument',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location / {
        try_files $uri @app =404;
#                      ^^^^ warning[nginx/try-files-fallback]: Only the last argument is a named location: nginx looks for a file called "@app" here
    }
    location @app { return 200 app; }
}
`,
      },
    ],
    passing: [
      {
        title: 'a code, a named location, a page, a script with what was asked for',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location /a/ { try_files $uri $uri/ =404; }
    location /b/ { try_files $uri @app; }
    location /c/ { try_files $uri $uri/ /index.html; }
    location /d/ { try_files $uri $uri/ /index.php?$args; }
    location /e/ { try_files /maintenance.html $uri $uri/index.html $fallback; }
    location /f/ { try_files $uri /f/default/$request_filename; }
    location @app { return 200 app; }
    set $fallback /g;
}
`,
      },
      {
        title: 'what ends in a slash goes to another location',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location / { try_files $uri $uri/; }
    location ~ /$ { proxy_pass http://127.0.0.1:8000; }
}
`,
      },
    ],
  },
  directives: ['try_files'],
  check(directive, context) {
    const last = directive.args.at(-1)
    if (!last || directive.args.length < 2 || directive.args.some((each) => !each.known) || directive.presence !== 'present') return
    for (const argument of directive.args.slice(0, -1)) reportMisplaced(directive, argument, context)
    const { value } = last
    if (/^\$(uri|document_uri)\/*$/.test(value)) {
      if (isTakenElsewhere(directive)) return
      context.report({
        at: placeOfArgument(directive, last),
        message: `The last argument is where nginx goes when no file is there, and "${value}" leads here again: a request for what is missing is answered with 500 ("rewrite or internal redirection cycle"), not 404.`,
        fixes: [{ title: 'Add =404', safe: true, edits: [{ path: directive.source.path, start: last.end, end: last.end, newText: ' =404' }] }],
      })
    } else if (/^[A-Za-z0-9_.-]+(\/|\.[A-Za-z0-9]+($|\?))/.test(value)) {
      context.report({
        at: placeOfArgument(directive, last),
        message: `The last argument is a URI, and "${value}" has no slash at its beginning: nginx glues it to the name of the root and finds nothing.`,
        fixes: [{ title: `Write /${value}`, safe: true, edits: [replaceArgument(directive, last, `/${value}`)] }],
      })
    }
  },
})

function reportMisplaced(directive: PlacedDirective, argument: Argument, context: ConfigurationContext): void {
  const kind = /^=\d+$/.test(argument.value) ? 'code' : /^@[\w-]+$/.test(argument.value) ? 'named location' : undefined
  if (!kind) return
  context.report({
    at: placeOfArgument(directive, argument),
    message: `Only the last argument is a ${kind}: nginx looks for a file called "${argument.value}" here, and goes on.`,
    fixes: [{ title: `Remove ${argument.value}`, safe: false, edits: [removeArgument(directive, argument)] }],
  })
}

/** Whether the URI that the fallback leads to may be another location's: a pattern, or a rewrite of the server, may take it. */
function isTakenElsewhere(directive: PlacedDirective): boolean {
  for (let at = directive.parent; at; at = at.parent) {
    for (const child of at.children) {
      const location = locationOf(child)
      if (location && child !== directive.parent && (location.modifier === '~' || location.modifier === '~*' || location.modifier === '=')) return true
      if (child.name === 'rewrite' || child.name === 'if') return true
    }
  }
  return false
}
