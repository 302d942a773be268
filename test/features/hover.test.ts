import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { MarkupContent } from 'vscode-languageserver-types'
import { hoverAt } from '../../server/src/features/hover/hover.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { cursorMark, marked } from '../support/features.ts'

/**
 * Each file has workspaces (`%%%% workspace`), then lines of them with a cursor (`%%%% root‸ /srv;`) and below each the whole text of the hover.
 * A line must be in its workspace once.
 */
function readCases(file: string): { readonly workspace: string; readonly line: string; readonly said: string }[] {
  const text = readFileSync(fileURLToPath(new URL(`hover/${file}`, import.meta.url)), 'utf8')
  let workspace = ''
  return text
    .split(/^%%%% /m)
    .slice(1)
    .flatMap((part) => {
      const end = part.indexOf('\n')
      const [title, body] = [part.slice(0, end), part.slice(end + 1).trim()]
      if (title !== 'workspace') return [{ workspace, line: title, said: body }]
      workspace = body
      return []
    })
}

function withCursor(workspace: string, line: string): string {
  const plain = line.replace(cursorMark, '')
  const lines = workspace.split('\n')
  const at = lines.flatMap((each, i) => (each.trim() === plain ? [i] : []))
  if (at.length !== 1) throw new Error(`${plain} is ${at.length} times in the workspace`)
  return lines.map((each, i) => (i === at[0] ? each.replace(plain, line) : each)).join('\n')
}

async function said(text: string, dialect: Dialect): Promise<string> {
  const found = await marked(text, dialect).ask(hoverAt)
  return found && MarkupContent.is(found.contents) ? found.contents.value : '(nothing)'
}

describe.each([
  ['nginx.md', 'nginx'],
  ['apache.md', 'apache'],
] as const)('%s', (file, dialect) => {
  test.each(readCases(file))('$line', async ({ workspace, line, said: expected }) => {
    expect(await said(withCursor(workspace, line), dialect)).toBe(expected)
  })
})

test('the range is what the text is about', async () => {
  const found = await marked('http { log_format a "x $hos‸t y"; }').ask(hoverAt)
  expect(found?.range).toEqual({ start: { line: 0, character: 23 }, end: { line: 0, character: 28 } })
})

test('a path is told by its place in the workspace, and whether it is there', async () => {
  const files = `
#- webconf.json
{ "paths": { "/srv/shop": "shop" } }
#- shop/static/app.css
body {}
#- nginx.conf
events {}
http { server { listen 80; location /static/ { alias PATH; } } }
`.trimStart()
  expect(await said(files.replace('PATH', '/srv/shop/sta‸tic/'), 'nginx')).toBe(
    '`/static/app.css` → `/srv/shop/static/app.css`\n\nIn the workspace: `shop/static`, a folder that is there.',
  )
  expect(await said(files.replace('PATH', '/srv/shop/me‸dia/'), 'nginx')).toBe(
    '`/static/app.css` → `/srv/shop/media/app.css`\n\nIn the workspace: `shop/media`, which is not there.',
  )
  expect(await said(files.replace('PATH', '/opt/me‸dia/'), 'nginx')).toBe('`/static/app.css` → `/opt/media/app.css`')
})

test('what differs between the places that a file is read in is not said', async () => {
  const files = `
#- nginx.conf
events {}
http {
  server { listen 80; root /a; location / { include part.conf; } }
  server { listen 81; root /b; location / { include part.conf; } }
}
#- part.conf
root /c‸;
`.trimStart()
  expect(await said(files.replace('root /c‸', 'ro‸ot /c'), 'nginx')).not.toContain('Here')
  expect(await said(files, 'nginx')).toBe('`/app.css` → `/c/app.css`')
})

test.each([
  'http {\n  ser‸',
  'http { loc‸ation',
  'http { map $a $b { ~‸',
  'http { server { listen 80\n ro‸ot',
  'http { add_header "‸',
  'http { server { if ($a‸',
  'http { server { rewrite ^‸( x',
  'http { server { location ~ ^/(‸ { } } }',
])('half a line of nginx: %j', async (text) => {
  await expect(said(text, 'nginx')).resolves.toBeTypeOf('string')
})

test.each(['<Dir‸', '<Directory ‸', 'RewriteRule ^(‸', 'RewriteRule ^(a) /$‸1 [', 'Define X ${X‸', 'LogFormat "%{‸', 'WSGIDaemonProcess a b=‸', '<If "%{‸'])(
  'half a line of Apache: %j',
  async (text) => {
    await expect(said(`Listen 80\n${text}`, 'apache')).resolves.toBeTypeOf('string')
  },
)
