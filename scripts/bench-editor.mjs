#!/usr/bin/env node
// How long an editor waits: each feature, asked of the language server over its pipe, in a file of 10,000 lines of each
// server and in a workspace of 2,000 files. Median and 95th percentile of 100 requests at random places, in milliseconds.
//
//   npm run bench:editor        after `npm run build`
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node'
import { apacheHost, nginxHost } from './lib/bench-input.mjs'
import { fail, inProject, say } from './lib/project.mjs'

const rounds = 100
const folder = mkdtempSync(join(tmpdir(), 'webconf-bench-editor-'))

try {
  const nginxFile = `events {}\nhttp {\n${hosts(417, nginxHost)}}\n`
  const apacheFile = `ServerRoot "${folder}"\nListen 8080\n${hosts(500, (i) => apacheHost(i, folder))}`
  await measure('nginx, one file', 'nginx.conf', { 'nginx.conf': nginxFile })
  await measure('Apache, one file', 'httpd.conf', { 'httpd.conf': apacheFile })
  const many = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`sites/${i}.conf`, nginxHost(i)]))
  await measure('nginx, 2,000 files', 'sites/1000.conf', { 'nginx.conf': 'events {}\nhttp {\n    include sites/*.conf;\n}\n', ...many })
  say(`load average ${loadavg()[0].toFixed(1)}`)
} catch (error) {
  fail(error)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function hosts(count, write) {
  return Array.from({ length: count }, (_, i) => write(i)).join('')
}

async function measure(name, path, files) {
  const workspace = join(folder, name.replace(/\W+/g, '-'))
  for (const [each, text] of Object.entries(files)) {
    mkdirSync(join(workspace, each, '..'), { recursive: true })
    writeFileSync(join(workspace, each), text)
  }
  const server = spawn(process.execPath, [inProject('dist/server.js'), '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin))
  connection.onRequest('workspace/configuration', () => [{}])
  connection.listen()
  const uri = pathToFileURL(join(workspace, path)).toString()
  const text = readFileSync(join(workspace, path), 'utf8')
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: [{ uri: pathToFileURL(workspace).toString(), name }],
    capabilities: { textDocument: { diagnostic: {}, completion: { completionItem: { snippetSupport: true } } }, workspace: { configuration: true } },
  })
  await connection.sendNotification('initialized', {})
  const languageId = path === 'httpd.conf' ? 'apacheconf' : 'nginx'
  await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } })
  const textDocument = { uri }
  await connection.sendRequest('textDocument/diagnostic', { textDocument })
  const lines = text.split('\n')
  const word = () => {
    for (;;) {
      const line = Math.floor(Math.random() * lines.length)
      const starts = [...lines[line].matchAll(/\S+/g)].map(({ index }) => index)
      if (starts.length > 0) return { line, character: starts[Math.floor(Math.random() * starts.length)] + 1 }
    }
  }
  const ask = (method, params) => () => connection.sendRequest(`textDocument/${method}`, { textDocument, ...params() })
  const whole = () => ({})
  const placed = () => ({ position: word() })
  const range = () => {
    const { line } = word()
    return { range: { start: { line, character: 0 }, end: { line: Math.min(lines.length - 1, line + 60), character: 0 } } }
  }
  const options = { tabSize: 4, insertSpaces: true }
  const features = {
    completion: ask('completion', placed),
    hover: ask('hover', placed),
    signature: ask('signatureHelp', placed),
    definition: ask('definition', placed),
    references: ask('references', () => ({ ...placed(), context: { includeDeclaration: true } })),
    highlight: ask('documentHighlight', placed),
    symbols: ask('documentSymbol', whole),
    folding: ask('foldingRange', whole),
    selection: ask('selectionRange', () => ({ positions: [word()] })),
    'tokens of a range': ask('semanticTokens/range', range),
    'tokens of all': ask('semanticTokens/full', whole),
    'inlay hints': ask('inlayHint', range),
    lenses: ask('codeLens', whole),
    links: ask('documentLink', whole),
    actions: ask('codeAction', () => ({ ...range(), context: { diagnostics: [] } })),
    'format a range': ask('rangeFormatting', () => ({ ...range(), options })),
    'format all': ask('formatting', () => ({ options })),
    'workspace symbols': () => connection.sendRequest('workspace/symbol', { query: `host${Math.floor(Math.random() * 400)}` }),
  }
  say(`\n${name}`)
  for (const [feature, request] of Object.entries(features)) await report(feature, request)
  let version = 1
  // A key is pressed, and completion asked for at once, as editors do.
  await report('completion behind a key', async () => {
    const position = word()
    version++
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range: { start: position, end: position }, text: 'a' }],
    })
    const started = performance.now()
    await connection.sendRequest('textDocument/completion', { textDocument, position: { line: position.line, character: position.character + 1 } })
    const took = performance.now() - started
    version++
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range: { start: position, end: { line: position.line, character: position.character + 1 } }, text: '' }],
    })
    return took
  })
  await connection.sendRequest('shutdown')
  await connection.sendNotification('exit')
  connection.dispose()
  await new Promise((ended) => server.once('exit', ended))
}

async function report(feature, request) {
  const times = []
  // The first ones make what the others use again.
  for (let i = 0; i < rounds + 5; i++) {
    const started = performance.now()
    const took = await request()
    const all = performance.now() - started
    if (i >= 5) times.push(typeof took === 'number' ? took : all)
  }
  times.sort((a, b) => a - b)
  const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(1).padStart(7)
  say(`  ${feature.padEnd(24)} ${at(0.5)} ${at(0.95)}`)
}
