import { commands } from 'vscode'
import { explainTests, shows } from './explain-tests.ts'
import { openExample } from './helpers.ts'
import { screenshot } from './screenshot.ts'
import { suite } from './suite.ts'

export const run = suite({
  ...explainTests,
  'the panel stands beside the configuration': async () => {
    await commands.executeCommand('workbench.action.closeAllEditors')
    await openExample('nginx/conf.d/shop.conf')
    await commands.executeCommand('workbench.action.closeSidebar')
    await commands.executeCommand('webconf.explainRequest', { url: 'https://shop.example/about' })
    await shows('Handed on to 127.0.0.1:8000')
    // The picture is to be looked at: lenses and marks are given the time to be drawn.
    await new Promise((resolve) => setTimeout(resolve, 2000))
    await commands.executeCommand('notifications.clearAll')
    await screenshot('explain')
  },
})
