import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bundle, bundle } from '../support/bundle.ts'

/** The set-up that the documentation gives for an editor: the code block marked with its name. */
function setUpOf(editor: string): string {
  const found = new RegExp(`^\`\`\`\\w+ ${editor}\\n(.*?)^\`\`\`$`, 'ms').exec(readFileSync('docs/editors.md', 'utf8'))
  if (found?.[1] === undefined) throw new Error(`docs/editors.md has no block for ${editor}`)
  return found[1]
}

const configuration = `events {}
http {
    server {
        listen 80;
        server_nam example.org;
        location /static { alias /srv/static/; }
    }
}
`

let command: Bundle
let folder = ''
let env: NodeJS.ProcessEnv = {}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'webconf-editors-'))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  mkdirSync(join(folder, 'home'))
  command = await bundle('server/src/cli/main.ts', 'cli')
  writeFileSync(join(bin, 'webconf'), `#!/bin/sh\nexec "${process.execPath}" "${command.path}" "$@"\n`)
  chmodSync(join(bin, 'webconf'), 0o755)
  env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, HOME: join(folder, 'home'), XDG_CONFIG_HOME: join(folder, 'home') }
})
afterAll(() => {
  command.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** A workspace with the configuration in it, of its own for each test. */
function workspace(name: string): string {
  const path = join(folder, name)
  mkdirSync(path)
  writeFileSync(join(path, 'nginx.conf'), configuration)
  return path
}

const isMissing = (program: string): boolean => spawnSync(program, ['--version']).error !== undefined

describe.skipIf(isMissing('nvim'))('Neovim, set up as documented', () => {
  test('shows problems, and mends one', () => {
    const cwd = workspace('neovim')
    writeFileSync(join(cwd, 'init.lua'), setUpOf('neovim'))
    writeFileSync(
      join(cwd, 'look.lua'),
      `
local function fail(why) io.stdout:write('failed: ' .. why .. '\\n'); vim.cmd('cquit 1') end
if not vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end) then fail('no diagnostics') end
for _, each in ipairs(vim.diagnostic.get(0)) do io.stdout:write(each.lnum .. ' ' .. tostring(each.code) .. '\\n') end
local wanted = vim.tbl_filter(function(each) return each.code == 'nginx/unknown-directive' end, vim.diagnostic.get(0))[1]
local range = { start = { line = wanted.lnum, character = wanted.col }, ['end'] = { line = wanted.end_lnum, character = wanted.end_col } }
local params = { textDocument = vim.lsp.util.make_text_document_params(0), range = range, context = { diagnostics = {} } }
for _, answer in pairs(vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 20000)) do
  vim.lsp.util.apply_workspace_edit(answer.result[1].edit, 'utf-16')
end
io.stdout:write(vim.api.nvim_buf_get_lines(0, 4, 5, true)[1] .. '\\n')
vim.cmd('qall!')
`,
    )
    const { stdout, stderr, status } = spawnSync('nvim', ['--headless', '-u', 'init.lua', 'nginx.conf', '-c', 'luafile look.lua'], {
      cwd,
      env,
      encoding: 'utf8',
      timeout: 60_000,
    })
    expect({ status, stderr: status === 0 ? '' : stderr, stdout }).toMatchObject({ status: 0 })
    expect(stdout).toContain('4 nginx/unknown-directive')
    expect(stdout).toContain('5 nginx/alias-slash-mismatch')
    expect(stdout).toContain('        server_name example.org;')
  }, 90_000)
})

describe.skipIf(isMissing('emacs'))('Emacs with Eglot, set up as documented', () => {
  test('shows problems', () => {
    const cwd = workspace('emacs')
    writeFileSync(join(cwd, 'init.el'), setUpOf('emacs'))
    writeFileSync(
      join(cwd, 'look.el'),
      `
(setq eglot-sync-connect t eglot-connect-timeout 30)
(find-file "nginx.conf")
; Batch mode has no idle time in which eglot-ensure would start it.
(apply #'eglot (eglot--guess-contact))
(let ((deadline (+ (float-time) 20)))
  (while (and (null (flymake-diagnostics)) (< (float-time) deadline))
    (flymake-start)
    (accept-process-output nil 0.2)))
(dolist (each (flymake-diagnostics))
  (princ (format "%d %s\\n" (line-number-at-pos (flymake-diagnostic-beg each)) (flymake-diagnostic-text each))))
(kill-emacs 0)
`,
    )
    const { stdout, stderr, status } = spawnSync('emacs', ['--batch', '-q', '-l', 'init.el', '-l', 'look.el'], { cwd, env, encoding: 'utf8', timeout: 60_000 })
    expect({ status, stderr: stdout === '' ? stderr : '', stdout }).toMatchObject({ status: 0 })
    expect(stdout).toMatch(/^5 .*nginx\/unknown-directive/m)
  }, 90_000)
})
