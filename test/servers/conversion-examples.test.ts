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
import { askApache, canAskApache } from '../support/apache-test.ts'
import { problemsOf, readExample, workspace } from '../support/example.ts'
import { memoryFileSystem } from '../support/memory-file-system.ts'
import { installedNginx } from '../support/nginx-test.ts'
import { mustHaveServers, nginxBinary } from '../support/real-server.ts'

// Whatever a configuration says that its own server takes, what it is carried over to is taken by the other: of the examples of all rules.

interface Converted extends Conversion {
  readonly title: string
}

async function conversionsOf(files: Readonly<Record<string, string>>, title: string): Promise<Converted[]> {
  const session = makeSession(memoryFileSystem(files), defaultSettings.limits.fileSize)
  const reader = makeSourceReader()
  return session.settle((snapshot) => {
    const options = { index: makeFileIndex(Object.keys(files), [workspace]), reader, settings: defaultSettings }
    return findRoots(snapshot, Object.keys(files), options).flatMap((root): Converted[] => {
      const configuration = root.configuration ?? resolveConfiguration(snapshot, root.paths, root.dialect, options)
      if (!configuration || configuration.sources.some((source) => source.templated)) return []
      const made =
        root.dialect === 'nginx'
          ? convertToApache(configuration)
          : configuration.context === 'htaccess'
            ? convertHtaccessToNginx(configuration, '/srv/site')
            : convertToNginx(configuration)
      return made ? [{ ...made, title }] : []
    })
  })
}

async function allConversions(): Promise<readonly Converted[]> {
  const found: Converted[] = []
  for (const rule of rules) {
    for (const { files: text, title } of [...rule.examples.failing, ...rule.examples.passing]) {
      const { files } = readExample(text)
      // What its own server does not take is no configuration to carry over.
      if (rule.severity === 'error' && (await problemsOf(files)).some(({ configTest }) => configTest !== undefined)) continue
      found.push(...(await conversionsOf(files, `${rule.id}: ${title}`)))
    }
  }
  return found
}

describe.skipIf((nginxBinary === undefined || !canAskApache) && !mustHaveServers)('the examples of all rules', () => {
  it('are carried over to texts that the other server takes', { timeout: 240_000 }, async () => {
    const all = await allConversions()
    expect(all.flatMap(({ title, text, to }) => parse(text, to).faults.map(({ serverMessage }) => `${title}: ${serverMessage}`))).toEqual([])
    const nginx = installedNginx()
    const refused: string[] = []
    const ofNginx = all.filter(({ to }) => to === 'nginx')
    // A test by nginx takes its time: every third, as many kinds come with each rule.
    for (const { title, text } of ofNginx.filter((_, i) => i % 3 === 0)) {
      const names = ['fastcgi_params', 'uwsgi_params', 'scgi_params']
      const files = { 'nginx.conf': `events {}\nhttp {\n${text}\n}\n`, ...Object.fromEntries(names.map((name) => [name, ''])) }
      const verdict = await nginx?.test(files, 'nginx.conf')
      if (verdict && !verdict.accepted && !verdict.environment) refused.push(`${title}: ${verdict.message}\n${text}`)
    }
    nginx?.remove()
    const ofApache = all.filter(({ to }) => to === 'apache')
    // All in one run: Apache names the first that it refuses. Certificates are on no machine of a test.
    const [verdict] = await askApache([ofApache.map(({ text }) => text.replace(/^\s*SSL.*\n/gm, '')).join('\n')])
    expect(verdict).toMatchObject({ ok: true })
    expect(refused).toEqual([])
    expect([ofNginx.length, ofApache.length].map((count) => count > 150)).toEqual([true, true])
  })
})
