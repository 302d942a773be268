import { directivesNamed, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { readElf, unicodeWidthOf } from '../../deployment/python/elf.ts'
import { pythonOfModuleName, pythonOfModulePath } from '../../deployment/python/module-python.ts'
import { compiledModules, readPackages, readWheel } from '../../deployment/python/packages.ts'
import { compareDigestImport } from '../../deployment/python/stdlib.ts'
import { formatPythonVersion, type PythonVersion, parsePythonVersion, versionOfName } from '../../deployment/python/version.ts'
import { readVirtualenv, type Virtualenv } from '../../deployment/python/virtualenv.ts'
import type { Place } from '../../problem/place.ts'
import { basename, isInside, join, relativeTo } from '../../workspace/path.ts'
import { removeDirective, replaceInArgument } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { environmentsNamedBy, type NamedEnvironment } from './lib/named-environments.ts'
import { differs, minorOf, type ServerPython, serverPython } from './lib/server-python.ts'

export const rule = defineRule({
  id: 'python/virtualenv-conflict',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['wsgipythonhome', 'wsgipythonpath', 'wsgidaemonprocess'],
  severity: 'error',
  summary: 'A Python home or path that conflicts with the virtualenv found in the workspace: another version, or two Pythons mixed.',
  explanation: `
mod_wsgi is compiled for one version of Python and can run no other: a virtualenv made by another version gives it a standard library and
compiled modules that it cannot load. The same happens within Python 2.7, whose builds differ in the width of a character (UCS2, UCS4) and
whose 2.7.7 brought \`operator._compare_digest\`.

Nothing is said of a virtualenv that is not in the workspace, nor of mod_wsgi's Python where neither its module, nor an error log, nor the
setting \`deployment.python\` tells it.
`,
  source:
    'mod_wsgi\'s documentation, "Virtual Environments"; Python 2.7.7\'s Lib/hmac.py; PEP 513 (cp27m, cp27mu). Python 2.7 is no longer in Debian, so that its errors are not produced here.',
  examples: {
    failing: [
      {
        title: 'mod_wsgi is of another Python',
        files: `
#- deploy/site.conf
LoadModule wsgi_module modules/mod_wsgi-py39.cpython-39-x86_64-linux-gnu.so
WSGIPythonHome /srv/site/venv
#              ^^^^^^^^^^^^^^ error[python/virtualenv-conflict]: mod_wsgi is built for Python 3.9
WSGIScriptAlias / /srv/site/config/wsgi.py
<Directory /srv/site/config>
    Require all granted
</Directory>
#- config/wsgi.py
import os
application = None
#- venv/pyvenv.cfg
home = /usr/bin
version = 3.11.2
#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
      },
      {
        title: "a site's file beside the file that loads mod_wsgi",
        files: `
#- etc/apache2/mods-available/wsgi.load
LoadModule wsgi_module /usr/lib/apache2/modules/mod_wsgi.so-3.9
#- etc/apache2/sites-available/site.conf
<VirtualHost *:80>
    WSGIDaemonProcess site python-home=/srv/site/venv python-path=/srv/site
#                          ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[python/virtualenv-conflict]: mod_wsgi is built for Python 3.9
    WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
    <Directory /srv/site/config>
        Require all granted
    </Directory>
</VirtualHost>
#- config/wsgi.py
application = None
#- venv/pyvenv.cfg
home = /usr/bin
version = 3.11.2
#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
      },
      {
        title: 'two mod_wsgi, of which the first is loaded',
        files: `
#- deploy/site.conf
LoadModule wsgi_module modules/mod_wsgi.so-3.9
LoadModule wsgi_module /srv/site/venv/lib/python3.11/site-packages/mod_wsgi/server/mod_wsgi-py311.cpython-311-x86_64-linux-gnu.so
# <---- warning[apache/ignored]: wsgi_module is loaded already
WSGIPythonHome /srv/site/venv
#              ^^^^^^^^^^^^^^ error[python/virtualenv-conflict]: mod_wsgi is built for Python 3.9
WSGIScriptAlias / /srv/site/config/wsgi.py
<Directory /srv/site/config>
    Require all granted
</Directory>
#- config/wsgi.py
application = None
#- venv/pyvenv.cfg
home = /usr/bin
version = 3.11.2
#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
      },
    ],
    passing: [
      {
        title: "of two Pythons' packages one is the server's; the folder that pip installs mod_wsgi into",
        files: `
#- deploy/site.conf
LoadModule wsgi_module /srv/site/venv/lib/python3.11/site-packages/mod_wsgi/server/mod_wsgi.so
WSGIPythonHome /srv/site/venv
WSGIPythonPath /srv/site
WSGIScriptAlias / /srv/site/config/wsgi.py
<Directory /srv/site/config>
    Require all granted
</Directory>
#- config/wsgi.py
application = None
#- venv/pyvenv.cfg
home = /usr/bin
version = 3.11.2
#- venv/lib/python3.9/site-packages/six.py
#- venv/lib/python3.11/site-packages/six.py
#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
      },
      {
        title: 'the same minor version; another virtualenv beside it, named by another process',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-home=/srv/site/venv python-path=/srv/site
WSGIDaemonProcess jobs python-home=/srv/site/jobs-env
WSGIScriptAlias /jobs /srv/site/config/wsgi.py process-group=jobs
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
<Directory /srv/site/config>
    Require all granted
</Directory>
#- config/wsgi.py
import os
application = None
#- venv/pyvenv.cfg
home = /usr/bin
version = 3.11.9
#- webconf.json
{ "paths": { "/srv/site": "." }, "deployment": { "python": "3.11.2" } }
`,
      },
      {
        title: 'a virtualenv that is made on the server',
        files: `
#- deploy/site.conf
WSGIPythonHome /opt/envs/site
WSGIScriptAlias / /srv/site/config/wsgi.py
<Directory /srv/site/config>
    Require all granted
</Directory>
#- config/wsgi.py
import os
application = None
#- webconf.json
{ "deployment": { "python": "3.9" } }
`,
      },
    ],
  },
  check(directive, context) {
    if (directive.presence !== 'present') return
    const seen = new Set<string>()
    for (const named of environmentsNamedBy(directive)) {
      if (seen.has(named.root)) continue
      seen.add(named.root)
      checkNamed(named, directive, context)
    }
  },
})

function checkNamed(named: NamedEnvironment, directive: PlacedDirective, context: ConfigurationContext): void {
  const { paths, snapshot } = context
  const workspace = paths.toWorkspace(named.root)
  if (workspace === undefined) return
  const environment = readVirtualenv(snapshot, workspace)
  if (typeof environment === 'string' || environment.kind === 'installation') return
  if (checkLibrary(named, environment, directive, context)) return
  const server = serverPython(context)
  if (server) checkServer(named, environment, server, directive, context)
}

/** `lib/python3.9` of a virtualenv that has `lib/python3.11`. */
function checkLibrary(named: NamedEnvironment, environment: Virtualenv, directive: PlacedDirective, { report }: ConfigurationContext): boolean {
  const written = named.library === undefined ? undefined : parsePythonVersion(named.library.slice('python'.length))
  const { version } = environment
  if (!written || !version || environment.isStale || !environment.complete || !differs(written, version)) return false
  if (environment.libraries.some((each) => basename(each) === named.library)) return false
  const right = `python${minorOf(version)}`
  const edit = replaceInArgument(directive, named.argument, `${named.written}/lib/${named.library}/`, `${named.written}/lib/${right}/`)
  report({
    at: placeOfArgument(directive, named.argument),
    message: `The path says ${named.library}, but the virtualenv ${named.root} is of Python ${formatPythonVersion(version)}: its packages are not found there. Name lib/${right}.`,
    fixes: edit ? [{ title: `Name lib/${right}`, safe: false, edits: [edit] }] : [],
  })
  return true
}

function checkServer(named: NamedEnvironment, environment: Virtualenv, server: ServerPython, directive: PlacedDirective, context: ConfigurationContext): void {
  const version = packagesVersion(environment, server.version)
  if (!version) return
  const related: { at: Place; message: string }[] = []
  if (server.at) related.push({ at: server.at, message: `mod_wsgi is built for Python ${formatPythonVersion(server.version)}.` })
  const parts: string[] = []
  if (differs(server.version, version)) parts.push(`the virtualenv ${named.root} is of Python ${formatPythonVersion(version)}`)
  else if (server.version.major === 2) parts.push(...partsOfTwo(environment, server, context, related))
  if (parts.length === 0) return
  const width = server.unicode === undefined ? '' : ` (${server.unicode.toUpperCase()})`
  context.report({
    at: placeOfArgument(directive, named.argument),
    message: `mod_wsgi is built for Python ${formatPythonVersion(server.version)}${width} ${server.by}, but ${parts.join(', and ')}: it cannot load that Python's modules. Make the virtualenv with mod_wsgi's Python, or load a mod_wsgi built for the virtualenv's.`,
    related,
    fixes: [...loadingOther(version, context), ...offers(named.root, server.version), ...servingApart(named.root, version, context)],
  })
}

/** A second mod_wsgi that is named, which Apache passes over, may be the one for the virtualenv. */
function loadingOther(version: PythonVersion, { configuration }: ConfigurationContext): FindingFix[] {
  const [first, second, ...more] = directivesNamed(configuration, 'loadmodule').filter(
    (each) => each.presence === 'present' && each.args[0]?.value === 'wsgi_module',
  )
  const file = second?.args[1]
  const python = file?.known ? (pythonOfModuleName(basename(file.value)) ?? pythonOfModulePath(file.value)) : undefined
  if (!first || !file || more.length > 0 || !python || differs(python, version)) return []
  return [{ title: `Load ${basename(file.value)} alone`, safe: false, edits: [removeDirective(first)] }]
}

/**
 * The Python for which the packages are there: what `lib` holds is what an interpreter finds, whatever `pyvenv.cfg` says. Where several are there, one
 * that the server's Python finds goes first.
 */
function packagesVersion(environment: Virtualenv, server: PythonVersion): PythonVersion | undefined {
  if (!environment.complete || environment.libraries.length === 0) return environment.isStale ? undefined : environment.version
  const versions = environment.libraries.flatMap((each) => versionOfName(basename(each)) ?? [])
  const [first] = versions
  if (!first || versions.some((each) => !differs(server, each))) return versions.find((each) => !differs(server, each))
  const { version } = environment
  return version && !differs(version, first) ? version : first
}

/** What within Python 2.7 is of another build than mod_wsgi's. */
function partsOfTwo(environment: Virtualenv, server: ServerPython, { snapshot }: ConfigurationContext, related: { at: Place; message: string }[]): string[] {
  const parts: string[] = []
  const { minor, patch } = server.version
  const hmac = environment.libraries.map((each) => compareDigestImport(snapshot, each)).find(Boolean)
  if (hmac && minor === 7 && patch !== undefined && patch < 7) {
    parts.push("the virtualenv's hmac.py imports _compare_digest, which is of Python 2.7.7 or later")
    related.push({ at: hmac, message: 'This name is in the operator module of Python 2.7.7 and later.' })
  }
  if (server.unicode === undefined) return parts
  for (const folder of environment.sitePackages) {
    const packages = readPackages(snapshot, folder)
    if (typeof packages === 'string') continue
    for (const distribution of packages.distributions) {
      const modules = compiledModules(snapshot, join(folder, distribution.name))
      for (const module of typeof modules === 'string' ? [] : modules) {
        const bytes = snapshot.bytes(module.path)
        const elf = bytes.state === 'content' ? readElf(bytes.value) : undefined
        const width = elf && unicodeWidthOf(elf)
        if (!width || width === server.unicode) continue
        const tag = readWheel(snapshot, distribution)?.tags[0]
        if (tag) related.push({ at: tag.at, message: `${distribution.name} was built for this kind of Python.` })
        return [...parts, `${distribution.name}'s ${basename(module.path)} is for a Python with ${width.toUpperCase()} characters`]
      }
    }
  }
  return parts
}

function offers(root: string, version: PythonVersion): FindingFix[] {
  const python = `python${minorOf(version)}`
  const make = version.major === 2 ? `virtualenv --python=${python} ${root}` : `${python} -m venv ${root}`
  return [
    {
      title: `Rebuild the virtualenv with mod_wsgi's Python ${minorOf(version)}`,
      safe: false,
      edits: [],
      commands: [
        `${root}/bin/pip freeze > /tmp/packages-of-old-virtualenv.txt`,
        `mv ${root} ${root}.old`,
        make,
        `${root}/bin/pip install -r /tmp/packages-of-old-virtualenv.txt`,
      ],
    },
    {
      title: "Load the virtualenv's own mod_wsgi",
      safe: false,
      edits: [],
      commands: [`${root}/bin/pip install mod_wsgi`, `${root}/bin/mod_wsgi-express module-config`],
    },
  ]
}

/** A process of its own runs the virtualenv's Python, whatever mod_wsgi is built for. */
function servingApart(root: string, version: PythonVersion, { applications, paths }: ConfigurationContext): FindingFix[] {
  const served = applications.filter((each) => each.kind === 'mod_wsgi')
  const [application] = served
  const folder = application?.project && paths.toDeployed(application.project.root)
  const script = application?.script.path
  if (served.length !== 1 || !application || folder === undefined || script === undefined || !isInside(script, folder) || !script.endsWith('.py')) return []
  const module = relativeTo(script, folder).slice(0, -'.py'.length).replaceAll('/', '.')
  return [
    {
      title: "Serve it with gunicorn in the virtualenv's own Python, and pass requests on to that",
      safe: false,
      edits: [],
      commands: [
        `${root}/bin/pip install ${version.major === 2 ? "'gunicorn<20'" : 'gunicorn'}`,
        `${root}/bin/gunicorn --chdir ${folder} --bind 127.0.0.1:8000 ${module}`,
        `# in place of WSGIScriptAlias (a2enmod proxy_http): ProxyPass ${application.mount} http://127.0.0.1:8000/`,
      ],
    },
  ]
}
