import type { WsgiApplication } from '../../application/application.ts'
import { type WsgiOption, wsgiOptions } from '../../application/wsgi-process.ts'
import { directivesNamed, enclosing, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import type { Place } from '../../problem/place.ts'
import { appendToLine, replaceArgument } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { placeOfOption } from './lib/python-home.ts'

const map = `#- webconf.json
{ "paths": { "/srv/site": "." } }
`

const daemon = 'WSGIDaemonProcess site python-path=/srv/site'
const alias = 'WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site application-group=%{GLOBAL}'
const grant = `<Directory /srv/site/config>
    Require all granted
</Directory>`

const answering = (name: string): string => `def ${name}(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"answered"]
`

const proof = {
  config: 'deploy/site.conf',
  deployedAt: '/srv/site',
  get: '/',
  before: { status: 500, log: /does not contain WSGI application/ },
  after: { status: 200, body: /answered/ },
} as const

export const rule = defineRule({
  id: 'wsgi/callable-missing',
  looksAt: 'application',
  severity: 'error',
  summary: 'A script that has nothing of the name that mod_wsgi calls: `application`, or what `callable-object=` names.',
  explanation: `
mod_wsgi calls what is named \`application\` at the outermost level of the script, or what \`callable-object=\` or \`WSGICallableObject\` names. Scripts written for
another server often say \`app\`. Without it every request is answered with 500 (404 in embedded mode), and the log says that the script "does not contain WSGI
application".

Nothing is said of a script of which not all names can be told: a star import of a module that is not here, \`exec\`, \`globals()\`.
`,
  source: 'Run with Apache 2.4.71 and mod_wsgi 4.9.4, in a daemon process and embedded.',
  examples: {
    failing: [
      {
        title: 'app instead of application',
        files: `
#- deploy/site.conf
${daemon}
${alias}
#                 ^^^^^^^^^^^^^^^^^^^^^^^^ error[wsgi/callable-missing]: /srv/site/config/wsgi.py has nothing called application
${grant}
#- config/wsgi.py
${answering('app')}${map}`,
        proof,
      },
      {
        title: 'another name in the directive',
        files: `
#- deploy/site.conf
${daemon}
WSGIScriptAlias / /srv/site/config/wsgi.py callable-object=app process-group=site application-group=%{GLOBAL}
#                                          ^^^^^^^^^^^^^^^^^^^ error[wsgi/callable-missing]: /srv/site/config/wsgi.py has nothing called app
${grant}
#- config/wsgi.py
${answering('application')}${map}`,
        proof,
      },
      {
        title: 'by a directive of its own',
        files: `
#- deploy/site.conf
${daemon}
WSGICallableObject app
#                  ^^^ error[wsgi/callable-missing]: /srv/site/config/wsgi.py has nothing called app
${alias}
${grant}
#- config/wsgi.py
${answering('application')}${map}`,
        proof,
      },
    ],
    passing: [
      {
        title: 'under a condition, in a try, by an import, and under another name that is said',
        files: `
#- deploy/site.conf
${daemon}
WSGIScriptAlias /one /srv/site/config/one.wsgi process-group=site
WSGIScriptAlias /two /srv/site/config/two.wsgi process-group=site
WSGIScriptAlias /three /srv/site/config/three.wsgi process-group=site
WSGIScriptAlias /four /srv/site/config/four.wsgi process-group=site callable-object=app
WSGIScriptAlias /five /srv/site/config/five.wsgi process-group=site
${grant}
#- config/one.wsgi
import os
if os.path.exists("/x"):
    from config.wsgi import application
else:
    from config.other import make
    application = make()
#- config/two.wsgi
try:
    import newrelic.agent
    application = newrelic.agent.WSGIApplicationWrapper(object())
except ImportError:
    application = object()
#- config/three.wsgi
from config.wsgi import app as application
#- config/four.wsgi
${answering('app')}#- config/five.wsgi
from somewhere import *
${map}`,
      },
      {
        title: 'names made by the script while it runs',
        files: `
#- deploy/site.conf
${daemon}
${alias}
${grant}
#- config/wsgi.py
globals()["application"] = object()
${map}`,
      },
    ],
  },
  check(application, context) {
    if (application.kind !== 'mod_wsgi' || application.directive.presence !== 'present') return
    const { path, content, workspace } = application.script
    const called = calledBy(application, context)
    if (!content || workspace === undefined || !called || !content.namesWhole || content.names.has(called.name)) return
    const text = context.snapshot.content(workspace)
    if (text.state !== 'content' || text.value.binary || text.value.text.trim() === '') return
    if (/\b(?:exec|execfile|globals|locals|vars|setattr|__dict__)\b/.test(text.value.text)) return
    // However it is bound, by `:=` or as an attribute of the module.
    if (new RegExp(`\\b${called.name.replace(/\W/g, '\\$&')}\\s*:?=(?!=)`).test(text.value.text)) return
    const meant = meantBy(text.value.text, [...content.names.keys()])
    const place = meant === undefined ? undefined : content.names.get(meant)
    context.report({
      at: called.at,
      message: `${path} has nothing called ${called.name}, which mod_wsgi calls: every request is answered with an error. ${meant === undefined ? `Give it a callable of that name.` : `It has ${meant}.`}`,
      related: place && meant !== undefined ? [{ at: place, message: `${meant} is bound here.` }] : [],
      fixes: meant === undefined ? [] : fixesFor(application, called, meant, workspace, text.value.text),
    })
  },
})

interface Called {
  readonly name: string
  readonly at: Place
  readonly option: WsgiOption | undefined
  readonly directive: PlacedDirective | undefined
}

/** The name that mod_wsgi calls, and what says so; undefined where that is not known. */
function calledBy({ directive, host }: WsgiApplication, { configuration }: ConfigurationContext): Called | undefined {
  const option = wsgiOptions(directive, 2).findLast((each) => each.name === 'callable-object')
  if (option) {
    if (!option.known || option.value.includes('%{')) return undefined
    return { name: option.value, at: placeOfOption(directive, option), option, directive: undefined }
  }
  const setters = directivesNamed(configuration, 'wsgicallableobject').filter(
    (each) => each.presence !== 'absent' && [undefined, host].includes(enclosing(each, 'virtualhost')),
  )
  const [only, ...others] = setters
  if (!only) {
    const script = directive.args[1]
    return script ? { name: 'application', at: placeOfArgument(directive, script), option: undefined, directive: undefined } : undefined
  }
  const name = only.args[0]
  // Sections, and which of several holds, are left alone.
  if (others.length > 0 || only.presence !== 'present' || !name?.known || name.value.includes('%{')) return undefined
  if (only.parent && only.parent !== host) return undefined
  return { name: name.value, at: placeOfArgument(only, name), option: undefined, directive: only }
}

/** The one name that was plainly meant: what servers call such a thing, or what is made of a framework's call. */
function meantBy(text: string, names: readonly string[]): string | undefined {
  const usual = ['application', 'app', 'wsgi_app', 'wsgi_application', 'handler', 'wsgi'].filter((name) => names.includes(name))
  if (usual[0] !== undefined) return usual[0]
  const made = [...text.matchAll(/^(\w+)\s*=\s*(?:[\w.]*\.)?(?:get_wsgi_application|WSGIHandler|Flask|Bottle|make_wsgi_app)\s*\(/gm)].map(
    (match) => match[1] ?? '',
  )
  return made.length === 1 ? made[0] : undefined
}

function fixesFor({ directive }: WsgiApplication, called: Called, meant: string, workspace: string, text: string): FindingFix[] {
  const title = `Have mod_wsgi call ${meant}`
  if (called.option) return [{ title, safe: true, edits: [{ ...placeOfOption(directive, called.option), newText: `callable-object=${meant}` }] }]
  const argument = called.directive?.args[0]
  if (called.directive && argument) return [{ title, safe: false, edits: [replaceArgument(called.directive, argument, meant)] }]
  const uses = [...text.matchAll(new RegExp(`\\b${meant}\\b`, 'g'))]
  const [use] = uses
  const rename =
    uses.length === 1 && use
      ? { path: workspace, start: use.index, end: use.index + meant.length, newText: 'application' }
      : { path: workspace, start: text.length, end: text.length, newText: `${text.endsWith('\n') ? '' : '\n'}application = ${meant}\n` }
  return [
    { title, safe: true, edits: [appendToLine(directive, ` callable-object=${meant}`)] },
    { title: uses.length === 1 ? `Rename ${meant} to application` : `Add application = ${meant}`, safe: false, edits: [rename] },
  ]
}
