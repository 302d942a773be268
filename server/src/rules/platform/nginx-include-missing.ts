import { directivesNamed, placeOfName } from '../../configuration/placed.ts'
import { passingDirectives } from '../../site/nginx/locations.ts'
import { insertInside } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

const main = (inside: string, mark = ''): string => `#- .platform/nginx/nginx.conf
user nginx;
worker_processes auto;
events {
    worker_connections 1024;
}
http {
    include /etc/nginx/mime.types;
    server {${mark}
        listen 80 default_server;
        client_max_body_size 20m;
${inside}    }
}
`

export const rule = defineRule({
  id: 'platform/nginx-include-missing',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'error',
  summary: "An nginx.conf of one's own for Elastic Beanstalk does not include what passes requests to the application.",
  explanation: `
A file \`.platform/nginx/nginx.conf\` replaces the configuration of nginx on Amazon Linux 2 and 2023. The pieces that Elastic Beanstalk makes, with the
\`location\` that passes to the application, the static mappings and the logs for health, come in only by \`include conf.d/elasticbeanstalk/*.conf;\` inside the \`server\`
block. Without it nginx shows its own page, or 404, instead of the application.

Where the configuration passes requests itself, it is an information.
`,
  source: 'AWS Elastic Beanstalk developer guide, "Extending Elastic Beanstalk Linux platforms": reverse proxy configuration.',
  examples: {
    failing: [
      {
        title: 'not there',
        files: `\n${main('', '\n#   ^^^^^^ error[platform/nginx-include-missing]: This server does not include conf.d/elasticbeanstalk/*.conf')}`,
      },
      {
        title: 'passed by hand',
        files: `\n${main('        location / {\n            proxy_pass http://127.0.0.1:8000;\n        }\n', '\n#   ^^^^^^ info[platform/nginx-include-missing]: This server does not include conf.d/elasticbeanstalk/*.conf')}`,
      },
    ],
    passing: [
      { title: 'as the guide has it', files: `\n${main('        include conf.d/elasticbeanstalk/*.conf;\n')}` },
      { title: 'with its whole path', files: `\n${main('        include /etc/nginx/conf.d/elasticbeanstalk/*.conf;\n')}` },
      { title: 'not for Elastic Beanstalk', files: `\n${main('').replace('.platform/nginx/', 'deploy/')}` },
    ],
  },
  check({ configuration, report }) {
    if (!configuration.root.path.endsWith('/.platform/nginx/nginx.conf')) return
    const servers = directivesNamed(configuration, 'server').filter((each) => each.parent?.name === 'http' && each.source === configuration.root)
    const [server] = servers
    if (!server || directivesNamed(configuration, 'include').some((each) => /elasticbeanstalk/.test(each.args[0]?.value ?? ''))) return
    const passes = configuration.all.some((each) => passingDirectives.has(each.name))
    report({
      at: placeOfName(server),
      severity: passes ? 'info' : 'error',
      message: `This server does not include conf.d/elasticbeanstalk/*.conf, in which Elastic Beanstalk ${passes ? 'maps static files and writes logs for the health of the environment' : 'passes requests to the application: it gets none'}.`,
      fixes: [{ title: 'Include conf.d/elasticbeanstalk/*.conf', safe: true, edits: [insertInside(server, ['include conf.d/elasticbeanstalk/*.conf;'])] }],
    })
  },
})
