import type { Dialect } from '../../syntax/tree.ts'

// The arguments of a directive as the servers' documentation writes them: `path [format [buffer=size] [flush=time]]`,
// `on | off`, `[code ...] time`, `On|Off|EMail`.

/** One form of a directive: its arguments in order. */
export interface Form {
  /** The arguments as shown: what offsets count in. */
  readonly text: string
  readonly parameters: readonly Parameter[]
}

/** What stands in one word. */
export interface Parameter {
  /** Where it stands in the form's text. */
  readonly start: number
  readonly end: number
  readonly optional: boolean
  /** Further words of the kind may follow. */
  readonly repeats: boolean
  readonly choices: readonly Choice[]
}

export type Choice =
  /** A word as it is: `on`, `default_server`. */
  | { readonly kind: 'word'; readonly text: string }
  /** Something of a kind: `size`, `path`. */
  | { readonly kind: 'value'; readonly text: string }
  /** `key=` and what may follow. */
  | { readonly kind: 'key'; readonly key: string; readonly values: readonly Choice[] }

/** Reads a form. Of an Apache section only the opening line counts. */
export function parseForm(written: string, dialect: Dialect): Form {
  const text = clean(written, dialect)
  const parameters: Draft[] = []
  readSequence(text, 0, text.length, false, dialect, parameters)
  return { text, parameters }
}

/**
 * The numbers of the parameters that may stand behind `before`, the nearest first. Optional words and keys that follow each other come in any
 * order, each once: those among `given` (all words of the directive but the one in question) are left out.
 */
export function parametersAfter({ parameters }: Form, before: readonly string[], given: readonly string[] = before): readonly number[] {
  let states = reach(parameters, new Set([0]))
  for (const word of before) {
    const next = new Set<number>()
    // A word that is written so in the form is that, and no value.
    const exact = [...states].some((at) => matchOf(parameters[at], word) === 'exact')
    for (const at of states) {
      const parameter = parameters[at]
      const match = matchOf(parameter, word)
      if (!parameter || match === undefined || (exact && match !== 'exact')) continue
      if (isLoose(parameter)) next.add(firstLoose(parameters, at))
      else next.add(at + 1)
      if (parameter.repeats) next.add(at)
    }
    states = reach(parameters, next)
  }
  return [...states].filter((at) => at < parameters.length && !isGiven(parameters[at], given)).sort((one, other) => one - other)
}

/** The choice of a form whose key an argument has (`buffer=32k`). */
export function choiceOfKey({ parameters }: Form, key: string): (Choice & { readonly kind: 'key' }) | undefined {
  for (const { choices } of parameters) for (const choice of choices) if (choice.kind === 'key' && choice.key.toLowerCase() === key.toLowerCase()) return choice
  return undefined
}

type Draft = { -readonly [Key in keyof Parameter]: Parameter[Key] } & { choices: Choice[] }

/** A word in quotes for the sake of the page, mod_wsgi's asterisks, and the inside of a section are none of the notation. */
function clean(written: string, dialect: Dialect): string {
  if (dialect === 'nginx') return written
  const head = written.replace(/\s*>?\s*\.\.\.\s*<\/.*$/s, '').replace(/\s+/g, ' ')
  return (/\*[\w-]+/.test(head) ? head.replace(/(^|[\s|[])\*|(\w)\*(?=$|[\s|\]])/g, '$1$2') : head).trim()
}

function readSequence(text: string, from: number, to: number, optional: boolean, dialect: Dialect, into: Draft[]): void {
  let joins = false
  let last: Draft | undefined
  for (let at = from; at < to; ) {
    if (text.charAt(at) === ' ') {
      at++
      continue
    }
    const end = endOfToken(text, at, to)
    const token = text.slice(at, end)
    if (token === '|') joins = true
    else if (/^\.{3}$/.test(token)) {
      const repeated = into.at(-1)
      if (repeated) repeated.repeats = true
    } else {
      const group = /^\[(.*?)\](\.{3})?$/s.exec(token)
      if (group && closes(token)) {
        const count = into.length
        readSequence(text, at + 1, at + 1 + (group[1]?.length ?? 0), true, dialect, into)
        const first = into[count]
        if (group[2] && first) first.repeats = true
        // `[name] ...` repeats; the brackets belong to the parameter.
        if (into.length === count + 1 && first) Object.assign(first, { start: at, end })
        joins = false
      } else {
        const repeats = token.endsWith('...') && token.length > 3
        const plain = repeats ? token.slice(0, -3) : token
        const choices = choicesOf(plain.replace(/^\||\|$/g, ''), dialect, optional || joins || /[|]/.test(plain) || /^ *\|/.test(text.slice(end, to)))
        if ((joins || plain.startsWith('|')) && last) {
          last.choices.push(...choices)
          if (last === into.at(-1)) last.end = end
        } else {
          last = { start: at, end, optional, repeats, choices }
          into.push(last)
        }
        if (repeats && last) last.repeats = true
        joins = plain.endsWith('|')
      }
    }
    at = end
  }
}

/** A token ends at a space outside of brackets and quotes. */
function endOfToken(text: string, from: number, to: number): number {
  let depth = 0
  let quote = ''
  for (let at = from; at < to; at++) {
    const ch = text.charAt(at)
    if (quote !== '') quote = ch === quote ? '' : quote
    else if (ch === '"' || ch === "'") quote = ch
    else if (ch === '[') depth++
    else if (ch === ']') depth--
    else if (ch === ' ' && depth <= 0) return at
  }
  return to
}

/** Whether the bracket at the beginning is closed at the end only. */
function closes(token: string): boolean {
  let depth = 0
  for (let at = 0; at < token.length; at++) {
    if (token.charAt(at) === '[') depth++
    else if (token.charAt(at) === ']' && --depth === 0) return /^\.{0,3}$/.test(token.slice(at + 1))
  }
  return true
}

function choicesOf(token: string, dialect: Dialect, among: boolean): Choice[] {
  const pieces = splitAlternatives(token)
  const choices: Choice[] = []
  for (const piece of pieces) {
    const key = /^\[?([A-Za-z][\w.-]*)(\[?=)/.exec(piece)
    const known = choices.at(-1)
    if (key?.[1] !== undefined && !/^\[/.test(piece)) {
      const rest = piece.slice(key[0].length).replace(/\]$/, '')
      // `gzip[=level]` is a word, and a key.
      if (key[2] === '[=') choices.push({ kind: 'word', text: key[1] })
      choices.push({ kind: 'key', key: key[1], values: rest === '' ? [] : valuesOf(splitAlternatives(rest), dialect) })
    } else if (known?.kind === 'key' && pieces.length > 1 && choices.length === 1) {
      choices[0] = { ...known, values: valuesOf([...known.values.map(textOf), piece], dialect) }
    } else choices.push(plainChoice(piece, dialect, among || pieces.length > 1))
  }
  return choices
}

function splitAlternatives(token: string): string[] {
  const pieces: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < token.length; at++) {
    const ch = token.charAt(at)
    if (ch === '[') depth++
    else if (ch === ']') depth--
    else if (ch === '|' && depth === 0) {
      pieces.push(token.slice(from, at))
      from = at + 1
    }
  }
  pieces.push(token.slice(from))
  return pieces.filter((piece) => piece !== '')
}

/** One thing behind a `=` is named for what it is, several are the words that may stand there. */
const valuesOf = (pieces: readonly string[], dialect: Dialect): Choice[] => pieces.map((piece) => plainChoice(piece, dialect, pieces.length > 1))

const textOf = (choice: Choice): string => (choice.kind === 'key' ? `${choice.key}=` : choice.text)

function plainChoice(text: string, dialect: Dialect, among: boolean): Choice {
  // `builtin[:size]` is the word, with or without more.
  const whole = /^([\w.-]+)\[/.exec(text)?.[1] ?? text
  const isValue = (dialect === 'nginx' ? nginxValues : apacheValues).has(whole) || !/^[\w.!~^=*:+-]+$/.test(whole) || /\w:\w/.test(whole)
  const isWord = among ? !isValue : dialect === 'nginx' && leadingWords.has(whole)
  return isWord ? { kind: 'word', text: whole } : { kind: 'value', text }
}

/** Words of nginx's that stand by themselves where they stand first. */
const leadingWords: ReadonlySet<string> = new Set(['auto', 'rotate', 'resize', 'crop', 'test', 'unlisted', 'learn', 'route', 'off', 'default'])

const nginxValues: ReadonlySet<string> = new Set(
  `file size time number name string address value path timeout field uri zone module.function ciphers CIDR method code key mime-type rate URL url parameter
   level level1 level2 level3 replacement port text regex curve connections header extension interval cpumask browser charset charset1 charset2 length width height
   quality format buffer condition expression header_timeout protocol last version ip prefix variable user group directory mask device domain parameters word
   stylesheet module part N user_agent filter max_size response percent flag cookie redirect ratio host server service secret algorithm issuer identifier type
   token endpoint scope burst pool local1 users:permissions address:port host:port unix:path keepidle export_name json_path`.split(/\s+/),
)

const apacheValues: ReadonlySet<string> = new Set(
  `number file-path bytes seconds name extension filename url env-variable directive type value regex provider-name option protocol path hook_function_name host
   file URL URL-path method duration attribute n size fieldname num expression string hostname header backlog ratio label charset filter media-type
   filter-name level MIME-type password query privilege-name message flags MIME-encoding handler-name nickname interpolated-directory attributes param
   uri secret baseProvider Alias prefix integer units element maxtimeout icon pipe function_name local-url address code varname range domain
   parameter-name addr directive-type number-of-ranges HTTP-method user entity-name unix-userid url-string header-string identifier milliseconds time-interval
   notename tag sed-command alias url-path time language-tag environment-variable filter_name cgi-script status MIME-lang directory-filename dns-name
   replacement proxy-ip word remote-server Headername cipher-spec variable module algorithm ordering username auth-domain custom-string authn-provider timeout
   backend-address distinguished-name substitution Number uid LdapObjectClass cgi-path .extension Certificate-Name unix-groupid unix-group cache_type float length
   levels number-of-servers time-in-seconds dbm-type root-path filtername parameters proto-flags formatstring Charset fpi element inputheader outputheader
   module-name encoding numbits weight amount number-of-retries provider_name uri-pattern function-name min max action-type 3xx-code TestString CondPattern MapName
   MapTypeOptions Options Pattern Substitution key-id hmac-64 suffix condition header-field HeaderFieldName expr expiry-period token operator version wildcard-url
   balancerurl Domain match pathname interval maxage certid keyid engine command-name command-value context source secret-string directive-name module-file
   module-identifier section-name accept_filter rule parameter-value error-code document component KBytes mechanism mutex-name email-address domain-name
   ip-address factor executable limit log-id age prefix:exec_prefix spec group-1 group-2 attribute2 index cond port host range conditional-expression
   directory-path wildcard format value1 valueN par1 parN hook user-agent ipaddress map1 map2 params args facility public-key-file NAME setting options
   other-dns-name value-expression`.split(/\s+/),
)

type Match = 'exact' | 'value'

function matchOf(parameter: Parameter | undefined, word: string): Match | undefined {
  if (!parameter) return undefined
  let found: Match | undefined
  const lower = word.toLowerCase()
  for (const choice of parameter.choices) {
    if (choice.kind === 'word' ? choice.text.toLowerCase() === lower : choice.kind === 'key' && lower.startsWith(`${choice.key.toLowerCase()}=`)) return 'exact'
    if (choice.kind === 'value') found = 'value'
  }
  return found
}

/** Words that may be left out come in any order, and so do keys. */
const isLoose = ({ optional, repeats, choices }: Parameter): boolean =>
  !repeats && (optional ? choices.every((choice) => choice.kind !== 'value') : choices.every((choice) => choice.kind === 'key'))

function firstLoose(parameters: readonly Parameter[], at: number): number {
  let first = at
  for (let before = parameters[first - 1]; before && isLoose(before); before = parameters[first - 1]) first--
  return first
}

/** What can be come to without a word: over what may be left out. */
function reach(parameters: readonly Parameter[], states: ReadonlySet<number>): ReadonlySet<number> {
  const reached = new Set<number>()
  for (const state of states) {
    for (let at = state; ; at++) {
      reached.add(at)
      const parameter = parameters[at]
      if (!parameter || !(parameter.optional || isLoose(parameter))) break
    }
  }
  return reached
}

function isGiven(parameter: Parameter | undefined, given: readonly string[]): boolean {
  return parameter !== undefined && isLoose(parameter) && given.some((word) => matchOf(parameter, word) === 'exact')
}
