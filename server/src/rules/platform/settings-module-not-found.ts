import { environmentNamespace } from '../../deployment/platforms/extension-file.ts'
import { isInside, join } from '../../workspace/path.ts'
import { defineRule } from '../rule.ts'
import { cli, project, requirements, settings } from './lib/beanstalk-example.ts'
import { replaceScalar } from './lib/yaml-edits.ts'

const site = `${cli}${project}${settings}${requirements}`
const head = `#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:application:environment:
`

export const rule = defineRule({
  id: 'platform/settings-module-not-found',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'The environment sets `DJANGO_SETTINGS_MODULE` to a module that is not in the bundle.',
  explanation: `
The variable of the environment comes before the default that \`wsgi.py\` and \`manage.py\` set. Where it names a module that is not there, Django cannot start:
"No module named …". It is reported where the module's own package, or one beside the project, is in the bundle and the module is not.
`,
  source: 'Django\'s documentation, "Django settings"; AWS Elastic Beanstalk developer guide, "Environment properties".',
  examples: {
    failing: [
      {
        title: 'a module that was renamed',
        files: `
${site}${head}    DJANGO_SETTINGS_MODULE: harbor.settings.production
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[platform/settings-module-not-found]: DJANGO_SETTINGS_MODULE is harbor.settings.production
`,
      },
      {
        title: 'written as a file',
        files: `
${site}${head}    DJANGO_SETTINGS_MODULE: harbor/settings.py
#                           ^^^^^^^^^^^^^^^^^^ error[platform/settings-module-not-found]: DJANGO_SETTINGS_MODULE is harbor/settings.py
`,
      },
    ],
    passing: [
      { title: 'a module of the bundle', files: `\n${site}${head}    DJANGO_SETTINGS_MODULE: harbor.settings\n` },
      { title: 'of a package that is installed', files: `\n${site}${head}    DJANGO_SETTINGS_MODULE: company_settings.production\n` },
      {
        title: 'in a folder that PYTHONPATH names',
        files: `\n${site}${head}    PYTHONPATH: /var/app/current/conf\n    DJANGO_SETTINGS_MODULE: harbor.settings.production\n`,
      },
    ],
  },
  check({ deployment, report }) {
    for (const beanstalk of deployment.beanstalks) {
      const projects = deployment.django.filter((each) => isInside(each.root, beanstalk.root))
      if (projects.length === 0 || beanstalk.cli?.artifact || beanstalk.option(environmentNamespace, 'PYTHONPATH')) continue
      for (const file of beanstalk.extensions) {
        for (const { namespace, name, value } of file.options) {
          if (namespace !== environmentNamespace || name !== 'DJANGO_SETTINGS_MODULE' || !value || !/^[\w.]+$|^[\w/]+\.py$/.test(value.text)) continue
          const base = value.text.endsWith('.py') && value.text.includes('/') ? undefined : value.text.replaceAll('.', '/')
          const roots = [beanstalk.root, ...projects.map((each) => each.root)]
          if (base !== undefined && roots.some((root) => [`${base}.py`, `${base}/__init__.py`].some((each) => beanstalk.files.includes(join(root, each)))))
            continue
          const top = (base ?? value.text).split('/')[0] ?? ''
          if (base !== undefined && !roots.some((root) => beanstalk.files.some((path) => path.startsWith(`${join(root, top)}/`)))) continue
          const known = projects.flatMap((each) => each.settingsModules).filter((each) => each.path !== undefined)
          report({
            at: value.at,
            message: `DJANGO_SETTINGS_MODULE is ${value.text}, but ${base === undefined ? 'that is a file and no name of a module' : `there is no ${base}.py in the bundle`}: Django does not start.`,
            fixes: known.map((each) => ({ title: `Set it to ${each.dotted}`, safe: false, edits: [replaceScalar(file.yaml, value, each.dotted)] })),
          })
        }
      }
    }
  },
})
