import { describe, expect, it } from 'vitest'
import { mpmWarnings } from '../../server/src/rules/apache/config-test/mpm-warnings.ts'
import { configurationOf } from '../configuration/show-configuration.ts'

const load = (mpm: string): string => `#- httpd.conf\nServerRoot "/etc/apache2"\nLoadModule mpm_${mpm}_module modules/mod_mpm_${mpm}.so\nListen 80\n`

/** What the MPM says when all is read, with the line of the directive that it is told at. */
async function warnings(text: string): Promise<string[]> {
  const said: string[] = []
  const configuration = await configurationOf(text, 'apache')
  mpmWarnings(configuration, (_, { at, configTest }) => {
    const line = configuration.root.text.slice(0, at.start).split('\n').length
    said.push(`${line}: ${configTest?.message}`)
  })
  return said
}

describe("what an MPM says of its numbers (tried with Apache 2.4.71's `-t`)", () => {
  it.each([
    ['event', 'MaxRequestWorkers 400\nThreadsPerChild 25\nServerLimit 16', []],
    ['event', 'StartServers 2', []],
    [
      'event',
      'MaxRequestWorkers 10',
      [
        '4: WARNING: MaxRequestWorkers of 10 is less than ThreadsPerChild of 25, increasing to 25. MaxRequestWorkers must be at least as large as the number of threads in a single server.',
      ],
    ],
    [
      'event',
      'MaxClients 30',
      [
        '4: WARNING: MaxRequestWorkers of 30 is not an integer multiple of ThreadsPerChild of 25, decreasing to nearest multiple 25, for a maximum of 1 servers.',
      ],
    ],
    [
      'event',
      'ThreadsPerChild 100',
      [
        '4: WARNING: ThreadsPerChild of 100 exceeds ThreadLimit of 64 threads, decreasing to 64. To increase, please see the ThreadLimit directive.',
        '4: WARNING: MaxRequestWorkers of 400 is not an integer multiple of ThreadsPerChild of 64, decreasing to nearest multiple 384, for a maximum of 6 servers.',
      ],
    ],
    [
      'worker',
      'ServerLimit 2\nMaxRequestWorkers 1000',
      [
        '5: WARNING: MaxRequestWorkers of 1000 would require 40 servers and would exceed ServerLimit of 2, decreasing to 50. To increase, please see the ServerLimit directive.',
      ],
    ],
    ['event', 'StartServers 0', ['4: WARNING: StartServers of 0 not allowed, increasing to 1.']],
    [
      'prefork',
      'MaxRequestWorkers 300\nMinSpareServers 0',
      [
        '4: WARNING: MaxRequestWorkers of 300 exceeds ServerLimit value of 256 servers, decreasing MaxRequestWorkers to 256. To increase, please see the ServerLimit directive.',
        '5: WARNING: MinSpareServers of 0 not allowed, increasing to 1 to avoid almost certain server failure. Please read the documentation.',
      ],
    ],
  ])('%s: %s', async (mpm, text, expected) => {
    expect(await warnings(load(mpm) + text)).toEqual(expected)
  })

  it('says nothing where the MPM or a number is not certain', async () => {
    expect(await warnings('#- httpd.conf\nListen 80\nMaxRequestWorkers 10\n')).toEqual([])
    expect(await warnings(`${load('event')}<IfFile /etc/large>\nMaxRequestWorkers 10\n</IfFile>\n`)).toEqual([])
    expect(await warnings(`${load('event')}MaxRequestWorkers \${WORKERS}\n`)).toEqual([])
  })

  it('only counts what is read', async () => {
    expect(await warnings(`${load('event')}<IfModule mpm_prefork_module>\nMaxRequestWorkers 10\n</IfModule>\n`)).toEqual([])
  })
})
