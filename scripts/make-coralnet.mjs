#!/usr/bin/env node
// Makes the evidence in examples/coralnet: what can be seen of the virtualenv and the log of the CoralNet notes.
// The shared object holds two symbol names and nothing that runs.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const example = join(dirname(dirname(fileURLToPath(import.meta.url))), 'examples/coralnet')
const put = (path, content, mode) => {
  const file = join(example, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content, mode ? { mode } : {})
}

const env = 'virtenv_coralnet'
const library = `${env}/lib/python2.7`
put(`${library}/orig-prefix.txt`, '/usr/local')
put(`${library}/no-global-site-packages.txt`, '')
put(
  `${library}/hmac.py`,
  `"""The head of hmac.py as Python 2.7.7 and later have it: what an older interpreter cannot import."""

import warnings as _warnings

from operator import _compare_digest as compare_digest
`,
)
put(`${env}/bin/activate`, `# This file must be used with "source bin/activate" *from bash*\n\nVIRTUAL_ENV="/srv/www/${env}"\nexport VIRTUAL_ENV\n`)
put(`${env}/bin/activate_this.py`, '"""Made by virtualenv before version 20."""\n')
put(`${env}/bin/pip`, `#!/srv/www/${env}/bin/python2.7\n`, 0o755)

const packages = `${library}/site-packages`
put(`${packages}/psycopg2/__init__.py`, 'from psycopg2._psycopg import connect\n')
put(`${packages}/psycopg2/_psycopg.so`, sharedObject(['PyUnicodeUCS2_AsUTF8String', 'PyUnicodeUCS2_Decode']))
put(
  `${packages}/psycopg2-2.6.1.dist-info/WHEEL`,
  'Wheel-Version: 1.0\nGenerator: bdist_wheel (0.26.0)\nRoot-Is-Purelib: false\nTag: cp27-cp27m-linux_x86_64\n\n',
)
put(`${packages}/psycopg2-2.6.1.dist-info/METADATA`, 'Metadata-Version: 2.0\nName: psycopg2\nVersion: 2.6.1\n')
put(
  `${packages}/Django-1.9.2.dist-info/WHEEL`,
  'Wheel-Version: 1.0\nGenerator: bdist_wheel (0.26.0)\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag: py3-none-any\n\n',
)
put(`${packages}/Django-1.9.2.dist-info/METADATA`, 'Metadata-Version: 2.0\nName: Django\nVersion: 1.9.2\n')

put(
  'logs/error_log',
  `[Mon Mar 21 18:02:11.480513 2016] [mpm_prefork:notice] [pid 2213] AH00163: Apache/2.4.7 (Ubuntu) mod_wsgi/4.4.22 Python/2.7.6 configured -- resuming normal operations
[Mon Mar 21 18:02:11.480630 2016] [core:notice] [pid 2213] AH00094: Command line: '/usr/sbin/apache2'
[Mon Mar 21 18:02:34.112947 2016] [wsgi:error] [pid 2216] [client 127.0.0.1:51312] mod_wsgi (pid=2216): Target WSGI script '/srv/www/coralnet/project/config/wsgi.py' cannot be loaded as Python module.
[Mon Mar 21 18:02:34.113018 2016] [wsgi:error] [pid 2216] [client 127.0.0.1:51312] Traceback (most recent call last):
[Mon Mar 21 18:02:34.113085 2016] [wsgi:error] [pid 2216] [client 127.0.0.1:51312]   File "/srv/www/coralnet/project/config/wsgi.py", line 7, in <module>
[Mon Mar 21 18:02:34.113102 2016] [wsgi:error] [pid 2216] [client 127.0.0.1:51312]     application = get_wsgi_application()
[Mon Mar 21 18:02:34.113177 2016] [wsgi:error] [pid 2216] [client 127.0.0.1:51312] ImproperlyConfigured: Error loading psycopg2 module: /srv/www/virtenv_coralnet/lib/python2.7/site-packages/psycopg2/_psycopg.so: undefined symbol: PyUnicodeUCS2_AsUTF8String
[Mon Mar 21 18:40:05.730241 2016] [wsgi:error] [pid 2390] [client 127.0.0.1:51377] Traceback (most recent call last):
[Mon Mar 21 18:40:05.730296 2016] [wsgi:error] [pid 2390] [client 127.0.0.1:51377]   File "/srv/www/virtenv_coralnet/lib/python2.7/hmac.py", line 8, in <module>
[Mon Mar 21 18:40:05.730311 2016] [wsgi:error] [pid 2390] [client 127.0.0.1:51377]     from operator import _compare_digest as compare_digest
[Mon Mar 21 18:40:05.730340 2016] [wsgi:error] [pid 2390] [client 127.0.0.1:51377] ImportError: cannot import name _compare_digest
`,
)
console.log(`made the evidence in ${example}`)

/** A 64-bit little-endian shared object whose dynamic section names libpython2.7 and these undefined symbols. */
function sharedObject(undefinedSymbols) {
  let strings = '\0'
  const intern = (text) => {
    const at = strings.length
    strings += `${text}\0`
    return at
  }
  const symbols = undefinedSymbols.map(intern)
  const soname = intern('_psycopg.so')
  const header = 64
  const segment = 56
  const dynamicAt = header + 2 * segment
  const entries = 7
  const hashAt = dynamicAt + entries * 16
  const symbolsAt = hashAt + 8
  const stringsAt = symbolsAt + (symbols.length + 1) * 24
  const total = stringsAt + strings.length
  const base = 0x1000
  const bytes = Buffer.alloc(total)
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
  bytes.writeUInt16LE(3, 16)
  bytes.writeUInt16LE(62, 18)
  bytes.writeUInt32LE(1, 20)
  bytes.writeBigUInt64LE(BigInt(header), 32)
  bytes.writeUInt16LE(header, 52)
  bytes.writeUInt16LE(segment, 54)
  bytes.writeUInt16LE(2, 56)
  const segments = [
    [1, 0, total],
    [2, dynamicAt, entries * 16],
  ]
  for (const [i, [type, offset, size]] of segments.entries()) {
    const at = header + i * segment
    bytes.writeUInt32LE(type, at)
    bytes.writeBigUInt64LE(BigInt(offset), at + 8)
    bytes.writeBigUInt64LE(BigInt(base + offset), at + 16)
    bytes.writeBigUInt64LE(BigInt(size), at + 32)
    bytes.writeBigUInt64LE(BigInt(size), at + 40)
  }
  const dynamic = [
    [14, soname],
    [4, base + hashAt],
    [5, base + stringsAt],
    [6, base + symbolsAt],
    [10, strings.length],
    [11, 24],
    [0, 0],
  ]
  for (const [i, [tag, value]] of dynamic.entries()) {
    bytes.writeBigUInt64LE(BigInt(tag), dynamicAt + i * 16)
    bytes.writeBigUInt64LE(BigInt(value), dynamicAt + i * 16 + 8)
  }
  bytes.writeUInt32LE(1, hashAt)
  bytes.writeUInt32LE(symbols.length + 1, hashAt + 4)
  for (const [i, name] of symbols.entries()) {
    bytes.writeUInt32LE(name, symbolsAt + (i + 1) * 24)
    bytes[symbolsAt + (i + 1) * 24 + 4] = 0x10
  }
  bytes.write(strings, stringsAt, 'latin1')
  return bytes
}
