import { type Beanstalk, isModern, pythonNamespace } from '../../deployment/platforms/beanstalk.ts'
import { type ExtensionFile, environmentNamespace } from '../../deployment/platforms/extension-file.ts'
import type { YamlScalar } from '../../deployment/platforms/yaml.ts'
import { isInside, join, relativeTo } from '../../workspace/path.ts'
import { type DeploymentContext, defineRule } from '../rule.ts'
import { cli, oldCli, project, requirements, settings } from './lib/beanstalk-example.ts'
import { replaceScalar } from './lib/yaml-edits.ts'

const site = `${project}${settings}${requirements}`
const head = `#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:container:python:
`

export const rule = defineRule({
  id: 'platform/wsgi-path-invalid',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'WSGIPath has the form of another generation of Elastic Beanstalk, or names what is not there.',
  explanation: `
Amazon Linux 2 and 2023 start gunicorn with the value of WSGIPath: it is a module, with the name of the application behind a colon where that is not
\`application\` (\`harbor.wsgi:application\`). The Amazon Linux AMI of before gave it to mod_wsgi: there it is a file (\`harbor/wsgi.py\`). In the other form the
application does not start, and every request is answered with 502 (or 500).

A \`Procfile\` with a process \`web\` is used instead of the option. Where PYTHONPATH is set, the module may lie elsewhere, and nothing is said.
`,
  source:
    'AWS Elastic Beanstalk developer guide, "Python platform options" and "Migrating your application to Amazon Linux 2"; tried with gunicorn 20.1, which ends with "No module named \'harbor/wsgi\'".',
  examples: {
    failing: [
      {
        title: 'a file on Amazon Linux 2023',
        files: `
${cli}${site}${head}    WSGIPath: harbor/wsgi.py
#             ^^^^^^^^^^^^^^ error[platform/wsgi-path-invalid]: WSGIPath is the file harbor/wsgi.py, but
`,
      },
      {
        title: 'a module on the first generation; in a list',
        files: `
${oldCli}${site}#- .ebextensions/01_python.config
option_settings:
  - namespace: aws:elasticbeanstalk:container:python
    option_name: WSGIPath
    value: "harbor.wsgi:application"
#          ^^^^^^^^^^^^^^^^^^^^^^^^^ error[platform/wsgi-path-invalid]: WSGIPath is the module harbor.wsgi:application, but
`,
      },
      {
        title: 'a module that is not there',
        files: `
${cli}${site}${head}    WSGIPath: config.wsgi:application
#             ^^^^^^^^^^^^^^^^^^^^^^^ error[platform/wsgi-path-invalid]: WSGIPath names the module config.wsgi, but there is no config/wsgi.py
`,
      },
      {
        title: 'an application that is not there',
        files: `
${cli}${site}${head}    WSGIPath: harbor.wsgi:app
#             ^^^^^^^^^^^^^^^ error[platform/wsgi-path-invalid]: WSGIPath names "app" in harbor/wsgi.py, which does not define it
`,
      },
    ],
    passing: [
      { title: 'a module', files: `\n${cli}${site}${head}    WSGIPath: harbor.wsgi:application\n` },
      { title: 'a module by itself', files: `\n${cli}${site}${head}    WSGIPath: harbor.wsgi\n` },
      { title: 'a file on the first generation', files: `\n${oldCli}${site}${head}    WSGIPath: harbor/wsgi.py\n` },
      { title: 'nothing tells the generation', files: `\n${site}${head}    WSGIPath: harbor/wsgi.py\n` },
      { title: 'a Procfile instead', files: `\n${cli}${site}#- Procfile\nweb: gunicorn --bind :8000 harbor.wsgi\n${head}    WSGIPath: harbor/wsgi.py\n` },
      {
        title: 'below a folder that PYTHONPATH names',
        files: `
${cli}${requirements}#- src/harbor/wsgi.py
application = None
#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:application:environment:
    PYTHONPATH: "/var/app/current/src:$PYTHONPATH"
  aws:elasticbeanstalk:container:python:
    WSGIPath: harbor.wsgi:application
`,
      },
      {
        title: 'a name that the file imports',
        files: `\n${cli}${requirements}#- harbor/wsgi.py\nfrom harbor.app import (\n    create,\n    app,\n)\n${head}    WSGIPath: harbor.wsgi:app\n`,
      },
    ],
  },
  check(context) {
    for (const beanstalk of context.deployment.beanstalks) {
      if (beanstalk.cli?.artifact || beanstalk.procfile?.processes.some((each) => each.name === 'web')) continue
      for (const file of beanstalk.extensions) {
        for (const option of file.options) {
          if (option.namespace === pythonNamespace && option.name === 'WSGIPath' && option.value) checkPath(option.value, file, beanstalk, context)
        }
      }
    }
  },
})

function checkPath(value: YamlScalar, file: ExtensionFile, beanstalk: Beanstalk, { deployment, snapshot, report }: DeploymentContext): void {
  const { text } = value
  const isFile = /\.py$|\//.test(text)
  const platform = beanstalk.platform.at ? [{ at: beanstalk.platform.at, message: `the platform is ${beanstalk.platform.name}` }] : []
  const write = (better: string) => ({ title: `Write ${better}`, safe: false, edits: [replaceScalar(file.yaml, value, better)] })
  if (isFile && isModern(beanstalk)) {
    const better = `${text
      .replace(/^\.?\/+/, '')
      .replace(/\.py$/, '')
      .replaceAll('/', '.')}:application`
    report({
      at: value.at,
      message: `WSGIPath is the file ${text}, but Amazon Linux 2 and 2023 hand it to gunicorn as the name of a module: the application does not start. Write ${better}.`,
      related: platform,
      fixes: [{ ...write(better), safe: true }],
    })
    return
  }
  if (!isFile && beanstalk.platform.generation === 'AL1' && text.includes('.')) {
    const better = `${text.replace(/:.*$/, '').replaceAll('.', '/')}.py`
    report({
      at: value.at,
      message: `WSGIPath is the module ${text}, but on the Amazon Linux AMI it is the file that mod_wsgi loads: write ${better}.`,
      related: platform,
      fixes: [write(better)],
    })
    return
  }
  if (!/^[A-Za-z_][\w.]*(:[A-Za-z_]\w*)?$/.test(text) || !isModern(beanstalk) || beanstalk.option(environmentNamespace, 'PYTHONPATH')) return
  const [module = '', callable] = text.split(':')
  const path = [`${module.replaceAll('.', '/')}.py`, `${module.replaceAll('.', '/')}/__init__.py`]
    .map((each) => join(beanstalk.root, each))
    .find((each) => beanstalk.files.includes(each))
  const scripts = deployment.django.flatMap((each) => each.wsgi.map((script) => script.path)).filter((each) => isInside(each, beanstalk.root))
  if (path === undefined) {
    // An application that is installed as a package is not in the bundle.
    if (scripts.length === 0) return
    const others = scripts.map((each) => relativeTo(each, beanstalk.root).replace(/\.py$/, '').replaceAll('/', '.')).filter((each) => /^[\w.]+$/.test(each))
    report({
      at: value.at,
      message: `WSGIPath names the module ${module}, but there is no ${module.replaceAll('.', '/')}.py in the bundle: the application does not start.`,
      related: platform,
      fixes: others.slice(0, 3).map((each) => write(`${each}:application`)),
    })
    return
  }
  const content = snapshot.content(path)
  if (callable === undefined || content.state !== 'content' || mayDefine(content.value.text, callable)) return
  report({
    at: value.at,
    message: `WSGIPath names "${callable}" in ${relativeTo(path, beanstalk.root)}, which does not define it: the application does not start.`,
    fixes: mayDefine(content.value.text, 'application') ? [write(`${module}:application`)] : [],
  })
}

/** Whether a module may have a name: it stands in it as a word, or anything may come from a star import. */
const mayDefine = (source: string, name: string): boolean => new RegExp(`\\b${name}\\b|import\\s*\\*|globals\\(`).test(source.replace(/#.*$/gm, ''))
