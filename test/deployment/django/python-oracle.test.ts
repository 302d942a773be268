import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSettings } from '../../../server/src/deployment/django/settings.ts'
import type { PyValue, Value } from '../../../server/src/deployment/django/values.ts'
import { nodeSnapshot } from '../python/node-snapshot.ts'

/** Pieces of settings as people write them, and worse. What is said to be known must be what Python gives; what is not known is no mistake. */
const pieces: Readonly<Record<string, string>> = {
  'a function that changes a list': `
ALLOWED_HOSTS = ["a"]
def add(x):
    ALLOWED_HOSTS.append(x)
add("b")
`,
  'a function that sets a global name': `
DEBUG = False
def on():
    global DEBUG
    DEBUG = True
on()
`,
  'lists given to functions, and changed inside expressions': `
A = ["a"]
def add(x, lst):
    lst.append(x)
add("b", A)
def add2(lst=A):
    lst.append("c")
    return lst
B = add2()
C = ["c"]
def reset():
    C.clear()
    C.extend(["d"])
reset()
D = ["x", "y"]
E = [D.pop() for i in [1]]
F = {"a": ["b"]}
G = F.pop("a")
H = F.setdefault("z", [])
I = ["i"]
J = I.append("j") or I
K = ["k"]
L = K.pop() if False else "n"
`,
  'returns inside loops and other blocks': `
def f():
    for i in [1, 2]:
        if i == 2:
            return i
    return 5
A = f()
def g(x):
    while True:
        return x
B = g(1)
def h(x):
    try:
        return x
    except ValueError:
        return 2
C = h(1)
def k(x):
    with open("/dev/null") as f:
        return x
D = k(3)
def m():
    yield 1
E = list(m())
def n(x):
    match x:
        case 1:
            return "one"
    return "none"
F = n(1)
def p(x):
    if x == 1:
        return "one"
    elif x == 2:
        raise ValueError
    return "more"
G = p(1), p(3)
async def q():
    return 1
`,
  'one list under several names': `
A = B = ["x"]
A.append("y")
C = A
C += ["z"]
D = A + ["w"]
D.append("v")
E = list(A)
E.append("q")
F = A[:]
F.append("r")
`,
  classes: `
DEBUG = False
class X:
    DEBUG = True
    HOSTS = ["a"]
Y = X.HOSTS
X.HOSTS.append("b")
Z = X.DEBUG
`,
  'globals()': `
DEBUG = False
globals()["DEBUG"] = True
A = 1
globals().update({"A": 2})
`,
  'vars() and locals()': `
A = 1
vars()["A"] = 2
locals()["B"] = 3
`,
  loops: `
L = []
for i in range(3):
    L.append(i)
for a, b in [("x", 1), ("y", 2)]:
    L.append(a * b)
M = []
while len(M) < 2:
    M.append("m")
N = []
for i in [1, 2, 3]:
    if i == 2:
        continue
    N.append(i)
for k, v in {"a": 1}.items():
    N.append(k)
else:
    N.append("else")
`,
  'comprehensions and built-in functions': `
H = " a.example , b.example,, "
A = [h.strip() for h in H.split(",") if h.strip()]
B = {k: v for k, v in [("a", 1)]}
C = [x for y in [[1], [2, 3]] for x in y]
D = tuple(x + 1 for x in [1, 2] if x > 1)
E = sorted({"b", "a"})
F = list(map(str.strip, [" a "]))
G = list(filter(None, ["", "x"]))
I = ",".join(["a", "b"]).upper()
J = any(x for x in [0, 1]), all([1, 0]), max(1, 2), min([3, 2]), sum([1, 2])
K = dict(a=1, **{"b": 2})
L = list(zip("ab", [1, 2]))
M = [x for x in ["a", "b"] if x not in ("a",)]
N = list(reversed([1, 2]))
O = list({"a": 1}.keys()), list({"a": 1}.values())
P = list(set(["a"]))
Q = list(dict.fromkeys(["a", "a", "b"]))
R = [*range(2)]
S = next(iter(["a"]))
T = "a" in "abc", "x" if "" else "y"
U = [a := 5, a]
V = 1 < 2 < 3, 1 < 3 < 2
`,
  'slices, del and methods of lists and dictionaries': `
L = ["a", "b", "c"]
L[0:1] = ["x", "y"]
M = ["a"]
M *= 2
N = ["a"]
N[len(N):] = ["b"]
O = [1, 2, 3, 4][-2:], [1, 2, 3][::-1], "abc"[-1], [1, 2, 3][::2]
P = [1, 2]
del P[0]
Q = {"a": 1, "b": 2}
del Q["a"]
R = ["a", "b"]
R.insert(R.index("b"), "x")
S = ["a"]
S.insert(-1, "x")
T = ["c", "a"]
T.sort()
U = ["a", "b"]
U.reverse()
V = ["a", "b"]
W = V.pop()
X = {"a": {"b": 1}}
X["a"]["b"] = 2
X["a"].update(c=3)
Y = X.get("z", "none"), X.get("a", {}).get("b")
Z = [1, 2, 3]
Z[1] += 5
`,
  try: `
try:
    A = undefined
except NameError:
    A = 1
try:
    B = 1
    C = {}["x"]
    B = 2
except KeyError:
    C = 3
try:
    D = int("x")
except ValueError:
    D = 4
finally:
    E = 5
try:
    F = 1
except Exception:
    F = 2
else:
    F = 3
`,
  'the environment': `
import os
os.environ["FOO_SET_HERE"] = "1"
A = os.environ["FOO_SET_HERE"]
os.environ.setdefault("FOO_SET_TOO", "2")
B = os.environ.get("FOO_SET_TOO", "x")
C = os.environ.get("NOT_SET_EVER_X")
D = os.environ.get("NOT_SET_EVER_X") or "d"
E = os.getenv("NOT_SET_EVER_X", "e") == "e"
F = bool(os.getenv("NOT_SET_EVER_X", "False"))
G = "NOT_SET_EVER_X" in os.environ
H = "h" if os.environ.get("NOT_SET_EVER_X") else "i"
`,
  'conversions and formats': `
import json, ast
A = int("3"), bool("False"), bool(""), float("1.5"), str(3), list("ab"), tuple("ab")
B = json.loads('{"a": [1, true, null]}')
C = ast.literal_eval("['a']")
D = eval("1 + 1")
E = "a" "b"
F = b"x".decode()
G = "%(a)s" % {"a": 1}
H = "{a}".format(a="b"), "{0[0]}".format(["x"]), f"{1+1:03d}", f"{'x'!r}"
I = "TRUE".lower() in ("true", "1")
J = "a/b".rpartition("/"), "a=b".partition("=")
K = "abc".startswith("a"), "abc".endswith(("c", "d")), "abc".replace("b", "x"), "a b".title(), "abc".find("c")
L = isinstance([], list), callable(len), hasattr("", "lower"), getattr("", "x", "d")
M = "x" * 3, [0] * 2, 7 % 3, -7 // 2, 2 ** 3, 0x1F, 1_000, 1e3, 5 / 2
N = "é", "\\u00e9", r"\\n", "\\n"
O = not None, None is None, 1 == 1.0, "a" != "b", [] == [], 1 is not None
P = "a" or "b", "" or "b", "a" and "b", 0 and "b"
`,
  'conditions, functions and unpacking': `
import sys
A = 1
if False:
    A = 2
elif 0:
    A = 3
else:
    A = 4
if True:
    B = 1
else:
    B = 2
if A == 4 and not B == 2:
    C = "yes"
def f(x, y=2, *args, **kw):
    if x:
        return y
    return [x, *args]
D = f(1), f(0, 1, 5), f(0, y=3)
g = lambda q: q + 1
E = g(1)
def h():
    for i in [1, 2]:
        return i
F = h()
def rec(n):
    return 1 if n == 0 else n * rec(n - 1)
G = rec(3)
H = [f for f in ("a",)]
if __name__ == "__main__":
    I = 1
J, K = 1, 2
J, K = K, J
(L, [M, N]) = 1, [2, 3]
O, *P = [1, 2, 3]
Q: int = 4
Q += 1
R: int
S = (yield_ := 3)
match A:
    case 4:
        T = "four"
    case _:
        T = "other"
`,
  paths: `
import os
from os.path import join, dirname, abspath, normpath, realpath, pardir
from pathlib import Path
HERE = dirname(abspath(__file__))
A = join(HERE, pardir, "x")
B = abspath(join(HERE, "..", "x"))
C = normpath(join(HERE, "../x/"))
D = os.sep.join([HERE, "a"])
E = HERE + "/static/"
F = str(Path(HERE).parent.joinpath("a", "b"))
G = str(Path(__file__).resolve().parents[1] / "x")
H = Path(HERE).name, Path("a.tar.gz").stem, Path("a.b").suffix
I = os.path.basename(HERE), os.path.split("/a/b"), os.path.isabs("/a"), os.path.splitext("a.b")
J = str(Path("/a") / "/b"), str(Path("/a", "b", "../c")), Path("/a/b").as_posix()
K = str(Path("/a/b/../c").resolve()), os.path.join("/a", "/b", "c")
L = os.path.expanduser("~/x")
M = os.getcwd()
N = str(Path.cwd() / "x")
O = str(Path(HERE).with_name("zz")), str(Path("/a/b").relative_to("/a"))
P = os.path.exists(HERE), Path(HERE).exists()
Q = dirname(dirname(__file__))
R = os.path.join(HERE, "a", "")
S = "%s/%s" % (HERE, "x")
T = os.path.relpath("/a/b", "/a")
U = [str(p) for p in [Path(HERE) / "t"]]
V = os.path.commonprefix(["/a/b", "/a/c"])
W = Path(HERE) / "x" / ".." / "y"
`,
}

describe.skipIf(spawnSync('python3', ['--version']).status !== 0)('what is known of settings is what Python gives', () => {
  const dump = [
    'import json, sys, runpy',
    'names = runpy.run_path(sys.argv[1])',
    'print(json.dumps({k: v for k, v in names.items() if k.isupper()}, default=str))',
  ].join('\n')

  test.each(Object.entries(pieces))('%s', (_, code) => {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'))
    try {
      const path = join(folder, 'settings.py')
      writeFileSync(path, code)
      const run = spawnSync('python3', ['-c', dump, path], { encoding: 'utf8' })
      const expected = new Map<string, unknown>(Object.entries(JSON.parse(run.stdout)))
      const settings = readSettings(nodeSnapshot().snapshot, path, folder)
      for (const name of new Set([...expected.keys(), ...settings.assignments.keys()])) {
        const ours = /^[A-Z_]+$/.test(name) ? plain(settings.get(name)) : UNKNOWN
        if (ours !== UNKNOWN) expect({ [name]: ours }).toEqual({ [name]: expected.get(name) })
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

const UNKNOWN = Symbol('unknown')

const plain = (value: Value): unknown => (value.state === 'known' ? plainPy(value.value) : UNKNOWN)

function plainPy(value: PyValue): unknown {
  switch (value.kind) {
    case 'none':
      return null
    case 'list':
    case 'tuple': {
      const items = value.items.map(plain)
      return value.open || items.includes(UNKNOWN) ? UNKNOWN : items
    }
    case 'dict': {
      const entries = value.entries.map(({ key, value: item }) => [key.kind === 'string' ? key.value : '', plain(item)] as const)
      return value.open || entries.some(([, item]) => item === UNKNOWN) ? UNKNOWN : Object.fromEntries(entries)
    }
    case 'string':
    case 'number':
    case 'boolean':
    case 'path':
      return value.value
    default:
      return UNKNOWN
  }
}
