import { window } from 'vscode'
import { applyQuickFix, diagnosticsOf, openExample, ruleOf, webconf } from './helpers.ts'
import { suite } from './suite.ts'

const rule = 'wsgi/site-packages-on-python-path'

export const run = suite({
  'the extension runs in a worker of the browser, without Node': async () => {
    if (typeof process !== 'undefined') throw new Error('this is Node')
    await openExample('httpd.conf')
    await webconf().activate()
  },
  'its server, in a worker too, reads the workspace through VS Code': async () => {
    const { uri } = (await openExample('httpd.conf')).document
    // Python 2.7.6 is known from the files of the virtualenv and the error log only.
    await diagnosticsOf(uri, { until: (all) => all.some((each) => ruleOf(each) === 'python/virtualenv-conflict' && /Python 2\.7\.6/.test(each.message)) })
  },
  'a log is explained in the browser too': async () => {
    const { document } = await openExample('logs/error_log')
    await diagnosticsOf(document.uri, { until: (all) => all.some(({ message }) => message.startsWith('Two Pythons are mixed')) })
  },
  'a quick fix mends what it is for': async () => {
    const { uri } = (await openExample('httpd.conf')).document
    await applyQuickFix(uri, rule, /WSGIPythonHome/)
    await diagnosticsOf(uri, { until: (all) => !all.some((each) => ruleOf(each) === rule) })
    const text = window.activeTextEditor?.document.getText() ?? ''
    if (!/^WSGIPythonHome \/srv\/www\/virtenv_coralnet$/m.test(text)) throw new Error(`not mended: ${text}`)
  },
})
