import type { TestResult } from './test.ts'

/** Results in the XML that CI servers read: a suite for each file, a case for each expectation. */
export function junitReport(results: readonly TestResult[]): string {
  const files = [...new Set(results.map(({ file }) => file))]
  const suites = files.map((file) => {
    const own = results.filter((result) => result.file === file)
    return `  <testsuite name=${attribute(file)} ${counts(own)}>\n${own.map(caseOf).join('')}  </testsuite>\n`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="webconf" ${counts(results)}>\n${suites.join('')}</testsuites>\n`
}

function counts(results: readonly TestResult[]): string {
  const count = (kind: TestResult['result']): number => results.filter(({ result }) => result === kind).length
  return `tests="${results.length}" failures="${count('fail')}" errors="${count('unreadable')}" skipped="${count('undecided') + count('ignored')}"`
}

function caseOf({ result, file, line, title, name, conditions, message = '', trace, config }: TestResult): string {
  const called = `${name === undefined ? title : `${name}: ${title}`}${config === undefined || config === file ? '' : ` (${config})`}`
  const head = `    <testcase classname=${attribute(file)} name=${attribute(called)} file=${attribute(file)} line="${line}"`
  if (result === 'pass' && conditions.length === 0) return `${head}/>\n`
  const inside =
    result === 'fail'
      ? `<failure message=${attribute(`${title} ${message}`)}>${text(trace.join('\n'))}</failure>`
      : result === 'unreadable'
        ? `<error message=${attribute(message)}/>`
        : result === 'undecided' || result === 'ignored'
          ? `<skipped message=${attribute(message)}/>`
          : `<system-out>${text(conditions.map((each) => `if ${each}`).join('\n'))}</system-out>`
  return `${head}>\n      ${inside}\n    </testcase>\n`
}

/** Characters that XML 1.0 has no place for, however they are written, become U+FFFD. */
const text = (value: string): string =>
  value
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')

const attribute = (value: string): string => `"${text(value).replace(/"/g, '&quot;').replace(/\n/g, '&#10;').replace(/\t/g, '&#9;').replace(/\r/g, '&#13;')}"`
