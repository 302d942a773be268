import assert from 'node:assert/strict'
import { commands, type Diagnostic, env, window, workspace } from 'vscode'
import { applyQuickFix, diagnosticsOf, eventually, inWorkspace, openExample, quickFixesOf, ruleOf } from './helpers.ts'
import { screenshot } from './screenshot.ts'
import { suite } from './suite.ts'

const rule = 'wsgi/site-packages-on-python-path'

const mixes = ({ message }: Diagnostic): boolean => message.startsWith('Two Pythons are mixed')

/** Takes what is first in the list that is asked. */
function choose(): false {
  void commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem')
  return false
}

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
  'the error log leads to the line with the two Pythons': async () => {
    const { document } = await openExample('logs/error_log')
    assert.equal(document.languageId, 'webserver-log')
    const found = await diagnosticsOf(document.uri, { until: (all) => all.some(mixes) })
    const places = found.find(mixes)?.relatedInformation?.map(({ location }) => location.uri.path.replace(/.*\//, ''))
    assert.ok(places?.includes('httpd.conf'), `httpd.conf among ${places}`)
    await screenshot('coralnet-log')
  },
  'lines of a log that were copied are explained too': async () => {
    const log = await workspace.openTextDocument(inWorkspace('logs/error_log'))
    await env.clipboard.writeText(log.getText())
    await window.showTextDocument(await workspace.openTextDocument(inWorkspace('httpd.conf')))
    const done = commands.executeCommand('webconf.explainLog')
    await eventually('the copied lines are in the editor', () => window.activeTextEditor?.document.isUntitled || choose())
    await done
    await diagnosticsOf(window.activeTextEditor?.document.uri ?? inWorkspace('none'), { until: (all) => all.some(mixes) })
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
  },
  'its quick fix makes it go': async () => {
    const { uri } = (await openExample('httpd.conf')).document
    await applyQuickFix(uri, rule, /WSGIPythonHome/)
    await diagnosticsOf(uri, { until: (all) => !all.some((each) => ruleOf(each) === rule) })
    assert.match(window.activeTextEditor?.document.getText() ?? '', /^WSGIPythonHome \/srv\/www\/virtenv_coralnet$/m)
  },
})
