import { describe, expect, it } from 'vitest'
import { makeFileIndex } from '../../server/src/configuration/locate.ts'
import { resolveConfiguration } from '../../server/src/configuration/resolve.ts'
import { findRoots } from '../../server/src/configuration/roots.ts'
import { makeSourceReader } from '../../server/src/configuration/source.ts'
import type { Conversion } from '../../server/src/conversion/conversion.ts'
import { convertToApache } from '../../server/src/conversion/to-apache/convert.ts'
import { convertHtaccessToNginx, convertToNginx } from '../../server/src/conversion/to-nginx/convert.ts'
import { rules } from '../../server/src/rules/all.ts'
import { parse } from '../../server/src/syntax/parse.ts'
import { makeSession } from '../../server/src/workspace/session.ts'
import { defaultSettings } from '../../server/src/workspace/settings.ts'
import { readExample, workspace } from '../support/example.ts'
import { memoryFileSystem } from '../support/memory-file-system.ts'

// Whatever a configuration says, it is carried over to a text without a syntax error, and each directive that is left stands in it.

async function conversionsOf(text: string): Promise<Conversion[]> {
  const { files } = readExample(text)
  const session = makeSession(memoryFileSystem(files), defaultSettings.limits.fileSize)
  const reader = makeSourceReader()
  return session.settle((snapshot) => {
    const options = { index: makeFileIndex(Object.keys(files), [workspace]), reader, settings: defaultSettings }
    return findRoots(snapshot, Object.keys(files), options).flatMap((root) => {
      const configuration = root.configuration ?? resolveConfiguration(snapshot, root.paths, root.dialect, options)
      if (!configuration) return []
      if (root.dialect === 'nginx') return convertToApache(configuration) ?? []
      if (configuration.context === 'htaccess') return convertHtaccessToNginx(configuration, '/srv/site')
      return convertToNginx(configuration) ?? []
    })
  })
}

describe('the examples of all rules', () => {
  it('are carried over to texts without syntax errors', async () => {
    let count = 0
    for (const rule of rules) {
      for (const example of [...rule.failing, ...rule.passing]) {
        for (const { to, text } of await conversionsOf(example.files)) {
          count++
          const faults = parse(text, to).faults.map(({ serverMessage }) => serverMessage)
          expect(faults, `${rule.id}\n${text}`).toEqual([])
        }
      }
    }
    expect(count).toBeGreaterThan(300)
  })
})
