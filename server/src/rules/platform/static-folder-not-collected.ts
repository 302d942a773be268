import { localUrl } from '../../deployment/django/settings.ts'
import { knownText } from '../../deployment/django/values.ts'
import { oldStaticNamespace, staticNamespace } from '../../deployment/platforms/beanstalk.ts'
import type { ExtensionFile, ExtensionOption } from '../../deployment/platforms/extension-file.ts'
import { normalize } from '../../workspace/path.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { cli, project, requirements, settings } from './lib/beanstalk-example.ts'
import { bundleSettings, mayServeItself, staticRootInBundle } from './lib/bundle-settings.ts'
import { replaceScalar } from './lib/yaml-edits.ts'

const site = `${cli}${project}${requirements}`
const head = `#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:environment:proxy:staticfiles:
`

export const rule = defineRule({
  id: 'platform/static-folder-not-collected',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'The folder that Elastic Beanstalk serves at `STATIC_URL` is not `STATIC_ROOT`, or `STATIC_ROOT` is served at another URL.',
  explanation: `
\`collectstatic\` puts the static files of all applications into STATIC_ROOT, and pages ask for them at STATIC_URL. A mapping of the proxy to another folder, or
of that folder to another URL, gives 404 for them: pages come without style. A folder of sources (\`STATICFILES_DIRS\`) has the project's own files only.

Nothing is said where the application serves the files itself (WhiteNoise), where they are stored elsewhere, or where a setting is not known.
`,
  source: 'AWS Elastic Beanstalk developer guide, "Serving static files"; Django\'s documentation, "How to deploy static files".',
  examples: {
    failing: [
      {
        title: 'another folder',
        files: `
${site}${settings}${head}    /static: static
#            ^^^^^^ error[platform/static-folder-not-collected]: The folder static of the bundle is served at /static
`,
      },
      {
        title: 'another URL',
        files: `
${site}${settings}${head}    /assets: staticfiles
#   ^^^^^^^ error[platform/static-folder-not-collected]: STATIC_ROOT is served at /assets, but pages ask for the files at STATIC_URL, /static/
`,
      },
      {
        title: "settings that the environment's variable names",
        files: `
${site}#- harbor/settings/__init__.py
#- harbor/settings/production.py
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent.parent
DEBUG = False
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "www" / "static"
#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:application:environment:
    DJANGO_SETTINGS_MODULE: harbor.settings.production
  aws:elasticbeanstalk:environment:proxy:staticfiles:
    /static: static
#            ^^^^^^ error[platform/static-folder-not-collected]: The folder static of the bundle is served at /static
`,
      },
    ],
    passing: [
      { title: 'the same folder', files: `\n${site}${settings}${head}    /static/: ./staticfiles/\n    /media: media\n` },
      {
        title: 'WhiteNoise',
        files: `\n${site}${settings.replace('MIDDLEWARE = [', 'MIDDLEWARE = ["whitenoise.middleware.WhiteNoiseMiddleware", ')}${head}    /static: static\n`,
      },
      {
        title: 'from the environment',
        files: `\n${site}${settings.replace('BASE_DIR / "staticfiles"', 'os.environ["STATIC_ROOT"]').replace('from pathlib', 'import os\nfrom pathlib')}${head}    /static: static\n`,
      },
      { title: 'another host', files: `\n${site}${settings.replace('"/static/"', '"https://cdn.example.org/"')}${head}    /static: static\n` },
      {
        title: 'other files beside them',
        files: `\n${site}${settings}${head}    /favicon.ico: static/favicon.ico\n    /static: staticfiles\n    /docs: docs/build\n`,
      },
    ],
  },
  check(context) {
    for (const beanstalk of context.deployment.beanstalks) {
      const mapped = beanstalk.extensions.flatMap((file) =>
        file.options.filter((each) => each.namespace === staticNamespace || each.namespace === oldStaticNamespace).map((option) => ({ file, option })),
      )
      if (mapped.length === 0) continue
      const settings = bundleSettings(beanstalk, context)
      if (settings?.state !== 'read' || mayServeItself(settings)) continue
      const root = staticRootInBundle(settings, beanstalk)
      const given = knownText(settings.get('STATIC_URL'))
      const url = given === undefined ? undefined : localUrl(given)
      if (root === undefined || url === undefined || url === '/') continue
      const plain = (path: string): string => normalize(`/${path}`)
      const value = settings.get('STATIC_ROOT')
      const related = value.state === 'known' && value.at ? [{ at: value.at, message: `STATIC_ROOT is ${root}` }] : []
      const own = mapped.find(({ option }) => plain(option.name) === plain(url))
      if (own) {
        const folder = own.option.value?.text
        // A slash at the beginning is a fault of its own: platform/static-folder-absolute.
        if (folder === undefined || !own.option.value || plain(folder.replace(/^\/(?:var\/app|opt\/python)\/current\/(?:app\/)?/, '')) === plain(root)) continue
        context.report({
          at: own.option.value.at,
          message: `The folder ${folder} of the bundle is served at ${own.option.name}, but collectstatic puts the files into ${root} (STATIC_ROOT): requests for them are answered with 404. Serve ${root}, or change STATIC_ROOT.`,
          related,
          fixes: [{ title: `Serve ${root} at ${own.option.name}`, safe: false, edits: [replaceScalar(own.file.yaml, own.option.value, root)] }],
        })
        continue
      }
      const other = mapped.find(({ option }) => option.value && plain(option.value.text) === plain(root))
      if (!other || mapped.some(({ option }) => plain(url).startsWith(`${plain(option.name)}/`))) continue
      context.report({
        at: other.option.nameAt,
        message: `STATIC_ROOT is served at ${other.option.name}, but pages ask for the files at STATIC_URL, ${url}: they are answered with 404. Serve it at ${url.replace(/(?<=.)\/$/, '')}, or change STATIC_URL.`,
        related,
        fixes: [renamed(other.file, other.option, url.replace(/(?<=.)\/$/, ''))],
      })
    }
  },
})

function renamed(file: ExtensionFile, { name, nameAt }: ExtensionOption, url: string): FindingFix {
  const written = file.yaml.text.slice(nameAt.start, nameAt.end)
  return { title: `Serve it at ${url}`, safe: false, edits: [{ ...nameAt, newText: written.replace(name, url) }] }
}
