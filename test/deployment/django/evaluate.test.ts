import { describe, expect, test } from 'vitest'
import { readSettings } from '../../../server/src/deployment/django/settings.ts'
import type { MemoryFiles } from '../memory-snapshot.ts'
import { memorySnapshot } from '../memory-snapshot.ts'
import { showValue } from './show-value.ts'

/** Reads `/srv/app/config/settings.py` and shows the value of X, or of another name. */
function shownValue(code: string, name = 'X', more: MemoryFiles = {}): string {
  const { snapshot } = memorySnapshot({ '/srv/app/config/settings.py': code, '/srv/app/manage.py': '', ...more })
  return showValue(readSettings(snapshot, '/srv/app/config/settings.py', '/srv/app').get(name))
}

/** Each line: an expression, `=>`, the value. `os` and `Path` are imported, `D` is a list, `BASE` the project's folder. */
function expressions(table: string): void {
  const header = "import os, sys, socket\nfrom pathlib import Path\nBASE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))\nD = ['a', 'b']\n"
  for (const line of table.trim().split('\n')) {
    const [expression, expected] = line.split(' => ').map((part) => part.trim()) as [string, string]
    test(`${expression} is ${expected}`, () => expect(shownValue(`${header}X = ${expression}\n`)).toBe(expected))
  }
}

describe('literals', () =>
  expressions(String.raw`
    'a\tb\x41\u00e9\101' => 'a\tbAéA'
    r'a\tb' => 'a\\tb'
    u'a' => 'a'
    ur'a\b' => 'a\\b'
    b'a' => 'a'
    'a' "b" 'c' => 'abc'
    """a 'b' c""" => 'a 'b' c'
    f'{BASE}/static' => '/srv/app/static'
    f'{{x}}{1 + 1}' => '{x}2'
    rf'\d{1}' => '\\d1'
    f'{socket.gethostname()}.org' => ?
    f'{1:03d}' => ?
    0o755 => 493
    0755 => 493
    0x1F => 31
    1_000 => 1000
    10L => 10
    1.5e3 => 1500
    -1 => -1
    ['a', 1, None, True] => ['a', 1, None, True]
    ('a',) => ('a')
    () => ()
    {'a', 'b'} => {'a', 'b'}
    {'a': 1, 'b': ['c']} => {'a': 1, 'b': ['c']}
    {**{'a': 1}, 'b': 2, 'a': 3} => {'a': 3, 'b': 2}
    [*D, 'c'] => ['a', 'b', 'c']
    {} => {}
    3j => ?
  `))

describe('operators', () =>
  expressions(`
    1 + 2 * 3 => 7
    25 * 1024 * 1024 => 26214400
    7 // 2 + 7 % 4 - 2 ** 3 => -2
    10 << 20 => 10485760
    'a' + 'b' => 'ab'
    '-' * 3 => '---'
    '%s/%s' % (BASE, 'x') => '/srv/app/x'
    '%s' % 'x' => 'x'
    '%(a)s!' % {'a': 'x'} => 'x!'
    '100%%' % () => '100%'
    '{}/{}'.format(BASE, 1) => '/srv/app/1'
    '{0}{0}{x}'.format('a', x='b') => 'aab'
    '{:>3}'.format('a') => ?
    D + ['c'] => ['a', 'b', 'c']
    ('a',) + ('b',) => ('a', 'b')
    D + unknown_name => ['a', 'b', …]
    D[0] + D[-1] => 'ab'
    D[5] => ?
    'abc'[1:] => 'bc'
    D[:1] => ['a']
    {'a': {'b': 1}}['a']['b'] => 1
    {'a': 1}.get('x', 2) => 2
    {'a': 1}.get('x') => None
    1 < 2 => True
    1 < 2 < 3 => ?
    'a' in D => True
    'z' not in D => True
    'a' in D + unknown_name => True
    'z' in D + unknown_name => ?
    D is None => False
    None is None => True
    'a' == 'b' or 'c' => 'c'
    '' or None or 'x' => 'x'
    1 and 2 => 2
    0 and unknown_name => 0
    unknown_name or 'x' => ? | 'x'
    not D => False
    not True and True or 'z' => 'z'
    True or not True and False => True
    not 'a' == 'b' => True
    'a' if D else 'b' => 'a'
    'a' if unknown_name else 'b' => 'a' | 'b'
    'a' or 'b' if [] else 'c' => 'c'
    unknown_name => ?
    BASE @ D => ?
    lambda: 1 => ?
    (lambda *p: os.path.join(BASE, *p))('a', 'b') => '/srv/app/a/b'
    (lambda a, b='x': a + b)('y') => 'yx'
    [d.upper() for d in D if d != 'a'] => ['B']
    [k + v for k, v in {'a': 'b'}.items()] => ['ab']
    list(d for d in D) => ['a', 'b']
    ','.join(D) => 'a,b'
    'a, b ,c'.split(',') => ['a', ' b ', 'c']
    'a b  c'.split() => ['a', 'b', 'c']
    'a.b.c'.rsplit('.', 1) => ['a.b', 'c']
    ' X '.strip().lower() => 'x'
    'a.b'.replace('.', '$&') => 'a$&b'
    'abc'.startswith('ab') => True
    str(1) + str(True) => '1True'
    int('8000') + 1 => 8001
    bool('') => False
    len(D) => 2
    list(('a', 'b')) => ['a', 'b']
    tuple(D) => ('a', 'b')
    dict(a=1, **{'b': 2}) => {'a': 1, 'b': 2}
    open('/etc/passwd').read() => ?
    open('/etc/passwd').read().strip().split(',')[0] => ?
    sys.argv[1:2] => ?
    __import__('os').getcwd() => ?
    {}['a'] => ?
    1 / 0 => ?
    await_(x) => ?
  `))

describe('paths', () =>
  expressions(`
    BASE => '/srv/app'
    os.path.join(BASE, 'static', '') => '/srv/app/static/'
    os.path.join(BASE, '/abs') => '/abs'
    os.path.join(BASE, '..', 'media') => '/srv/app/../media'
    os.path.normpath(os.path.join(BASE, os.pardir, 'media')) => '/srv/media'
    os.path.realpath(os.path.join(BASE, os.path.pardir)) => '/srv'
    os.path.abspath('relative') => ?
    os.path.dirname('/a/b/') => '/a/b'
    os.path.basename(BASE) => 'app'
    os.path.split(BASE)[0] => '/srv'
    os.path.splitext('/a/b.tar.gz')[0] => '/a/b.tar'
    os.path.exists(BASE) => ?
    os.path.expanduser('~/x') => ?
    os.sep.join(['a', 'b']) => 'a/b'
    Path(__file__) => Path(/srv/app/config/settings.py)
    Path(__file__).resolve().parent.parent => Path(/srv/app)
    Path(__file__).resolve().parents[1] => Path(/srv/app)
    Path(__file__).parent / 'static' / 'x.css' => Path(/srv/app/config/static/x.css)
    Path(BASE) / '/abs' => Path(/abs)
    BASE / Path('x') => Path(/srv/app/x)
    Path(BASE).joinpath('a', 'b').as_posix() => '/srv/app/a/b'
    str(Path(BASE) / 'static/') => '/srv/app/static'
    str(Path(BASE)) + '/static/' => '/srv/app/static/'
    os.fspath(Path(BASE)) => '/srv/app'
    os.path.join(Path(BASE), 'x') => '/srv/app/x'
    (Path(BASE) / '..').resolve() => Path(/srv)
    (Path(BASE) / '..').parent => Path(/srv/app)
    Path('a', 'b') => Path(a/b)
    Path('a').resolve() => ?
    Path.home() / 'x' => ?
    Path(BASE).name => 'app'
    Path(BASE) + 'x' => ?
    [Path(BASE) / 'static'] => [Path(/srv/app/static)]
  `))

describe('names imported otherwise', () => {
  test.each([
    ['import os.path as p\nX = p.join("/a", "b")', "'/a/b'"],
    ['from os import path\nX = path.join("/a", "b")', "'/a/b'"],
    ['from os.path import abspath, dirname, join as j\nX = j(dirname(abspath(__file__)), "b")', "'/srv/app/config/b'"],
    ['import os.path\nX = os.path.join("/a", "b")', "'/a/b'"],
    ['import pathlib\nX = pathlib.Path(__file__).parent', 'Path(/srv/app/config)'],
    ['from unipath import Path\nX = Path(__file__).ancestor(2).child("static")', 'Path(/srv/app/static)'],
    ['import environ\nroot = environ.Path(__file__) - 2\nX = root("static")', "'/srv/app/static'"],
    ['import environ\nroot = environ.Path(__file__) - 2\nX = str(root.path("static"))', "'/srv/app/static'"],
    ['from django.utils.translation import gettext_lazy as _\nX = [("en", _("English"))]', "[('en', 'English')]"],
    ['from collections import OrderedDict\nX = OrderedDict([("a", 1)])', "{'a': 1}"],
  ])('%s', (code, expected) => expect(shownValue(code)).toBe(expected))
})

describe('statements', () => {
  test.each([
    ['a list grows', "X = ['a']\nX += ['b']\nX.append('c')\nX.extend(['d'])\nX.insert(0, 'z')\nX.remove('a')", "['z', 'b', 'c', 'd']"],
    ['a list takes a tuple', "X = ['a']\nX += ('b',)", "['a', 'b']"],
    ['a tuple grows', "X = ('a',)\nX += 'b',", "('a', 'b')"],
    ['insert after another', "X = ['a', 'c']\nX.insert(X.index('a') + 1, 'b')", "['a', 'b', 'c']"],
    ['two names of one list', "Y = ['a']\nX = Y\nY.append('b')", "['a', 'b']"],
    ['a copy is another list', "Y = ['a']\nX = list(Y)\nY.append('b')", "['a']"],
    ['what an unknown function adds', "X = ['a']\nX += apps_of(3)", "['a', …]"],
    ['a dictionary is changed', "X = {'a': {'b': 1}}\nX['a']['b'] = 2\nX['c'] = 3\nX.update(d=4)", "{'a': {'b': 2}, 'c': 3, 'd': 4}"],
    ['a list in a dictionary', "X = {'a': []}\nX['a'].append('b')", "{'a': ['b']}"],
    ['an item of a list', "X = [{'a': 1}]\nX[0]['a'] = 2", "[{'a': 2}]"],
    ['an unknown key', "X = {'a': 1}\nX[what()] = 2", "{'a': 1, …}"],
    ['several targets', "X = Y = 'a'", "'a'"],
    ['unpacking', "Y, X = 'a', 'b'", "'b'"],
    ['unpacking something unknown', 'Y, X = what()', '?'],
    ['an annotation', "X: str = 'a'", "'a'"],
    ['one line, two statements', "Y = 'a'; X = Y", "'a'"],
    ['the last assignment counts', "X = 'a'\nX = 'b'", "'b'"],
    ['a condition that is known', "DEBUG = False\nif DEBUG:\n    X = 'a'\nelse:\n    X = 'b'", "'b'"],
    ['a condition that is not known', "if what():\n    X = 'a'\nelif other():\n    X = 'b'\nelse:\n    X = 'c'", "'a' | 'b' | 'c'"],
    ['no else', "X = 'a'\nif what():\n    X = 'b'", "'b' | 'a'"],
    ['a branch that raises', "X = what()\nif other():\n    raise ValueError\nelse:\n    X = 'b'", "'b'"],
    ['a list in a branch', "X = ['a']\nif what():\n    X += ['b']", "['a', 'b'] | ['a']"],
    ['the name is a module’s', "X = 'a'\nif __name__ == '__main__':\n    X = 'b'", "'a'"],
    ['a function', "def under(*parts):\n    '''Joins.'''\n    return '/'.join(parts)\nX = under('a', 'b')", "'a/b'"],
    [
      'a function with branches',
      "import os\ndef get(name, default=None):\n    if name in os.environ:\n        return os.environ[name]\n    return default\nX = get('A', 'b')",
      "?A | 'b'",
    ],
    ['a function that calls itself', 'def f(a):\n    return f(a)\nX = f(1)', '?'],
    ['a generator', 'def f():\n    yield 1\nX = f()', '?'],
    ['a loop over a list', "X = []\nfor a in ['b', 'c']:\n    X.append(a)", "['b', 'c']"],
    ['a loop over something unknown', "X = ['a']\nfor a in what():\n    X.append(a)", '?'],
    ['a while loop', "X = 'a'\nwhile what():\n    X = 'b'", '?'],
    ['a file that is read', 'with open("/x") as f:\n    X = f.read().strip()', '?'],
    ['deleted', "X = 'a'\ndel X", '?'],
    ['a class', 'class X:\n    pass', '?'],
    ['walrus in parentheses', "X = (y := 'a')", "'a'"],
    ['match', "X = 'a'\nmatch what():\n    case 1:\n        X = 'b'", '?'],
    ['globals() are changed', "X = 'a'\nglobals()['X'] = 'b'", "'a' | ?"],
    ['locals() are given away', "X = 'a'\nimport django_heroku\ndjango_heroku.settings(locals())", "'a' | ?"],
    ['exec', "X = 'a'\nexec(open('x').read())", "'a' | ?"],
    ['dynaconf', "import dynaconf\nX = 'a'\nsettings = dynaconf.DjangoDynaconf(__name__)", "'a' | ?"],
    [
      'Python 2',
      "print 'hello', 1\nif a: print >>f, 'x %s' % (\n  1)\nX = 'a'\ntry:\n    print\nexcept ValueError, (a, b):\n    raise E, 'x'\nexcept E, e:\n    pass\nY = `X`\nprint 20., 5.\n",
      "'a'",
    ],
    ['Python 2’s exec', "X = 'a'\nexec 'code'", "'a' | ?"],
    ['yield without a value, form feeds', "\fdef f():\n    yield\n\fX = 'a'\n\f\n", "'a'"],
    ['a byte order mark', "\uFEFFX = 'a'", "'a'"],
    ['Windows line ends', "X = [\r\n  'a',\r\n]\r\nY = 1\r\n", "['a']"],
  ])('%s', (_, code, expected) => expect(shownValue(code)).toBe(expected))
})
