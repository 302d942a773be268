import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/invalid-location',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'A location that nginx refuses: a wrong modifier, or one that cannot stand where it does.',
  explanation: `
Modifiers are \`=\`, \`^~\`, \`~\` and \`~*\`. A location inside another must begin with the path of the outer one, because no other request ever comes there. Named locations
stand in the server alone.
`,
  source: '`src/http/ngx_http_core_module.c`: `ngx_http_core_location`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a modifier that is none',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        location *~ \\.php$ { return 404; }
#                ^^ error[nginx/invalid-location]: "*~" is no modifier of a location
    }
}
`,
      },
      {
        title: 'outside the location around it',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        location /shop/ {
            location /images/ { return 404; }
#           ^^^^^^^^^^^^^^^^^^^ error[nginx/invalid-location]: A location inside "/shop/" must begin with "/shop/"
        }
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'nested locations',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        location /shop/ {
            location /shop/images/ { return 404; }
            location ~ \\.php$ { return 404; }
        }
        location @app { return 404; }
    }
}
`,
      },
    ],
  },
})
