import { describe, expect, it } from 'vitest'
import { requestCases } from '../support/nginx-request-cases.ts'
import { type Asked, type Compared, startPair } from '../support/nginx-requests.ts'
import { mustHaveServers, nginxBinary } from '../support/real-server.ts'

// The interpreter answers requests as the installed nginx does: its status, headers, upstream and what its debug log tells of the way.

const askedOf = (request: string | Asked): Asked => {
  if (typeof request !== 'string') return request
  const parts = /^([^/\s]+) (.*)$/s.exec(request)
  return parts ? { method: parts[1] ?? '', target: parts[2] ?? '' } : { target: request }
}

const shown = (asked: Asked): string => JSON.stringify(asked).slice(0, 200)

describe.skipIf(nginxBinary === undefined && !mustHaveServers)('requests to nginx', () => {
  it.each(requestCases.map((each) => [each.title, each] as const))('%s', { timeout: 120_000 }, async (_, { http, files, requests }) => {
    const pair = await startPair(`events {}\nhttp {\n${http}\n}\n`, files)
    try {
      const asked = requests.map(askedOf)
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
      expect(differences).toEqual([])
    } finally {
      await pair.stop()
    }
  })
})

/** The order of headers with different names does not matter. */
const sameHeaders = (real: Compared, ours: Compared | undefined): boolean => {
  const sorted = (headers: Readonly<Record<string, string>> = {}): string => JSON.stringify(Object.entries(headers).sort())
  return sorted(real.headers) === sorted(ours?.headers)
}
