import { settingsOfProjects } from '../../application/project-settings.ts'
import { removeItem } from '../../deployment/django/list-literal.ts'
import { isSequence, knownText, textOf } from '../../deployment/django/values.ts'
import { isAbsolute, isInside, normalize, relativeTo } from '../../workspace/path.ts'
import { defineRule } from '../rule.ts'
import { project, settings } from './lib/example-site.ts'

export const rule = defineRule({
  id: 'django/static-root-in-dirs',
  looksAt: 'deployment',
  severity: 'error',
  summary: '`STATICFILES_DIRS` has `STATIC_ROOT`: `collectstatic`, and every command that checks the settings, stops.',
  explanation: `
STATICFILES_DIRS are folders to collect from, STATIC_ROOT is the folder to collect into. Where one is both, \`manage.py collectstatic\`, \`migrate\` and \`check\` stop with
staticfiles.E002, "The STATICFILES_DIRS setting should not contain the STATIC_ROOT setting". The files that are written by hand belong into another folder.
`,
  source: '`django/contrib/staticfiles/finders.py`: `FileSystemFinder.check`; `manage.py check` of Django 3.2.',
  examples: {
    failing: [
      {
        title: 'one folder for both',
        files: `
${project}#- site1/settings.py
${settings}STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
#   ^^^^^^^^^^^^^^^^^^^ error[django/static-root-in-dirs]: STATICFILES_DIRS has static, which is STATIC_ROOT: collectstatic
    BASE_DIR / "assets",
]
`,
      },
      {
        title: 'a tuple with a prefix, and os.path',
        files: `
${project}#- site1/settings.py
import os
BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STATIC_URL = "/static/"
STATIC_ROOT = os.path.join(BASE_DIR, "static/")
STATICFILES_DIRS = (os.path.join(BASE_DIR, "static"), ("docs", os.path.join(BASE_DIR, "static")))
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[django/static-root-in-dirs]: STATICFILES_DIRS has
#                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[django/static-root-in-dirs]: STATICFILES_DIRS has
`,
      },
    ],
    passing: [
      {
        title: 'two folders, and a folder with the same beginning',
        files: `
${project}#- site1/settings.py
${settings}STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static_root"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "static" / "vendor"]
`,
      },
      {
        title: 'one or the other by the environment',
        files: `
${project}#- site1/settings.py
${settings}import os
STATIC_URL = "static/"
if os.environ.get("DEV"):
    STATICFILES_DIRS = [BASE_DIR / "static"]
else:
    STATIC_ROOT = BASE_DIR / "static"
`,
      },
    ],
  },
  check({ deployment, snapshot, settings: own, report }) {
    for (const { project, settings } of settingsOfProjects(deployment, snapshot, own)) {
      const rootSetting = settings.get('STATIC_ROOT')
      const root = knownText(rootSetting)
      const dirs = settings.get('STATICFILES_DIRS')
      if (!root || !isAbsolute(root) || dirs.state !== 'known' || !isSequence(dirs.value)) continue
      for (const item of dirs.value.items) {
        // With a prefix in the URL an entry is a pair.
        const folder = item.state === 'known' && item.value.kind === 'tuple' && item.value.items.length === 2 ? item.value.items[1] : item
        const text = folder?.state === 'known' ? textOf(folder.value) : undefined
        if (folder?.state !== 'known' || !folder.at || text === undefined || normalize(text) !== normalize(root)) continue
        const edit = folder === item ? removeItem(folder.at, snapshot) : undefined
        report({
          at: folder.at,
          message: `STATICFILES_DIRS has ${shown(normalize(text), project.root)}, which is STATIC_ROOT: collectstatic and every other command that checks the settings stop (staticfiles.E002). Collect into a folder of its own.`,
          related: rootSetting.state === 'known' && rootSetting.at ? [{ at: rootSetting.at, message: 'STATIC_ROOT' }] : [],
          fixes: edit ? [{ title: 'Take STATIC_ROOT out of STATICFILES_DIRS', safe: false, edits: [edit] }] : [],
        })
      }
    }
  },
})

/** A folder of the project as people speak of it. */
const shown = (path: string, root: string): string => (isInside(path, root) && path !== root ? relativeTo(path, root) : path)
