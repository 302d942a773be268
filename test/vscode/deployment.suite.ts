import assert from 'node:assert/strict'
import { commands } from 'vscode'
import { diagnosticsOf, inWorkspace, openExample, ruleOf, screenshot } from './helpers.ts'
import { suite } from './suite.ts'

export const run = suite({
  'a mistake between two files is underlined in one of them': async () => {
    await openExample('deploy/nginx/shop.conf')
    const found = await diagnosticsOf(inWorkspace('deploy/nginx/shop.conf'))
    assert.deepEqual(found.map(ruleOf), ['process/nothing-listens'])
  },
  'the deployment has a view of its own': async () => {
    await commands.executeCommand('webconf.deployment.focus')
    await commands.executeCommand('workbench.action.closePanel')
    // What the view shows cannot be asked for: the picture is to be looked at, and is given the time to be drawn.
    await new Promise((resolve) => setTimeout(resolve, 2000))
    await screenshot('deployment')
  },
})
