import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/invalid-entry',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'A line of `map`, `geo`, `split_clients` or `charset_map` that nginx does not take.',
  explanation: `
The lines of these blocks are data, not directives: a value and what it becomes (\`map\`), a network and its value (\`geo\`), a share and its value (\`split_clients\`).
`,
  source: '`ngx_http_map_module.c`, `ngx_http_geo_module.c`, `ngx_http_split_clients_module.c`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a text with spaces',
        files: `
#- nginx.conf
events {}
http {
    map $uri $title {
        default no title;
#       ^^^^^^^^^^^^^^^^^ error[nginx/invalid-entry]: A line of "map" is a value and what it becomes, each one word: this has 3
    }
    geo $office {
        10.0.0.0/40 1;
#       ^^^^^^^^^^^ error[nginx/invalid-entry]: "10.0.0.0/40" is no address and no network
    }
    split_clients $remote_addr $variant {
        60% a;
        half b;
#       ^^^^ error[nginx/invalid-entry]: "half" is no share
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'entries',
        files: `
#- nginx.conf
events {}
http {
    map $uri $title {
        default "no title";
        ~^/(?<page>\\w+)$ $page;
    }
    geo $office { default 0; 10.0.0.0/8 1; ::1 1; }
    split_clients $remote_addr $variant { 0.5% a; * b; }
}
`,
      },
    ],
  },
})
