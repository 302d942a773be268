import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { requestCases } from '../support/nginx-request-cases.ts'
import { type GeneratedSite, generatedFiles, generatedHttp, generatedSite } from '../support/nginx-request-generator.ts'
import { type Compared, startPair } from '../support/nginx-requests.ts'
import { mustHaveServers, nginxBinary } from '../support/real-server.ts'
import type { Asked } from '../support/requests.ts'

// The interpreter answers requests as the installed nginx does: its status, headers, upstream and what its debug log tells of the way.

const askedOf = (request: string | Asked): Asked => {
  if (typeof request !== 'string') return request
  const parts = /^([^/\s]+) (.*)$/s.exec(request)
  return parts ? { method: parts[1] ?? '', target: parts[2] ?? '' } : { target: request }
}

const shown = (asked: Asked): string => JSON.stringify(asked).slice(0, 200)

describe.skipIf(nginxBinary === undefined && !mustHaveServers)('requests to nginx', () => {
  it.each(requestCases.map((each) => [each.title, each] as const))('%s', { timeout: 120_000 }, async (_, { http, files, requests }) => {
    expect(await differencesOf(`events {}\nhttp {\n${http}\n}\n`, files, requests.map(askedOf))).toEqual([])
  })

  // WEBCONF_REQUESTS says how many, WEBCONF_SEED which; with WEBCONF_SHRINK the smallest that disagrees is sought.
  const wanted = Number(process.env.WEBCONF_REQUESTS ?? 400)
  it(`${wanted} made by chance`, { timeout: 60_000 + wanted * 100 }, async () => {
    const most = wanted > 1000 ? 60 : 20
    const sites = fc.array(generatedSite, { minLength: most, maxLength: most })
    const property = fc.asyncProperty(sites, async (all) => {
      const differences = await differencesOf(generatedConfig(all), generatedFiles, askedOfSites(all))
      expect(differences.map((each) => `${each}\n    ${all[Number(/"s(\d+)\.test"/.exec(each)?.[1])]?.text}`)).toEqual([])
    })
    await fc.assert(property, {
      numRuns: Math.ceil(wanted / (most * 6)),
      seed: Number(process.env.WEBCONF_SEED ?? 1),
      endOnFailure: process.env.WEBCONF_SHRINK === undefined,
    })
  })
})

const generatedConfig = (sites: readonly GeneratedSite[]): string =>
  `events {}\nhttp {\n${generatedHttp}\n${sites.map(({ text }, i) => `  server {\n    listen @PORT@; server_name s${i}.test; root @ROOT@/www; set $n ""; set $v "";\n    ${text}\n  }`).join('\n')}\n}\n`

const askedOfSites = (sites: readonly GeneratedSite[]): Asked[] =>
  sites.flatMap(({ requests }, i) => requests.map((asked) => ({ ...asked, host: `s${i}.test` })))

/** What the interpreter answers otherwise than the real nginx. */
async function differencesOf(config: string, files: Readonly<Record<string, string>>, asked: readonly Asked[]): Promise<string[]> {
  const pair = await startPair(config, files)
  try {
    const given = await pair.interpreted(asked)
    const differences: string[] = []
    for (const [i, each] of asked.entries()) {
      const [real, ours] = [await pair.real(each), given[i]]
      for (const field of Object.keys(real) as (keyof Compared)[]) {
        const [expected, found] = [JSON.stringify(real[field]), JSON.stringify(ours?.[field])]
        if (field === 'headers' ? !sameHeaders(real, ours) : expected !== found)
          differences.push(`${shown(each)} ${field}: real ${expected}, answered ${found}`)
      }
    }
    return differences
  } finally {
    await pair.stop()
  }
}

/** The order of headers with different names does not matter. */
const sameHeaders = (real: Compared, ours: Compared | undefined): boolean => {
  const sorted = (headers: Readonly<Record<string, string>> = {}): string => JSON.stringify(Object.entries(headers).sort())
  return sorted(real.headers) === sorted(ours?.headers)
}
