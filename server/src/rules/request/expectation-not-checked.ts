import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'request/expectation-not-checked',
  looksAt: 'expectations',
  severity: 'hint',
  summary: 'An expectation that no configuration of the workspace can be asked about.',
  explanation: `
A \`.htaccess\` file is read by an Apache whose configuration says which folder of the server it lies in. Where no configuration of the workspace has this folder as its
\`DocumentRoot\`, nobody can tell what a request gets, and the expectation is not checked. Put the virtual host into the workspace, or say in \`webconf.json\`
where the folder is deployed (\`paths\`).
`,
  source: "webconf's own language of expectations.",
  examples: {
    failing: [
      {
        title: 'a .htaccess by itself',
        files: `
#- public/.htaccess
# webconf: expect GET /old -> 301
# <----------------------------- hint[request/expectation-not-checked]: This expectation is not checked: no Apache configuration of the workspace serves
Redirect permanent /old /new
`,
      },
    ],
    passing: [
      {
        title: 'a .htaccess in a folder that a virtual host serves',
        files: `
#- apache2.conf
ServerRoot /etc/apache2
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    DocumentRoot /srv/shop/public
    <Directory /srv/shop/public>
        AllowOverride All
        Require all granted
    </Directory>
</VirtualHost>
#- shop/public/.htaccess
# webconf: expect GET /old/a -> 301 location=http://shop.example/new/a
Redirect permanent /old http://shop.example/new
`,
      },
    ],
  },
  check({ expectations, report }) {
    for (const { expectation, unchecked } of expectations.judged) {
      if (unchecked !== undefined) report({ at: expectation.at, message: `This expectation is not checked: ${unchecked}.` })
    }
  },
})
