import { type Argument, placeOfArgument } from '../../configuration/placed.ts'
import type { Use } from '../../site/nginx/definitions.ts'
import { regexesOf } from '../../site/nginx/regexes.ts'
import { hasVariables, type Input, type Value, valueIn, variablesOf } from '../../site/nginx/values.ts'
import { insertBefore, replaceInArgument } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { chosenHost } from './lib/hosts.ts'
import { isHttp, isInternalOnly, locationAround, relatedTo, requestText } from './lib/inputs.ts'

export const rule = defineRule({
  id: 'security/open-redirect-nginx',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['return', 'rewrite'],
  severity: 'warning',
  summary: 'A redirect whose host a link can choose: a link to this site leads to another.',
  explanation: `
A link to a site that people trust, and that sends them on to a page of the attacker's, makes a phishing mail look right, and lets tokens of a login leak. This happens where the
redirect's URL is an argument (\`return 302 $arg_next\`), and where a part of the path follows the host without a slash: \`https://example.org$1\` with \`$1\` = \`.evil.example\`
is \`https://example.org.evil.example\`.

\`$uri\` and \`$request_uri\` begin with a slash, so that they are fine behind a host. The Host header is not counted: whoever follows a link does not choose it.
`,
  source: '`src/http/modules/ngx_http_rewrite_module.c`; RFC 3986, section 3.2; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'an argument',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /login {
        return 302 $arg_next;
#                  ^^^^^^^^^ warning[security/open-redirect-nginx]: GET /login?next=http://evil.example/ redirects to evil.example
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          get: '/login?next=http://evil.example/',
          before: { status: 302, headers: /^Location: http:\/\/evil\.example\/$/m },
          after: { status: 403 },
        },
      },
      {
        title: 'a capture right behind the host',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ~ ^/old/(?<rest>.*)$ {
        return 301 https://example.org$rest;
#                  ^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/open-redirect-nginx]: GET /old/.evil.example redirects to example.org.evil.example
    }
    location /shop {
        rewrite ^/shop/(.*)$ https://shop.example.org$1 permanent;
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/open-redirect-nginx]: GET /shop/.evil.example redirects to shop.example.org.evil.example
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          get: '/old/.evil.example',
          before: { status: 301, headers: /^Location: https:\/\/example\.org\.evil\.example$/m },
          after: { status: 301, headers: /^Location: https:\/\/example\.org\/\.evil\.example$/m },
        },
      },
    ],
    passing: [
      {
        title: 'a path behind the host, a list, a test, the Host header',
        files: `
#- conf.d/site.conf
map $arg_next $next {
    account /account;
    default /;
}
server {
    listen 80;
    location /a { return 301 https://example.org$request_uri; }
    location ~ "^/b(/[^\\r\\n]*)$" { return 301 https://example.org$1; }
    location ~ "^/c/([^\\r\\n]*)$" { return 301 https://example.org/$1; }
    location /d { return 302 $next; }
    location /e { return 301 https://$host$request_uri; }
    location /f { return 301 $scheme://$http_host$request_uri; }
    location ~ ^/g/(en|fr)$ { return 302 https://$1.example.org/; }
    location /h {
        if ($arg_next !~ "^/[a-z]+$") { return 403; }
        return 302 $arg_next;
    }
    location /i { return 200 $arg_next; }
    location /j { rewrite ^/j/(.*)$ /k/$1 last; }
    location /l { return 302 /welcome?next=$arg_next; }
}
`,
      },
    ],
  },
  check(directive, context) {
    const argument = urlOf(directive.name, directive.args)
    if (!argument?.known || !hasVariables(argument.value) || !isHttp(directive, context.configuration) || isInternalOnly(locationAround(directive))) return
    const [own] = directive.name === 'rewrite' ? regexesOf(directive) : []
    const use: Use = { directive, configuration: context.configuration, own }
    for (const row of valueIn(argument.value, use).alternatives) {
      // A relative one: nginx puts its own host before it.
      if (row[0]?.kind === 'text' && row[0].text.startsWith('/')) continue
      const found = chosenHost(row, use)
      if (!found?.way?.request || !isOfLink(found.input)) continue
      const { input, way, before } = found
      const host = /^(?:https?:\/\/)?([^/:?#]*)/.exec(`${before === '' ? '' : before}${way.text}`)?.[1]
      // 127.0.0.1 shows that a proxy reaches further; of a redirect another name does.
      const shown = requestText(found.way.request).replaceAll('127.0.0.1', 'evil.example')
      context.report({
        at: placeOfArgument(directive, argument),
        message: `${shown} redirects to ${host?.replaceAll('127.0.0.1', 'evil.example')}: a link to this site leads where its author wants. ${input.origin.kind === 'capture' ? 'Put a slash behind the host, or capture with one.' : 'Take the target from a fixed list (a map), or test it first.'}`,
        related: relatedTo(input, directive),
        fixes: fixesFor(input, argument, use),
      })
      return
    }
  },
})

function urlOf(name: string, args: readonly Argument[]): Argument | undefined {
  const [first, second, flag] = args
  if (name === 'rewrite')
    return second && (flag?.value === 'redirect' || flag?.value === 'permanent' || /^(?:https?:\/\/|\$scheme)/.test(second.value)) ? second : undefined
  return second ? (/^30[12378]$/.test(first?.value ?? '') ? second : undefined) : /^(?:https?:\/\/|\$scheme)/.test(first?.value ?? '') ? first : undefined
}

/** Whether a link can hold it: headers and cookies are not of its author's choosing. */
function isOfLink(input: Input): boolean {
  if (input.origin.kind === 'variable') return !/^(?:http|cookie)_/.test(input.origin.variable)
  return linked(input.origin.subject)
}

const linked = (value: Value): boolean => value.alternatives.some((row) => row.some((piece) => piece.kind === 'input' && isOfLink(piece)))

function fixesFor(input: Input, argument: Argument, { directive }: Use): readonly FindingFix[] {
  if (input.origin.kind === 'capture') {
    const written = variablesOf(argument.value).find(({ name }) => `$${name}` === input.name.toLowerCase())
    const text = written && argument.value.slice(written.start, written.end)
    const edit = text === undefined || written === undefined || written.start === 0 ? undefined : replaceInArgument(directive, argument, text, `/${text}`)
    return edit ? [{ title: `Put a slash before ${text}`, safe: false, edits: [edit] }] : []
  }
  if (directive.parent?.name !== 'location' || argument.value !== `$${input.origin.variable}`) return []
  const test = [`if ($${input.origin.variable} !~ "^https://example\\.org(/|$)") {`, '    return 403;', '}']
  return [{ title: `Test $${input.origin.variable} first (put your own domain in)`, safe: false, edits: [insertBefore(directive, test)] }]
}
