import assert from 'node:assert/strict'
import { commands, window } from 'vscode'
import { applyQuickFix, diagnosticsOf, inWorkspace, openExample, quickFixesOf, ruleOf } from './helpers.ts'
import { screenshot } from './screenshot.ts'
import { suite } from './suite.ts'

const rule = 'wsgi/site-packages-on-python-path'

export const run = suite({
  'the virtualenv on WSGIPythonPath is underlined': async () => {
    const { document } = await openExample('httpd.conf')
    const found = await diagnosticsOf(document.uri, { until: (all) => all.some((each) => ruleOf(each) === rule) })
    const diagnostic = found.find((each) => ruleOf(each) === rule)
    assert.match(document.lineAt(diagnostic?.range.start.line ?? 0).text, /^WSGIPythonPath /)
    await commands.executeCommand('workbench.actions.view.problems')
    await screenshot('coralnet-problems')
  },
  'the two mixed Pythons are named, with three ways out': async () => {
    const { uri } = (await openExample('httpd.conf')).document
    const [conflict] = (await diagnosticsOf(uri)).filter((each) => ruleOf(each) === 'python/virtualenv-conflict')
    assert.match(conflict?.message ?? '', /Python 2\.7\.6/)
    assert.ok((conflict?.relatedInformation?.length ?? 0) >= 2)
    const titles = (await quickFixesOf(uri, 'python/virtualenv-conflict')).map(({ title }) => title)
    for (const wanted of [/Rebuild the virtualenv/, /own mod_wsgi/, /WSGIPythonHome/])
      assert.ok(
        titles.some((title) => wanted.test(title)),
        `${wanted} among ${titles.join(' | ')}`,
      )
  },
  'it can be fixed, ignored here, or read about': async () => {
    const titles = (await quickFixesOf(inWorkspace('httpd.conf'), rule)).map(({ title }) => title)
    for (const wanted of [/WSGIPythonHome/, /ignore/i, /read about/i])
      assert.ok(
        titles.some((title) => wanted.test(title)),
        `${wanted} among ${titles.join(' | ')}`,
      )
  },
  'its quick fix makes it go': async () => {
    const { uri } = (await openExample('httpd.conf')).document
    await applyQuickFix(uri, rule, /WSGIPythonHome/)
    await diagnosticsOf(uri, { until: (all) => !all.some((each) => ruleOf(each) === rule) })
    assert.match(window.activeTextEditor?.document.getText() ?? '', /^WSGIPythonHome \/srv\/www\/virtenv_coralnet$/m)
  },
})
