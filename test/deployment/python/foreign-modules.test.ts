import { describe, expect, it } from 'vitest'
import { foreignModules } from '../../../server/src/deployment/python/foreign-modules.ts'
import { foldersMadeFor, readVirtualenv } from '../../../server/src/deployment/python/virtualenv.ts'
import { type MemoryFiles, memorySnapshot } from '../memory-snapshot.ts'

const config = 'home = /usr/bin\nversion = 3.11.2\n'
const packages = '/v/lib/python3.11/site-packages'

function foreign(files: MemoryFiles, cfg = config): string[] {
  const { snapshot } = memorySnapshot({ '/v/pyvenv.cfg': cfg, ...files })
  const environment = readVirtualenv(snapshot, '/v')
  if (typeof environment === 'string') throw new Error(environment)
  return foreignModules(snapshot, environment).map((each) => `${each.package} ${each.differs} ${each.distribution?.version ?? '-'}`)
}

describe('modules for another Python', () => {
  it('are told by the version in their names', () => {
    const files = { [`${packages}/psycopg2/_psycopg.cpython-39-x86_64-linux-gnu.so`]: '', [`${packages}/psycopg2-2.9.9.dist-info/METADATA`]: '' }
    expect(foreign(files)).toEqual(['psycopg2 version 2.9.9'])
    expect(foreign({ [`${packages}/_cffi_backend.cpython-310-x86_64-linux-gnu.so`]: '' })).toEqual(['_cffi_backend version -'])
  })
  it('are none where one form fits, or nothing is said', () => {
    expect(
      foreign({
        [`${packages}/yaml/_yaml.cpython-39-x86_64-linux-gnu.so`]: '',
        [`${packages}/yaml/_yaml.cpython-311-x86_64-linux-gnu.so`]: '',
        [`${packages}/bcrypt/_bcrypt.abi3.so`]: '',
        [`${packages}/lxml/etree.so`]: '',
        [`${packages}/PIL/_imaging.cpython-311-aarch64-linux-gnu.so`]: '',
      }),
    ).toEqual([])
  })
  it('are of another system where the virtualenv is surely of Linux', () => {
    const files = { [`${packages}/PIL/_imaging.cpython-311-darwin.so`]: '' }
    expect(foreign(files)).toEqual(['PIL system -'])
    expect(foreign(files, 'home = /opt/homebrew/opt/python@3.11/bin\nversion = 3.11.2\n')).toEqual([])
  })
})

describe('the folders that a virtualenv was made for', () => {
  const made = (files: MemoryFiles, cfg = config): readonly string[] => {
    const environment = readVirtualenv(memorySnapshot({ '/v/pyvenv.cfg': cfg, ...files }).snapshot, '/v')
    return typeof environment === 'string' ? [environment] : foldersMadeFor(environment)
  }
  it('are those of its scripts and of the command that made it', () => {
    expect(made({ '/v/bin/activate': 'VIRTUAL_ENV="/home/me/v"\n' })).toEqual(['/home/me/v'])
    expect(made({}, `${config}command = /usr/bin/python3 -m venv /srv/v\n`)).toEqual(['/srv/v'])
  })
  it('are not told by a relative command, but by the Python of another system', () => {
    expect(made({}, `${config}command = /usr/bin/python3 -m venv venv\n`)).toEqual([])
    expect(made({}, 'home = /opt/homebrew/bin\nversion = 3.11.2\n')).toEqual(['/opt/homebrew/bin'])
  })
})
