import assert from 'node:assert/strict'
import { commands, workspace } from 'vscode'
import { diagnosticsOf, inWorkspace, openExample, quickFixesOf, ruleOf } from './helpers.ts'
import { screenshot } from './screenshot.ts'
import { suite } from './suite.ts'

export const run = suite({
  'a mistake between two files is underlined in one of them': async () => {
    await openExample('deploy/nginx/shop.conf')
    const found = await diagnosticsOf(inWorkspace('deploy/nginx/shop.conf'))
    assert.deepEqual(found.map(ruleOf), ['process/nothing-listens'])
  },
  'a unit is underlined and mended where it is': async () => {
    const { document } = await openExample('deploy/admin.service')
    await diagnosticsOf(document.uri)
    const fix = (await quickFixesOf(document.uri, 'process/runtime-directory-missing')).find((action) => action.edit !== undefined)
    assert.ok(fix?.edit, 'no quick fix with an edit')
    assert.ok(await workspace.applyEdit(fix.edit))
    await diagnosticsOf(document.uri, { until: (all) => all.length === 0 })
    assert.match(document.getText(), /^RuntimeDirectory=admin$/m)
  },
  'the deployment has a view of its own': async () => {
    await commands.executeCommand('webconf.deployment.focus')
    await commands.executeCommand('workbench.action.closePanel')
    // What the view shows cannot be asked for: the picture is to be looked at, and is given the time to be drawn.
    await new Promise((resolve) => setTimeout(resolve, 2000))
    await screenshot('deployment')
  },
})
