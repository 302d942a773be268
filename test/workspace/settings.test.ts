import { describe, expect, it } from 'vitest'
import { defaultSettings } from '../../server/src/workspace/settings.ts'
import { readSettings } from '../../server/src/workspace/settings-file.ts'

describe('settings', () => {
  it('are the defaults where nothing is set, also where an editor gives every key as empty', () => {
    expect(readSettings(undefined, undefined, '/w').settings).toEqual(defaultSettings)
    const empty = { nginx: { version: '' }, deployment: { settingsModule: '', virtualenv: null }, rules: {} }
    expect(readSettings(undefined, empty, '/w').settings).toEqual(defaultSettings)
  })
  it('of webconf.json come before those of the editor, key by key', () => {
    const { settings } = readSettings('{ "rules": { "a/b": "off" } } // why', { rules: { 'a/b': 'error', 'c/d': 'hint' }, nginx: { version: '1.24.0' } }, '/w')
    expect(settings.rules).toEqual({ 'a/b': 'off', 'c/d': 'hint' })
    expect(settings.nginx.version).toBe('1.24.0')
  })
  it('that cannot be used are left out one by one, and said where they stand', () => {
    const text = '{ "rules": { "a/b": "loud", "c/d": "off" }, "nginx": { "version": 3 } }'
    const { settings, problems } = readSettings(text, {}, '/w')
    expect(settings.rules).toEqual({ 'c/d': 'off' })
    expect(problems.map((each) => text.slice(each.offset, each.offset + each.length))).toEqual(['"a/b"', '"version"'])
  })
  it('with a syntax error are read as far as they go', () => {
    const { settings, problems } = readSettings('{ "rules": { "a/b": "off" }, oops', {}, '/w')
    expect(settings.rules).toEqual({ 'a/b': 'off' })
    expect(problems).toHaveLength(1)
  })
  it('paths are relative to the folder of webconf.json', () => {
    expect(readSettings('{ "paths": { "/srv/site": "app" } }', {}, '/w').settings.paths).toEqual({ '/srv/site': '/w/app' })
  })
})
