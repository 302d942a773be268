import { describe, expect, it } from 'vitest'
import { isExcluded } from '../../../server/src/deployment/python/specifier.ts'
import { parsePythonVersion } from '../../../server/src/deployment/python/version.ts'

const excluded = (specifier: string, python: string): boolean => {
  const version = parsePythonVersion(python)
  return version !== undefined && isExcluded(specifier, version)
}

describe('a specifier of Python versions', () => {
  it.each([
    ['>=3.10', '3.9'],
    ['>=3.10', '3.9.18'],
    ['>=3.8,<3.12', '3.12'],
    ['<3.11', '3.11'],
    ['<4', '4.0'],
    ['!=3.9.*, >=3.6', '3.9.2'],
    ['==3.11.*', '3.12'],
    ['~=3.10', '3.9'],
    ['~=3.10.2', '3.11'],
    ['>=3', '2.7'],
  ])('%s excludes %s', (specifier, python) => {
    expect(excluded(specifier, python)).toBe(true)
  })
  it.each([
    ['>=3.10', '3.10'],
    ['>=3.10.4', '3.10'],
    ['>=3.8,<4', '3.13'],
    ['<3.11', '3.10.9'],
    ['~=3.8', '3.12'],
    ['!=3.9.1', '3.9'],
    ['==3.11.*', '3.11.4'],
    ['>=3', '3.11'],
    ['>=2.7, !=3.0.*', '3.1'],
    ['whatever', '3.9'],
    ['', '3.9'],
  ])('%s does not exclude %s', (specifier, python) => {
    expect(excluded(specifier, python)).toBe(false)
  })
})
