import { describe, expect, it } from 'vitest'
import { changesPathOtherwise, importsOfScript } from '../../../server/src/deployment/python/script-imports.ts'
import { memorySnapshot } from '../memory-snapshot.ts'

const path = '/site/deploy/site.wsgi'
const snapshotOf = (text: string) => memorySnapshot({ [path]: text }).snapshot
const imports = (text: string) => importsOfScript(snapshotOf(text), path).map((each) => each.dotted)
const changes = (text: string) => changesPathOtherwise(snapshotOf(text), path)

describe('what a script imports', () => {
  it('is told of its outermost absolute imports', () => {
    expect(imports('import os, shop.wsgi as wsgi\nfrom shop.settings import DEBUG\nfrom . import near\n')).toEqual(['os', 'shop.wsgi', 'shop.settings'])
  })
  it('leaves out what may be meant to fail', () => {
    expect(imports('try:\n    import shop\nexcept ImportError:\n    pass\nif True:\n    import other\ndef f():\n    import third\n')).toEqual([])
  })
  it('is nothing for what is no Python', () => {
    expect(imports('\u0000\u0001import x')).toEqual([])
    expect(imports('import (((')).toEqual([])
  })
})

describe('whether a script changes the path in ways that are not followed', () => {
  it.each([
    'import sys\nsys.path.insert(0, "/a")\n',
    'if "/a" not in sys.path:\n    sys.path.append("/a")\n',
    '# sys.path = []\n',
    'import site\nsite.addsitedir("/a")\n',
  ])('no: %j', (text) => {
    expect(changes(text)).toBe(false)
  })
  it.each([
    'sys.path = ["/a"] + sys.path\n',
    'sys.path += ["/a"]\n',
    'from sys import path\n',
    'for p in ("/a", "/b"):\n    sys.path.insert(0, p)\n',
    'exec(open("/v/bin/activate_this.py").read())\n',
  ])('yes: %j', (text) => {
    expect(changes(text)).toBe(true)
  })
})
