import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'request/expectation-unreadable',
  looksAt: 'expectations',
  severity: 'warning',
  summary: 'An expectation that cannot be read, so that nothing is checked.',
  explanation: `
A comment that begins with \`# webconf: expect\` is a request, an arrow, and what is expected of the answer: \`# webconf: expect GET /docs -> 301\`. A file of requests
has the keys \`config\`, \`defaults\` and \`requests\`. What does not follow that is asked of nothing, while it looks as if it were. How expectations are
written is in [expectations.md](../../expectations.md).
`,
  source: "webconf's own language of expectations.",
  examples: {
    failing: [
      {
        title: 'a comment without an arrow, and one with a fact that no answer has',
        files: `
#- shop.conf
server {
    listen 80;
    server_name shop.example;
    # webconf: expect GET /docs 301
#                               ^^^ warning[request/expectation-unreadable]: This expectation cannot be read: "301" is not understood here
    # webconf: expect GET /docs -> 301 target=/docs/
#                                      ^^^^^^^^^^^^^ warning[request/expectation-unreadable]: This expectation cannot be read: there is no fact "target"
    location /docs/ {
        proxy_pass http://127.0.0.1:8000;
    }
}
`,
      },
      {
        title: 'keys, values and a configuration that are not known',
        files: `
#- shop.conf
server {
    listen 80;
    server_name shop.example;
    return 404;
}
#- webconf.requests.yaml
config: nginx.conf
#       ^^^^^^^^^^ warning[request/expectation-unreadable]: This expectation cannot be read: "nginx.conf" is no configuration of this workspace
requests:
  - request: GET docs
#            ^^^^^^^^ warning[request/expectation-unreadable]: This expectation cannot be read: "GET docs" is no request
    expect: 404
  - request: GET /docs
    expects: 404
#   ^^^^^^^ warning[request/expectation-unreadable]: This expectation cannot be read: a request has no "expects"
    expect:
      status: not found
#             ^^^^^^^^^ warning[request/expectation-unreadable]: This expectation cannot be read: a status is a number of three digits
  - request: GET /
    expect: 404
`,
      },
    ],
    passing: [
      {
        title: 'both ways to write one',
        files: `
#- shop.conf
server {
    listen 80;
    server_name shop.example;
    # webconf: expect GET / -> 404
    return 404;
}
#- webconf.requests.yaml
config: shop.conf
requests:
  - request: GET /
    expect: 404
`,
      },
    ],
  },
  check({ expectations, report }) {
    for (const { at, message } of expectations.unreadable) report({ at, message: `This expectation cannot be read: ${message}.` })
  },
})
