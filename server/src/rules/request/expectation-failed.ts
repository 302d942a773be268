import { decidingStep, type Mismatch } from '../../expectation/judge.ts'
import type { Judged, Outcome } from '../../expectation/run.ts'
import { shownRequest } from '../../expectation/to-request.ts'
import { difference } from '../../expectation/words.ts'
import { expectInstead } from '../../expectation/write.ts'
import { isInside, relativeTo } from '../../workspace/path.ts'
import { defineRule, type Finding, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'request/expectation-failed',
  looksAt: 'expectations',
  severity: 'error',
  summary: 'The server does something else with a request than is expected in a comment or a file of requests.',
  explanation: `
A comment \`# webconf: expect GET /docs -> 301 location=http://shop.example/docs/\` above a block, or an entry of \`webconf.requests.yaml\`, says what a request is to
get. It is asked of the configuration after every change, without a server: a failure means that the configuration no longer does what someone relied on. Either
the configuration is wrong, or what is expected has changed, and then the comment is what has to follow.

Where the answer depends on what cannot be known (a file that is made at deployment, an upstream), it fails only if it fails in any case. How expectations are
written is in [expectations.md](../../expectations.md).
`,
  source: 'The interpreters of requests, which are compared with the answers of nginx 1.22.1 and Apache 2.4 (`test/servers/requests-*.test.ts`).',
  examples: {
    failing: [
      {
        title: 'a location that another now hides',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 80;
        server_name shop.example;
        # webconf: expect GET /static/app.css -> 200 file=/srv/www/static_serve/app.css
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[request/expectation-failed]: GET /static/app.css gets 404 and not 200, file none
        location /static/ {
            alias /srv/www/static_serve/;
        }
        location ~ \\.css$ {
            return 404;
        }
    }
}
`,
      },
      {
        title: 'a redirect of Apache that is not what a file of requests says',
        files: `
#- apache2.conf
ServerRoot /etc/apache2
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    Redirect permanent /old http://shop.example/new
</VirtualHost>
#- webconf.requests.yaml
requests:
  - request: GET /old/page
#            ^^^^^^^^^^^^^ error[request/expectation-failed]: GET /old/page gets 301 and not 302
    expect:
      status: 302
      location: http://shop.example/new/page
`,
      },
    ],
    passing: [
      {
        title: 'what the configuration does',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 80;
        server_name shop.example;
        # webconf: expect GET /docs -> 301 location=http://shop.example/docs/
        # webconf: expect POST http://shop.example/private -> 403 authz=denied
        location /docs/ {
            proxy_pass http://127.0.0.1:8000;
        }
        location /private {
            deny all;
        }
    }
}
`,
      },
      {
        title: 'a file that may be there or not',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 80;
        server_name shop.example;
        root /srv/www/built;
        # webconf: expect /app.css -> 200 file=/srv/www/built/app.css
        # webconf: expect /app.css -> 404
    }
}
`,
      },
    ],
  },
  check({ expectations, folders, report }) {
    for (const judged of expectations.judged) {
      const failed = judged.outcomes.filter(({ kind }) => kind === 'fails')
      const several = new Set(judged.outcomes.map(({ configuration }) => configuration)).size > 1
      for (const outcome of failed) report(findingOf(judged, outcome, several, folders))
    }
  },
})

function findingOf({ expectation, outcomes }: Judged, outcome: Outcome, several: boolean, folders: readonly string[]): Finding {
  const { mismatches, answer, configuration, request } = outcome
  const [first] = mismatches
  const step = first && decidingStep(first, answer)
  // A file that is read in more than one place fails in some of them: the message says where.
  const what = outcomes.length > 1 ? shownRequest(request) : expectation.title
  const root = configuration.root.path
  const folder = folders.find((each) => isInside(root, each))
  const where = several ? ` (in ${folder === undefined ? root : relativeTo(root, folder)})` : ''
  return {
    at: expectation.at,
    message: `${what} gets ${mismatches.map(difference).join(', ')}${step ? `: ${step.message}` : ''}${where}`,
    ...(step?.at ? { related: [{ at: step.at, message: step.message }] } : {}),
    fixes: outcomes.length === 1 ? fixesOf(mismatches) : [],
  }
}

function fixesOf(mismatches: readonly Mismatch[]): FindingFix[] {
  const edits = expectInstead(mismatches)
  return edits ? [{ title: 'Expect what the configuration gives', safe: false, edits }] : []
}
