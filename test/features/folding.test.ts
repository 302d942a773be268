import { expect, test } from 'vitest'
import { foldingRanges } from '../../server/src/features/folding.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { marked } from '../support/features.ts'

async function folds(text: string, dialect: Dialect): Promise<string[]> {
  const found = await marked(`‸${text}`, dialect).ask(foldingRanges)
  return found.map(({ startLine, endLine, kind }) => `${startLine}-${endLine}${kind ? ` ${kind}` : ''}`).sort()
}

test.each<readonly [string, string, string[]]>([
  ['a block keeps its closing brace', 'http {\n  gzip on;\n\n}\n', ['0-2']],
  ['a block on one line is not folded', 'events { }\n', []],
  ['blocks within blocks', 'http {\n  server {\n    listen 80;\n  }\n}\n', ['0-3', '1-2']],
  ['a block whose brace is on the next line', 'http\n{\n  gzip on;\n}\n', ['0-2']],
  ['a text over several lines', "log_format a '$host'\n  '$uri'\n  '$status';\n", ['0-2']],
  ['comments one below the other', '# a\n# b\n\n# c\ngzip on; # d\n# e\n# f\n', ['0-1 comment', '5-6 comment']],
  ['regions', '# region proxies\ngzip on;\n# endregion\n', ['0-2 region']],
  ['modules that are loaded', 'load_module a.so;\nload_module b.so;\nload_module c.so;\n', ['0-2 imports']],
  ['Lua', 'content_by_lua_block {\n  if x then\n  end\n}\n', ['0-2']],
  ['a block that is not closed', 'http {\n  gzip on;\n  server {\n    listen 80;\n', ['0-3', '2-3']],
])('nginx: %s', async (_, text, expected) => expect(await folds(text, 'nginx')).toEqual(expected))

test.each<readonly [string, string, string[]]>([
  ['sections', '<VirtualHost *>\n  <Directory /x>\n    Options None\n  </Directory>\n</VirtualHost>\n', ['0-3', '1-2']],
  ['lines that go on', 'LogFormat "a" \\\n  x\nListen 80\n', ['0-1']],
  ['comments inside a section', '<Directory /x>\n  # a\n  # b\n  Options None\n</Directory>\n', ['0-3', '1-2 comment']],
  ['modules that are loaded', '# m\nLoadModule a a.so\nLoadModule b b.so\nLoadModule c c.so\nListen 80\n', ['1-3 imports']],
])('Apache: %s', async (_, text, expected) => expect(await folds(text, 'apache')).toEqual(expected))
