import { isModern } from '../../deployment/platforms/beanstalk.ts'
import { isInside, join, relativeTo } from '../../workspace/path.ts'
import { defineRule } from '../rule.ts'
import { cli, oldCli, project, requirements, settings } from './lib/beanstalk-example.ts'
import { firstLine } from './lib/yaml-edits.ts'

const site = `${project}${settings}${requirements}`

export const rule = defineRule({
  id: 'platform/proxy-file-ignored',
  looksAt: 'deployment',
  severity: 'warning',
  summary: 'A file for the proxy lies where another generation of Elastic Beanstalk, or another proxy, looks for it.',
  explanation: `
The first generation took configuration of the proxy from \`.ebextensions/nginx\` and \`.ebextensions/httpd\`. Amazon Linux 2 and 2023 take it from \`.platform/nginx\` and
\`.platform/httpd\`, and of these only that of the proxy that the environment has: nginx, unless ProxyServer in \`aws:elasticbeanstalk:environment:proxy\` says \`apache\`.
`,
  source: 'AWS Elastic Beanstalk developer guide, "Migrating your application to Amazon Linux 2" and "Extending Elastic Beanstalk Linux platforms".',
  examples: {
    failing: [
      {
        title: 'the folder of the first generation',
        files: `
${cli}${site}#- .ebextensions/nginx/conf.d/upload.conf
client_max_body_size 20m;
# <---- warning[platform/proxy-file-ignored]: Amazon Linux 2 and 2023 take the configuration of the proxy from .platform
`,
      },
      {
        title: 'of the proxy that is not there',
        files: `
${cli}${site}#- .ebextensions/proxy.config
option_settings:
  aws:elasticbeanstalk:environment:proxy:
    ProxyServer: apache
#- .platform/nginx/conf.d/upload.conf
client_max_body_size 20m;
# <---- warning[platform/proxy-file-ignored]: The environment has Apache as its proxy
`,
      },
    ],
    passing: [
      { title: 'where it is read', files: `\n${cli}${site}#- .platform/nginx/conf.d/upload.conf\nclient_max_body_size 20m;\n` },
      { title: 'on the first generation', files: `\n${oldCli}${site}#- .ebextensions/nginx/conf.d/upload.conf\nclient_max_body_size 20m;\n` },
      {
        title: 'for both generations',
        files: `\n${cli}${site}#- .ebextensions/nginx/conf.d/upload.conf\nclient_max_body_size 20m;\n#- .platform/nginx/conf.d/upload.conf\nclient_max_body_size 20m;\n`,
      },
    ],
  },
  check({ deployment, snapshot, report }) {
    for (const beanstalk of deployment.beanstalks) {
      if (!isModern(beanstalk)) continue
      const { root, files } = beanstalk
      const apache = beanstalk.option('aws:elasticbeanstalk:environment:proxy', 'ProxyServer')?.value?.text.toLowerCase() === 'apache'
      const tell = (path: string, message: string, target: string | undefined): void => {
        const content = snapshot.content(path)
        if (content.state !== 'content') return
        const from = relativeTo(path, root)
        report({
          at: firstLine(path, content.value.text),
          message,
          fixes:
            target === undefined
              ? []
              : [
                  {
                    title: `Move it to ${target}`,
                    safe: false,
                    edits: [],
                    commands: [`mkdir -p ${target.replace(/\/[^/]+$/, '')} && git mv ${from} ${target}`],
                  },
                ],
        })
      }
      for (const path of files) {
        const old = /^\.ebextensions\/((?:nginx|httpd)\/.+\.conf)$/.exec(relativeTo(path, root))?.[1]
        if (old !== undefined && !files.includes(join(root, '.platform', old)))
          tell(
            path,
            `Amazon Linux 2 and 2023 take the configuration of the proxy from .platform: ${relativeTo(path, root)} is not read. Move it to .platform/${old}.`,
            `.platform/${old}`,
          )
        if (
          apache &&
          isInside(path, join(root, '.platform/nginx')) &&
          path.endsWith('.conf') &&
          !files.some((each) => isInside(each, join(root, '.platform/httpd')))
        )
          tell(
            path,
            `The environment has Apache as its proxy (ProxyServer: apache): ${relativeTo(path, root)} is not read. Write it for Apache in .platform/httpd.`,
            undefined,
          )
      }
    }
  },
})
