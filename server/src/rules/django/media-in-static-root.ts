import type { Application } from '../../application/application.ts'
import { servedSetting } from '../../application/served-settings.ts'
import { knownText } from '../../deployment/django/values.ts'
import { basename, dirname, isAbsolute, isInside, normalize } from '../../workspace/path.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { project, settings } from './lib/example-site.ts'
import { replaceFolder } from './lib/mismatch.ts'
import { folderExpression } from './lib/python-text.ts'
import { mappingFor } from './lib/served.ts'

const site = `#- deploy/site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
    Alias /media/ /srv/shop/collected/media/
    Alias /static/ /srv/shop/collected/
    <Directory /srv/shop/collected>
        Require all granted
    </Directory>
    <Directory /srv/shop/collected/media>
        Require all granted
    </Directory>
</VirtualHost>
${project}`

export const rule = defineRule({
  id: 'django/media-in-static-root',
  looksAt: 'application',
  severity: 'warning',
  summary: '`MEDIA_ROOT` is `STATIC_ROOT`, or inside it: uploads among collected files.',
  explanation: `
What users upload lies among the files that \`collectstatic\` writes. \`collectstatic --clear\` deletes it, a new container or release that brings its own STATIC_ROOT loses it, and the
server hands uploads out with the headers of static files, which may be kept for a year.

\`collectstatic\` without \`--clear\` leaves uploads alone.
`,
  source:
    'Django\'s documentation, MEDIA_ROOT: "MEDIA_ROOT and STATIC_ROOT must have different values"; `collectstatic.py`: `clear_dir`; tried with Django 3.2: `--clear` deletes the upload.',
  examples: {
    failing: [
      {
        title: 'uploads in a folder below',
        files: `
${site}#- site1/settings.py
${settings}MIDDLEWARE = []
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "collected/media"
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[django/media-in-static-root]: MEDIA_ROOT is inside STATIC_ROOT
`,
      },
      {
        title: 'one folder for both',
        files: `
${site.replace('Alias /media/ /srv/shop/collected/media/', 'Alias /media/ /srv/shop/collected/')}#- site1/settings.py
${settings}MIDDLEWARE = []
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "collected"
#            ^^^^^^^^^^^^^^^^^^^^^^ warning[django/media-in-static-root]: MEDIA_ROOT is STATIC_ROOT
`,
      },
      {
        title: 'a URL inside as well',
        files: `
${site}#- site1/settings.py
import os
BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MIDDLEWARE = []
STATIC_URL = "/static/"
STATIC_ROOT = os.path.join(BASE_DIR, "collected")
MEDIA_URL = "/static/media/"
MEDIA_ROOT = os.path.join(STATIC_ROOT, "media")
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[django/media-in-static-root]: MEDIA_ROOT is inside STATIC_ROOT
`,
      },
    ],
    passing: [
      {
        title: 'folders beside each other',
        files: `
${site.replaceAll('collected/media', 'collected_media')}#- site1/settings.py
${settings}MIDDLEWARE = []
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "collected_media"
`,
      },
      {
        title: 'neither is known',
        files: `
${site}#- site1/settings.py
${settings}MIDDLEWARE = []
import os
STATIC_URL = "static/"
STATIC_ROOT = os.environ["COLLECTED"]
MEDIA_URL = "/media/"
MEDIA_ROOT = STATIC_ROOT + "/media"
`,
      },
    ],
  },
  check(application, context) {
    const { settings } = application
    if (settings?.state !== 'read') return
    const [staticSetting, mediaSetting] = [settings.get('STATIC_ROOT'), settings.get('MEDIA_ROOT')]
    const [collected, uploads] = [knownText(staticSetting), knownText(mediaSetting)]
    if (!collected || !uploads || !isAbsolute(collected) || !isInside(normalize(uploads), normalize(collected))) return
    if (mediaSetting.state !== 'known' || !mediaSetting.at) return
    const same = normalize(uploads) === normalize(collected)
    const shown = servedSetting(application, 'STATIC', context.snapshot)?.root ?? basename(normalize(collected))
    context.report({
      at: mediaSetting.at,
      message: `MEDIA_ROOT is ${same ? 'STATIC_ROOT' : 'inside STATIC_ROOT'}, ${shown}: "collectstatic --clear" deletes what users uploaded. Give uploads a folder beside it.`,
      related: staticSetting.state === 'known' && staticSetting.at ? [{ at: staticSetting.at, message: 'STATIC_ROOT' }] : [],
      fixes: moveOut(application, context),
    })
  },
})

/** Both sides at once: the setting, and the folder that the server has at MEDIA_URL. */
function moveOut(application: Application, context: ConfigurationContext): FindingFix[] {
  const [collected, uploads] = [servedSetting(application, 'STATIC', context.snapshot), servedSetting(application, 'MEDIA', context.snapshot)]
  const mapping = uploads && mappingFor(uploads, application, context)
  if (!collected || !uploads || !mapping || mapping.folder !== uploads.root || uploads.url.startsWith(collected.url)) return []
  // In Apache the new folder would need a grant of its own: the old one's is that of the static files.
  const same = uploads.root === collected.root
  if (same && context.configuration.dialect === 'apache') return []
  const folder = `${dirname(collected.root)}/${same ? 'media' : basename(uploads.root)}`
  const edits = replaceFolder(mapping, folder, context)
  if (!edits || !application.settings) return []
  return [
    {
      title: `Keep uploads in ${folder}`,
      safe: false,
      edits: [{ ...uploads.rootAt, newText: folderExpression(folder, uploads.rootAt, application.settings, application) }, ...edits],
    },
  ]
}
