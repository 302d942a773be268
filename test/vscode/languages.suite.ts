import assert from 'node:assert/strict'
import { languages } from 'vscode'
import { eventually, inWorkspace, languageOf, openExample, webconf } from './helpers.ts'
import { suite } from './suite.ts'

export const run = suite({
  'a .conf file with Apache content becomes apacheconf': async () => {
    await openExample('conf/shop.conf')
    await languageOf(inWorkspace('conf/shop.conf'), 'apacheconf')
  },
  'the extension and its language server are up': async () => {
    await eventually('the extension is active', () => webconf().isActive)
  },
  'a .conf file with nginx content becomes nginx': async () => {
    await openExample('conf/proxy.conf')
    await languageOf(inWorkspace('conf/proxy.conf'), 'nginx')
  },
  'a .conf file of another program is left alone': async () => {
    const editor = await openExample('other/redis.conf')
    await untilSettled()
    assert.equal(editor.document.languageId, 'properties')
  },
  'files.associations are kept': async () => {
    const editor = await openExample('conf/kept.conf')
    await untilSettled()
    assert.equal(editor.document.languageId, 'properties')
  },
  'a language chosen by hand is kept': async () => {
    const { document } = await openExample('conf/shop.conf')
    await languages.setTextDocumentLanguage(await languageOf(document.uri, 'apacheconf'), 'plaintext')
    await untilSettled()
    assert.equal(document.languageId, 'plaintext')
    // Nor is it asked again when the file is saved.
    await document.save()
    await untilSettled()
    assert.equal(document.languageId, 'plaintext')
  },
})

/** Another file gets its language meanwhile, so ours would have got one too. */
async function untilSettled(): Promise<void> {
  const witness = `conf/witness-${witnesses++}.conf`
  await openExample(witness)
  await languageOf(inWorkspace(witness), 'nginx')
}

let witnesses = 0
