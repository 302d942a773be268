import { describe, expect, it } from 'vitest'
import { type ConversionCase, compareServers, convertCase } from '../support/conversion.ts'
import { apacheCases } from '../support/conversion-cases-apache.ts'
import { nginxCases } from '../support/conversion-cases-nginx.ts'
import { apacheBinary, mustHaveServers, nginxBinary } from '../support/real-server.ts'

// A configuration and what it is carried over to are run by the real servers and by the interpreters: the same requests get the same answers, but for
// what the remarks name.

describe.skipIf((apacheBinary === undefined || nginxBinary === undefined) && !mustHaveServers)('the same requests to both servers', () => {
  it.each(apacheCases.map((each) => [each.title, each] as const))('Apache to nginx: %s', { timeout: 60_000 }, (_, each) => check(each, 'apache'))

  it.each(nginxCases.map((each) => [each.title, each] as const))('nginx to Apache: %s', { timeout: 60_000 }, (_, each) => check(each, 'nginx'))
})

async function check(each: ConversionCase, from: 'apache' | 'nginx'): Promise<void> {
  const converted = await convertCase(each, from)
  const left = converted.remarks.filter(({ outcome }) => outcome === 'left').map(({ directive }) => directive)
  const unexpected = left.filter((directive) => !(each.left ?? []).some((start) => directive.startsWith(start)))
  expect(unexpected, converted.text).toEqual([])
  for (const start of each.left ?? [])
    expect(
      left.some((directive) => directive.startsWith(start)),
      `${start} is left`,
    ).toBe(true)
  const said = converted.remarks.filter(({ outcome }) => outcome !== 'kept').map(({ message }) => message)
  const named = Object.entries(each.differing ?? {})
  for (const [, word] of named)
    expect(
      said.some((message) => message.includes(word)),
      `a remark says ${word}`,
    ).toBe(true)
  const differences = (await compareServers(each, converted, from)).filter((line) => !named.some(([request]) => line.startsWith(`${request} `)))
  expect(differences, converted.text).toEqual([])
}
