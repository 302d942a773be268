import { placeOfArgument } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/valid-referers-none',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['valid_referers'],
  severity: 'info',
  summary: '`valid_referers none`: requests without a Referer pass, and a page elsewhere can leave it out.',
  explanation: `
With \`none\` a request without a Referer header is a valid one. Any page can see to it that none is sent (\`Referrer-Policy: no-referrer\`), so the check keeps no page out: not those
that frame this one, nor those that send requests in a visitor's name.

Against pictures that others embed the check is a courtesy in any case, and \`none\` lets in those who open the picture directly: in a location of pictures or other media this is a hint.
`,
  source: '`src/http/modules/ngx_http_referer_module.c`: `ngx_http_referer_variable`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'none among the names',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /account/ {
        valid_referers none server_names *.example.org;
#                      ^^^^ info[security/valid-referers-none]: GET /account/ without a Referer passes
        if ($invalid_referer) { return 403; }
        return 200 passed;
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          get: '/account/',
          before: { status: 200, body: /passed/ },
          after: { status: 403 },
        },
      },
      {
        title: 'pictures',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ~* \\.(gif|jpg|png)$ {
        valid_referers None blocked example.org;
#                      ^^^^ hint[security/valid-referers-none]: GET / without a Referer passes
        if ($invalid_referer) { return 403; }
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'names with the word in them',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /account/ {
        valid_referers server_names blocked *.none.com none.example.org ~\\.none\\.;
        if ($invalid_referer) { return 403; }
    }
}
`,
      },
    ],
  },
  check(directive, { report }) {
    const argument = directive.args.find(({ value }) => value.toLowerCase() === 'none')
    if (!argument) return
    const location = directive.parent?.name === 'location' ? directive.parent.args.at(-1)?.value : undefined
    const path = location?.startsWith('/') ? location : '/'
    // nginx takes no list of nothing but "none" and "blocked".
    const others = directive.args.some(({ value }) => !['none', 'blocked'].includes(value.toLowerCase()))
    const { text } = directive.source
    const end = /^\s*/.exec(text.slice(argument.end))?.[0].length ?? 0
    const isLast = directive.args.at(-1) === argument
    const before = /\s*$/.exec(text.slice(0, argument.start))?.[0].length ?? 0
    const span = isLast ? { start: argument.start - before, end: argument.end } : { start: argument.start, end: argument.end + end }
    const isMedia = directive.parent?.name === 'location' && media.test(location ?? '')
    report({
      severity: isMedia ? 'hint' : 'info',
      at: placeOfArgument(directive, argument),
      message: `GET ${path} without a Referer passes: any page can leave the header out (Referrer-Policy: no-referrer), so that this check keeps no page out. Leave "none" away.`,
      fixes: others ? [{ title: 'Remove "none"', safe: false, edits: [{ path: directive.source.path, ...span, newText: '' }] }] : [],
    })
  },
})

/** Locations of pictures and the like, where the check is to spare traffic. */
const media =
  /\b(?:jpe?g|png|gif|webp|svg|ico|bmp|mp[34]|m4v|webm|avi|flv|swf|pdf|zip|rar|css|js|woff2?|ttf)\b|\/(?:img|images?|pictures?|photos?|media|videos?|static|assets|uploads?|downloads?)\b/i
