import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apacheRequestCases } from '../support/apache-request-cases.ts'
import { madeRequests } from '../support/apache-request-grammar.ts'
import { type ApacheCompared, startApachePair } from '../support/apache-requests.ts'
import { apacheBinary, mustHaveServers } from '../support/real-server.ts'
import type { Asked } from '../support/requests.ts'

// The interpreter answers requests as the installed Apache does: its status, headers, upstream, and what its logs tell of file and access.

/** So many requests are made by chance, six or seven of them to each configuration: WEBCONF_REQUESTS says how many, WEBCONF_SEED which. */
const made = Number(process.env.WEBCONF_REQUESTS ?? 80)

const askedOf = (request: string | Asked): Asked => {
  if (typeof request !== 'string') return request
  const parts = /^([^/\s]+) (.*)$/s.exec(request)
  return parts ? { method: parts[1] ?? '', target: parts[2] ?? '' } : { target: request }
}

const shown = (asked: Asked): string => JSON.stringify(asked).slice(0, 200)

describe.skipIf(apacheBinary === undefined && !mustHaveServers)('requests to Apache', () => {
  it.each(apacheRequestCases.map((each) => [each.title, each] as const))('%s', { timeout: 120_000 }, async (_, { config, files, requests }) => {
    expect(await differencesOf(config, files, requests.map(askedOf))).toEqual('')
  })

  it(`${made} made by chance`, { timeout: 60_000 + made * 1000 }, async () => {
    await fc.assert(
      fc.asyncProperty(madeRequests, async ({ config, files, requests }) => {
        expect(await differencesOf(config, files, requests), config).toEqual('')
      }),
      { numRuns: Math.ceil(made / 6.5), seed: Number(process.env.WEBCONF_SEED ?? 1) },
    )
  })
})

/** Where the real server and the interpreter disagree, with the steps of the interpreter. */
async function differencesOf(config: string, files: Readonly<Record<string, string>>, asked: readonly Asked[]): Promise<string> {
  const pair = await startApachePair(config, files)
  try {
    const given = await pair.interpreted(asked)
    const differences: string[] = []
    for (const [i, each] of asked.entries()) {
      const [real, ours] = [await pair.real(each), given[i]]
      const own: string[] = []
      for (const field of Object.keys(real) as (keyof ApacheCompared)[]) {
        const [expected, found] = [sorted(real[field]), sorted(ours?.[field])]
        if (expected !== found) own.push(`${shown(each)} ${field}: real ${expected}, answered ${found}`)
      }
      if (own.length > 0) differences.push(...own, await pair.steps(each))
    }
    return differences.join('\n')
  } finally {
    await pair.stop()
  }
}

/** The order of headers does not matter. */
const sorted = (value: unknown): string => JSON.stringify(typeof value === 'object' && value !== null ? Object.entries(value).sort() : value) ?? 'nothing'
