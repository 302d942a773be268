import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { allowedHostsOf, isAllowedHost, malformedHost, mayAllowBelow } from '../../../server/src/deployment/django/allowed-hosts.ts'
import { readSettings } from '../../../server/src/deployment/django/settings.ts'
import { memorySnapshot } from '../memory-snapshot.ts'

const hosts = [
  'example.org',
  'www.example.org',
  'WWW.Example.Org',
  'www.example.org.',
  'www.example.org:8000',
  'badexample.org',
  'a.b.example.org',
  'localhost',
  '192.0.2.7',
  '[::1]',
  '[::1]:80',
]
const entries = [
  'example.org',
  '.example.org',
  '.Example.ORG',
  '*',
  '*.example.org',
  'www.example.org:8000',
  'https://example.org',
  'example.org/',
  'example.org.',
  '',
  '.',
  '[::1]',
  '192.0.2.7',
]

describe('a host and an entry', () => {
  const django = spawnSync(
    '/usr/bin/python3',
    [
      '-c',
      `import json, sys
from django.http.request import split_domain_port, validate_host
hosts, entries = json.loads(sys.argv[1])
print(json.dumps([[validate_host(split_domain_port(h)[0], [e]) for e in entries] for h in hosts]))`,
      JSON.stringify([hosts, entries]),
    ],
    { encoding: 'utf8' },
  )

  test.skipIf(django.status !== 0)('fit where Django says so', () => {
    expect(hosts.map((host) => entries.map((entry) => isAllowedHost(host, [entry])))).toEqual(JSON.parse(django.stdout))
  })

  test('fit where the entry is the name, a domain above it, or everything', () => {
    expect(entries.filter((entry) => isAllowedHost('www.example.org', [entry]))).toEqual(['.example.org', '.Example.ORG', '*'])
  })

  test.each([
    ['.example.org', ['.example.org'], true],
    ['.example.org', ['www.example.org'], true],
    ['.shop.example.org', ['.example.org'], true],
    ['.example.org', ['example.org'], false],
    ['.example.org', ['.example.net'], false],
  ])('below %s %j allow something: %s', (domain, list, expected) => expect(mayAllowBelow(domain, list)).toBe(expected))
})

describe('an entry that no host fits', () => {
  test.each([
    ['https://www.example.org', 'it has a scheme', ['www.example.org']],
    ['https://www.example.org:8443/shop', 'it has a scheme and a path and a port', ['www.example.org']],
    ['example.org:8000', 'it has a port', ['example.org']],
    ['example.org/', 'it has a path', ['example.org']],
    ['example.org.', 'it has a dot at its end', ['example.org']],
    [' example.org ', 'it has white space', ['example.org']],
    ['*.example.org', 'it has an asterisk', ['.example.org']],
    ['one.example,two.example', 'it is one text with several hosts in it', ['one.example', 'two.example']],
    ['192.0.2.*', 'an asterisk stands for nothing inside a name', undefined],
    ['10.0.0.0/8', 'Django knows no ranges of addresses', undefined],
  ])('%j: %s', (text, why, meant) => expect(malformedHost(text)).toEqual({ why, meant }))

  test.each(['*', 'example.org', '.example.org', 'localhost', '192.0.2.7', '[::1]', '[2001:db8::7]', '::1', 'xn--bcher-kva.example'])('is not %s', (text) =>
    expect(malformedHost(text)).toBeUndefined(),
  )
})

describe('ALLOWED_HOSTS', () => {
  const read = (code: string): unknown => {
    const settings = readSettings(memorySnapshot({ '/srv/app/settings.py': code }).snapshot, '/srv/app/settings.py', '/srv/app')
    return allowedHostsOf(settings.get('ALLOWED_HOSTS'))?.map((list) => list.entries.map((entry) => entry.text))
  }

  test.each([
    ['ALLOWED_HOSTS = ["a", "b"]', [['a', 'b']]],
    ['ALLOWED_HOSTS = ("a",)\nALLOWED_HOSTS += ("b",)', [['a', 'b']]],
    ['', [[]]],
    ['import socket\nALLOWED_HOSTS = ["a"] if socket.gethostname() == "x" else ["b"]', [['a'], ['b']]],
    ['import os\nALLOWED_HOSTS = ["a", os.environ["HOST"]]', undefined],
    ['import os\nALLOWED_HOSTS = os.environ.get("HOSTS", "a").split(",")', undefined],
    ['from .local import *\nALLOWED_HOSTS += ["a"]', undefined],
    ['ALLOWED_HOSTS = "a"', undefined],
  ])('of %j', (code, expected) => expect(read(code)).toEqual(expected))
})
