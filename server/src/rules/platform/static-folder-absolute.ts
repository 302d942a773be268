import { oldStaticNamespace, staticNamespace } from '../../deployment/platforms/beanstalk.ts'
import { defineRule } from '../rule.ts'
import { cli, oldCli, project, requirements, settings } from './lib/beanstalk-example.ts'
import { replaceScalar } from './lib/yaml-edits.ts'

const site = `${cli}${project}${settings}${requirements}`

export const rule = defineRule({
  id: 'platform/static-folder-absolute',
  looksAt: 'deployment',
  severity: 'warning',
  summary: 'The folder of a static mapping of Elastic Beanstalk begins with a slash.',
  explanation: `
The values of \`aws:elasticbeanstalk:environment:proxy:staticfiles\` are folders of the source bundle, relative to its root, without a slash at the beginning;
only the URL has one. With \`/staticfiles\`, or the path that the folder has on the server, the proxy looks elsewhere and answers 404.
`,
  source: 'AWS Elastic Beanstalk developer guide, "Serving static files" and the namespace aws:elasticbeanstalk:environment:proxy:staticfiles.',
  examples: {
    failing: [
      {
        title: 'a slash at the beginning',
        files: `
${site}#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:environment:proxy:staticfiles:
    /static: /staticfiles
#            ^^^^^^^^^^^^ warning[platform/static-folder-absolute]: The folder of /static begins with a slash
`,
      },
      {
        title: 'the path on the server; in a list, in quotes',
        files: `
${site}#- .ebextensions/01_python.config
option_settings:
  - namespace: aws:elasticbeanstalk:environment:proxy:staticfiles
    option_name: /static
    value: "/var/app/current/staticfiles"
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[platform/static-folder-absolute]: The folder of /static is given as a path of the server
`,
      },
      {
        title: 'JSON',
        files: `
${site}#- .ebextensions/static.config
{
  "option_settings": {
    "aws:elasticbeanstalk:environment:proxy:staticfiles": {
      "/static": "/staticfiles/"
#                ^^^^^^^^^^^^^^^ warning[platform/static-folder-absolute]: The folder of /static begins with a slash
    }
  }
}
`,
      },
    ],
    passing: [
      {
        title: 'relative to the bundle',
        files: `\n${site}#- .ebextensions/01_python.config\noption_settings:\n  aws:elasticbeanstalk:environment:proxy:staticfiles:\n    /static: staticfiles\n    /media: uploads/media\n`,
      },
      {
        title: 'the first generation, as its guide writes it',
        files: `\n${oldCli}${project}${settings}${requirements}#- .ebextensions/01_python.config\noption_settings:\n  aws:elasticbeanstalk:container:python:staticfiles:\n    "/static/": "staticfiles/"\n`,
      },
    ],
  },
  check({ deployment, report }) {
    for (const beanstalk of deployment.beanstalks) {
      for (const file of beanstalk.extensions) {
        for (const { namespace, name, value } of file.options) {
          if (!value?.text.startsWith('/') || (namespace !== staticNamespace && (namespace !== oldStaticNamespace || beanstalk.platform.generation === 'AL1')))
            continue
          const own = /^\/(?:var\/app|opt\/python)\/current\/(?:app\/)?(.+)$/.exec(value.text)?.[1]
          const folder = (own ?? value.text).replace(/^\/+/, '')
          report({
            at: value.at,
            message: `The folder of ${name} ${own === undefined ? 'begins with a slash' : 'is given as a path of the server'}, but it is taken relative to the root of the bundle: requests for ${name}/… are answered with 404.${folder === '' ? '' : ` Write ${folder}.`}`,
            fixes: folder === '' ? [] : [{ title: `Write ${folder}`, safe: true, edits: [replaceScalar(file.yaml, value, folder)] }],
          })
        }
      }
    }
  },
})
