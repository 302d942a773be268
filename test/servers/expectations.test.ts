import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { understandWorkspace } from '../../server/src/application/understand.ts'
import { waitingFileSystem } from '../../server/src/cli/node-file-system.ts'
import { makeSourceReader } from '../../server/src/configuration/source.ts'
import { type Expectations, judgeExpectations } from '../../server/src/expectation/run.ts'
import { makeSession } from '../../server/src/workspace/session.ts'
import { defaultSettings } from '../../server/src/workspace/settings.ts'
import { apacheRequestCases } from '../support/apache-request-cases.ts'
import { startApachePair } from '../support/apache-requests.ts'
import { requestCases } from '../support/nginx-request-cases.ts'
import { startPair } from '../support/nginx-requests.ts'
import { apacheBinary, mustHaveServers, nginxBinary } from '../support/real-server.ts'
import type { Asked } from '../support/requests.ts'

// What real servers answer is written down as expectations: all of them hold, and none does where the server would have answered otherwise.

/** Requests that a file of requests can hold: those that are no requests at all are not for it. */
const plainRequests = (requests: readonly (string | Asked)[]): Asked[] =>
  requests
    .map((each): Asked => {
      if (typeof each !== 'string') return each
      const parts = /^([^/\s]+) (.*)$/s.exec(each)
      return parts ? { method: parts[1] ?? '', target: parts[2] ?? '' } : { target: each }
    })
    .filter(({ target, method = 'GET', version = '1.1', host = 'example.test', headers = [] }) => {
      const written = /^\/[!-~]*$/.test(target) && /^[A-Z]+$/.test(method) && /^[\w.:-]+$/.test(host)
      // The headers of such a file are a map.
      const names = ['host', ...headers.map(([name]) => name.toLowerCase())]
      return (
        written &&
        version === '1.1' &&
        new Set(names).size === names.length &&
        headers.every(([name, value]) => /^[\w-]+$/.test(name) && /^[ -~]*$/.test(value))
      )
    })

interface ServerPair {
  readonly config: string
  readonly ports: readonly number[]
  real(asked: Asked): Promise<object>
  stop(): Promise<void>
}

/** What comes of the recorded answers, on the machine itself and as a workspace of which nothing is known; and of others than those. */
async function replay(
  start: () => Promise<ServerPair>,
  asked: readonly Asked[],
): Promise<{ asked: number; failed: string[]; failedElsewhere: string[]; wrong: number; caught: number }> {
  const pair = await start()
  try {
    const recorded: object[] = []
    for (const each of asked) {
      const { headers, ...answer } = (await pair.real(each)) as Record<string, unknown>
      recorded.push({
        request: `${each.method ?? 'GET'} ${each.tls ? 'https' : 'http'}://${each.host ?? 'example.test'}${each.target}`,
        connect: `127.0.0.1:${pair.ports[(each.port ?? 1) - 1]}`,
        headers: Object.fromEntries([['Host', each.host ?? 'example.test'], ...(each.headers ?? [])]),
        ...(each.client === undefined ? {} : { client: each.client }),
        expect: Object.fromEntries(Object.entries(answer).map(([field, value]) => [field, value ?? null])),
      })
    }
    const changed = recorded.map((each) => ({ ...each, expect: { status: 299 } }))
    const here = await judged(pair.config, recorded, true)
    // A .htaccess that breaks everything is not reckoned with where nobody sees it.
    const elsewhere = await judged(
      pair.config,
      recorded.filter((each) => !JSON.stringify(each).includes('"status":500')),
      false,
    )
    const others = await judged(pair.config, changed, true)
    const failures = ({ judged }: Expectations): string[] =>
      judged.flatMap(({ expectation, outcomes }) =>
        outcomes
          .filter(({ kind }) => kind === 'fails')
          .map(({ mismatches }) => `${expectation.title}: ${JSON.stringify(mismatches.map(({ fact, actual }) => [fact.field, fact.value, actual]))}`),
      )
    return { asked: here.judged.length, failed: failures(here), failedElsewhere: failures(elsewhere), wrong: changed.length, caught: failures(others).length }
  } finally {
    await pair.stop()
  }
}

async function judged(config: string, requests: readonly object[], thisMachine: boolean): Promise<Expectations> {
  const file = join(dirname(config), 'webconf.requests.json')
  const session = makeSession(waitingFileSystem, defaultSettings.limits.fileSize)
  session.setOpen(file, JSON.stringify({ requests }))
  const settings = { ...defaultSettings, deployment: { ...defaultSettings.deployment, thisMachine } }
  const files = [config, file]
  const reader = makeSourceReader()
  const found = await session.settle((snapshot) => {
    const understanding = understandWorkspace(snapshot, { folders: [dirname(config)], files, settings, request: { kind: 'workspace' } }, reader)
    return judgeExpectations(understanding, files, settings, snapshot, 'verdict')
  })
  expect(found.unreadable).toEqual([])
  return found
}

/** Some of the cases, from all parts of the list. */
const some = <T>(cases: readonly T[]): readonly T[] => cases.filter((_, i) => i % 5 === 1)

describe.skipIf(nginxBinary === undefined && !mustHaveServers)('answers of nginx as expectations', () => {
  it.each(some(requestCases).map((each) => [each.title, each] as const))('%s', { timeout: 120_000 }, async (_, { http, files, requests }) => {
    const asked = plainRequests(requests)
    const { failed, failedElsewhere, caught, wrong, asked: count } = await replay(() => startPair(`events {}\nhttp {\n${http}\n}\n`, files), asked)
    expect(failed).toEqual([])
    expect(failedElsewhere).toEqual([])
    expect(count).toBe(asked.length)
    expect(caught).toBeGreaterThan(wrong / 3)
  })
})

describe.skipIf(apacheBinary === undefined && !mustHaveServers)('answers of Apache as expectations', () => {
  it.each(some(apacheRequestCases).map((each) => [each.title, each] as const))('%s', { timeout: 120_000 }, async (_, { config, files, requests }) => {
    const asked = plainRequests(requests)
    const { failed, failedElsewhere, caught, wrong, asked: count } = await replay(() => startApachePair(config, files), asked)
    expect(failed).toEqual([])
    expect(failedElsewhere).toEqual([])
    expect(count).toBe(asked.length)
    expect(caught).toBeGreaterThan(wrong / 3)
  })
})
