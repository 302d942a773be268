import { describe, expect, test } from 'vitest'
import { findBeanstalks } from '../../../server/src/deployment/platforms/beanstalk.ts'
import { readIgnoreFile } from '../../../server/src/deployment/platforms/ignore-file.ts'
import { readRequirements } from '../../../server/src/deployment/platforms/requirements.ts'
import { shellCommands } from '../../../server/src/deployment/platforms/shell.ts'
import { parseYaml, valueAt } from '../../../server/src/deployment/platforms/yaml.ts'
import { type MemoryFiles, memorySnapshot } from '../memory-snapshot.ts'

const survey = (files: MemoryFiles) => findBeanstalks(memorySnapshot(files).snapshot, Object.keys(files))
const platform = (name: string) => survey({ '/w/.elasticbeanstalk/config.yml': `global:\n  default_platform: ${name}\n` })[0]?.platform

describe('the platform', () => {
  test.each([
    ['Python 3.11 running on 64bit Amazon Linux 2023', 'AL2023', 'python', '3.11'],
    ['Python 3.8 running on 64bit Amazon Linux 2/3.3.9', 'AL2', 'python', '3.8'],
    ['64bit Amazon Linux 2 v3.3.9 running Python 3.8', 'AL2', 'python', '3.8'],
    ['64bit Amazon Linux 2018.03 v2.9.1 running Python 3.6', 'AL1', 'python', '3.6'],
    ['Python 3.6 running on 64bit Amazon Linux/2.10.0', 'AL1', 'python', '3.6'],
    ['arn:aws:elasticbeanstalk:eu-west-1::platform/Python 3.11 running on 64bit Amazon Linux 2023/4.0.1', 'AL2023', 'python', '3.11'],
    ['python-3.12', 'AL2023', 'python', '3.12'],
    ['python-3.6', undefined, 'python', '3.6'],
    ['Docker running on 64bit Amazon Linux 2023', 'AL2023', 'docker', undefined],
    ['ECS running on 64bit Amazon Linux 2', 'AL2', 'docker', undefined],
    ['Node.js 18 running on 64bit Amazon Linux 2023', 'AL2023', 'other', undefined],
  ])('%s', (name, generation, family, python) => {
    expect(platform(name)).toMatchObject({ generation, family, python })
  })

  test('is not known where branches have others', () => {
    const files = {
      '/w/.elasticbeanstalk/config.yml': 'branch-defaults:\n  main:\n    default_platform: Python 3.8\nglobal:\n  default_platform: Python 3.11\n',
    }
    expect(survey(files)[0]?.platform).toMatchObject({ generation: undefined, name: undefined })
  })

  test('is told by what only one has', () => {
    expect(survey({ '/w/.platform/hooks/prebuild/1.sh': '#!/bin/bash\n', '/w/manage.py': '' })[0]?.platform).toMatchObject({
      generation: 'AL2+',
      family: 'python',
    })
    expect(survey({ '/w/.ebextensions/a.config': 'packages: {}\n', '/w/Dockerfile': '' })[0]?.platform).toMatchObject({
      generation: undefined,
      family: 'docker',
    })
  })
})

describe('option_settings', () => {
  const options = (text: string) =>
    survey({ '/w/.ebextensions/a.config': text })[0]?.options.map(({ namespace, name, value }) => [namespace, name, value?.text])
  const wanted = [['aws:elasticbeanstalk:container:python', 'WSGIPath', 'a.wsgi']]

  test('as a map', () => expect(options('option_settings:\n  aws:elasticbeanstalk:container:python:\n    WSGIPath: a.wsgi\n')).toEqual(wanted))
  test('as a list', () =>
    expect(options('option_settings:\n  - namespace: "aws:elasticbeanstalk:container:python"\n    option_name: WSGIPath\n    value: a.wsgi\n')).toEqual(wanted))
  test('as JSON with tabs', () =>
    expect(options('{\n\t"option_settings": {\n\t\t"aws:elasticbeanstalk:container:python": {"WSGIPath": "a.wsgi"}\n\t}\n}')).toEqual(wanted))
  test('by an anchor', () =>
    expect(options('x: &py {WSGIPath: a.wsgi}\noption_settings:\n  aws:elasticbeanstalk:container:python:\n    <<: *py\n')).toEqual(wanted))
  test('without a namespace it is a variable', () =>
    expect(options('option_settings:\n  - option_name: DEBUG\n    value: 0\n')).toEqual([['aws:elasticbeanstalk:application:environment', 'DEBUG', '0']]))
})

describe('an ignore file', () => {
  const leavesOut = (text: string, path: string, manner: 'git' | 'eb') =>
    readIgnoreFile(memorySnapshot({ '/w/i': text }).snapshot, '/w/i', manner)?.leavesOut(path)?.text

  test('the last pattern decides', () => {
    expect(leavesOut('*.txt\n!requirements.txt\n', 'requirements.txt', 'git')).toBeUndefined()
    expect(leavesOut('!requirements.txt\n*.txt\n', 'requirements.txt', 'git')).toBe('*.txt')
  })
  test('a slash at the beginning is the root', () => {
    expect(leavesOut('/requirements.txt\n', 'docs/requirements.txt', 'git')).toBeUndefined()
    expect(leavesOut('# /requirements.txt\n\n/requirements.txt  \r\n', 'requirements.txt', 'git')).toBe('/requirements.txt')
  })
  test('what is in a folder that is left out cannot be kept by Git, but by the EB CLI', () => {
    expect(leavesOut('conf/\n!conf/base.txt\n', 'conf/base.txt', 'git')).toBe('conf/')
    expect(leavesOut('conf/\n!conf/base.txt\n', 'conf/base.txt', 'eb')).toBeUndefined()
  })
})

describe('requirements', () => {
  const read = (files: MemoryFiles) => readRequirements(memorySnapshot(files).snapshot, '/w/requirements.txt')

  test('names, versions, extras and conditions', () => {
    const text = 'Django>=4.2,<5  # the framework\npsycopg[binary]==3.2\nPy_ldap.x ; sys_platform == "linux"\n--index-url https://example.org\n'
    expect(read({ '/w/requirements.txt': text })?.all.map(({ name, specifier, extras, conditional }) => [name, specifier, extras, conditional])).toEqual([
      ['django', '>=4.2,<5', [], false],
      ['psycopg', '==3.2', ['binary'], false],
      ['py-ldap-x', '', [], true],
    ])
  })
  test('other files, relative to the one that names them', () => {
    const found = read({ '/w/requirements.txt': '-r conf/prod.txt\n-r gone.txt\n', '/w/conf/prod.txt': '-r base.txt\n', '/w/conf/base.txt': 'Django\n' })
    expect(found?.files).toEqual(['/w/requirements.txt', '/w/conf/prod.txt', '/w/conf/base.txt'])
    expect(found?.references.map((each) => [each.path, each.exists])).toEqual([
      ['/w/conf/base.txt', true],
      ['/w/conf/prod.txt', true],
      ['/w/gone.txt', false],
    ])
    expect(found?.whole).toBe(false)
  })
  test('files that name each other', () => expect(read({ '/w/requirements.txt': '-r requirements.txt\nDjango\n' })?.all.length).toBe(1))
})

describe('a script', () => {
  const words = (script: string) => shellCommands(script).map((each) => each.words)

  test('is divided into commands', () => {
    expect(words('cd /a && X=1 python "manage.py" migrate; ls # no\n# a comment\nif true; then echo \'a b\'; fi | cat')).toEqual([
      ['cd', '/a'],
      ['python', 'manage.py', 'migrate'],
      ['ls'],
      ['true'],
      ['echo', 'a b'],
      ['fi'],
      ['cat'],
    ])
  })
  test('lines are continued', () => expect(words('pip \\\n  install x')).toEqual([['pip', 'install', 'x']]))
  test('quotes that are never closed', () => expect(words('echo "a')).toEqual([['echo', 'a']]))
})

describe('bad input never throws', () => {
  test.each(['', '\0\u0001', '{', '[', '"', 'a: &a [*a]', '- - - -', '? ?\n: :', 'a: *none', '\t\t', '<<: *x', `${'['.repeat(200)}`, 'a:\n  - b\n c'])(
    '%j',
    (text) => {
      const file = parseYaml('/w/x', text)
      expect(() => valueAt(file.root, 'a', 'b')).not.toThrow()
      expect(() =>
        survey({
          '/w/.ebextensions/a.config': text,
          '/w/.elasticbeanstalk/config.yml': text,
          '/w/Procfile': text,
          '/w/.ebignore': text,
          '/w/.platform/hooks/prebuild/a': text,
        }),
      ).not.toThrow()
    },
  )
})
