import { comparePythonVersions, type PythonVersion, parsePythonVersion } from './version.ts'

/** Whether a Python surely does not satisfy `>=3.10, <4` (PEP 440); false also where that cannot be told. */
export const isExcluded = (specifier: string, python: PythonVersion): boolean => specifier.split(',').some((clause) => excludes(clause.trim(), python))

function excludes(clause: string, python: PythonVersion): boolean {
  const match = /^(>=|<=|>|<|==|~=|!=)\s*(\d+(?:\.\d+){0,2})(\.\*)?$/.exec(clause)
  const wanted = match && parsePythonVersion(match[2] ?? '')
  if (!match || !wanted || python.minor === undefined) return false
  const [, operator, , wildcard] = match
  // `3` alone means 3.0, but for `==3.*`.
  const full = wildcard || wanted.minor !== undefined ? wanted : { ...wanted, minor: 0 }
  const order = comparePythonVersions(python, full)
  switch (operator) {
    case '>=':
    case '>':
      return order < 0
    case '<=':
      return order > 0
    case '<':
      return order > 0 || (order === 0 && (full.patch === undefined || full.patch === 0 || python.patch !== undefined))
    case '==':
      return order !== 0
    case '~=':
      return order < 0 || python.major !== full.major || (full.patch !== undefined && python.minor !== full.minor)
    default:
      return order === 0 && (wildcard !== undefined || (full.patch !== undefined && python.patch !== undefined))
  }
}
