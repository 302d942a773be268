import { placeOfDirective } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'
import { listed, lostBy, placesOfLost, repeatLost } from './lib/lost.ts'

export const rule = defineRule({
  id: 'nginx/parameters-not-inherited',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['fastcgi_param', 'uwsgi_param', 'scgi_param'],
  severity: 'warning',
  summary: 'A `fastcgi_param` (`uwsgi_param`, `scgi_param`) in an inner block, for which those set further out are no longer passed on.',
  explanation: `
nginx takes \`fastcgi_param\` from the nearest level that has any. With \`include fastcgi_params;\` in the server and one \`fastcgi_param\` in a location, PHP gets that one parameter and nothing else:
no \`QUERY_STRING\`, no \`REQUEST_METHOD\`. Include the file in the location as well. The same goes for \`uwsgi_param\` and \`scgi_param\`.
`,
  source: 'nginx documentation, fastcgi_param; `ngx_http_fastcgi_init_params`.',
  examples: {
    failing: [
      {
        title: 'a parameter of the server',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    fastcgi_param HTTPS on;
    fastcgi_param QUERY_STRING $query_string;
    location ~ ^/app\\.php$ {
        fastcgi_param SCRIPT_FILENAME /srv/www/app.php;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/parameters-not-inherited]: "HTTPS" and "QUERY_STRING" are not passed on from here
        fastcgi_pass 127.0.0.1:9000;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'repeated, or only in one level; what an include brings is not known',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    uwsgi_param HTTPS on;
    fastcgi_param HTTPS on;
    location /a/ {
        uwsgi_param HTTPS $https;
        uwsgi_param REQUEST_URI $request_uri;
        uwsgi_pass 127.0.0.1:9001;
    }
    location /b/ { uwsgi_pass 127.0.0.1:9001; }
    location /c/ {
        include fastcgi_params;
        fastcgi_param SCRIPT_FILENAME /srv/www/c.php;
        fastcgi_pass 127.0.0.1:9000;
    }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const found = lostBy(directive, configuration, (each) => each.args[0]?.value ?? '')
    if (!found) return
    if (!configuration.whole && found.lost.some((each) => !each.parent && each.source !== directive.source)) return
    const names = found.lost.map((each) => each.args[0]?.value ?? '')
    report({
      at: placeOfDirective(directive),
      message: `${names.length > 4 ? `${listed(names.slice(0, 3))} and ${names.length - 3} more` : listed(names)} ${names.length === 1 ? 'is' : 'are'} not passed on from here: for this "${directive.name}" nginx drops all those further out. Repeat ${names.length === 1 ? 'it' : 'them'} in this block.`,
      related: placesOfLost(found),
      fixes: repeatLost(found, names.length > 4 ? `the ${names.length} parameters` : listed(names)),
    })
  },
})
