/** Who wrote an entry, as its form tells. What programs write without a form of their own is `plain`. */
export type LogWriter = 'nginx' | 'apache' | 'gunicorn' | 'plain'

/** One message of a log: a line, or the lines of a traceback or of a syntax error that belong together. */
export interface LogEntry {
  readonly writer: LogWriter
  /** `error`, `emerg` …; undefined where none is written. */
  readonly level: string | undefined
  /** `AH01630`, `WSGI0135`. */
  readonly code: string | undefined
  /** Without time, process, client and number; the lines of a traceback joined by line ends. */
  readonly message: string
  /** What the writer adds to each message: nginx's `server`, `upstream`, `request`; a `file` and `line` of the configuration; Apache's `errno`. */
  readonly fields: Readonly<Record<string, string>>
  readonly place: LogPlace
}

/** A part of a log: offsets in UTF-16 units, `end` excluded; lines from 0, `endLine` included. */
export interface LogPlace {
  readonly start: number
  readonly end: number
  readonly line: number
  readonly endLine: number
}

/** Reads a log piece by piece: what was read is never read again. */
export interface LogReader {
  /** The entries that end in `text`, which follows what was read before. */
  read(text: string): LogEntry[]
  /** What stands at the end without a line end, and tracebacks without their last line. */
  end(): LogEntry[]
  /** Lines read so far. */
  readonly lines: number
}

/** Servers write no longer lines (nginx 2,048 bytes, Apache 8,192): of a longer one the rest is not looked at. */
const longestLine = 8192
const longestTraceback = 400
/** Processes that write tracebacks at the same time. */
const mostOpen = 64

/** A traceback (or a syntax error of Apache's) whose last line is still to come. */
interface Open {
  readonly kind: 'traceback' | 'syntax-error'
  readonly head: Split
  readonly lines: string[]
  readonly start: number
  readonly line: number
}

export function makeLogReader(): LogReader {
  let offset = 0
  let line = 0
  let partial = ''
  /** Units of the line in `partial` that were dropped for its length. */
  let dropped = 0
  const open = new Map<string, Open>()

  const entryOf = (head: Split, message: string, start: number, first: number, end: number, last: number): LogEntry => ({
    writer: head.writer,
    level: head.level,
    code: head.code,
    message,
    fields: head.fields,
    place: { start, end, line: first, endLine: last },
  })
  const close = (key: string, entry: Open, end: number, last: number): LogEntry => {
    open.delete(key)
    return entryOf(entry.head, entry.lines.join('\n'), entry.start, entry.line, end, last)
  }
  const takeLine = (text: string, start: number, end: number, entries: LogEntry[]): void => {
    const split = splitLine(text)
    const { message } = split
    const before = open.get(split.stream)
    if (before?.kind === 'traceback') {
      if (/^\s|^$/.test(message)) {
        if (before.lines.length < longestTraceback) before.lines.push(message)
        return
      }
      if (!message.startsWith('Traceback (most recent call last)')) {
        if (/^[\w.]+(?::|$)/.test(message)) {
          before.lines.push(message)
          entries.push(close(split.stream, before, end, line))
          return
        }
        entries.push(close(split.stream, before, start, line - 1))
      }
    } else if (before) {
      before.lines.push(message)
      entries.push(close(split.stream, before, end, line))
      return
    }
    const kind = message.startsWith('Traceback (most recent call last)')
      ? 'traceback'
      : /^(?:\S+: )?Syntax error on line \d+ of .*:$/.test(message)
        ? 'syntax-error'
        : undefined
    if (kind) {
      if (open.size >= mostOpen) open.delete(open.keys().next().value ?? '')
      open.set(split.stream, { kind, head: split, lines: [message], start, line })
    } else if (message.trim() !== '') entries.push(entryOf(split, message, start, line, end, line))
  }
  const finishLine = (text: string, entries: LogEntry[]): void => {
    const length = text.length + dropped
    takeLine(text.slice(0, longestLine).replace(/\r$/, ''), offset, offset + length, entries)
    offset += length + 1
    line++
    dropped = 0
  }

  return {
    read(text) {
      const entries: LogEntry[] = []
      let at = 0
      for (let next = text.indexOf('\n'); next !== -1; next = text.indexOf('\n', at)) {
        finishLine(partial + text.slice(at, next), entries)
        partial = ''
        at = next + 1
      }
      partial += text.slice(at)
      if (partial.length > 2 * longestLine) {
        dropped += partial.length - longestLine
        partial = partial.slice(0, longestLine)
      }
      return entries
    },
    end() {
      const entries: LogEntry[] = []
      if (partial !== '') finishLine(partial, entries)
      partial = ''
      for (const [key, entry] of [...open]) entries.push(close(key, entry, offset, Math.max(entry.line, line - 1)))
      return entries
    },
    get lines() {
      return line
    },
  }
}

/** A line without what stands before the message. */
interface Split {
  readonly writer: LogWriter
  readonly level: string | undefined
  readonly code: string | undefined
  readonly message: string
  readonly fields: Readonly<Record<string, string>>
  /** Lines of one traceback come in one stream: Apache's of one process and thread, all others' together. */
  readonly stream: string
}

function splitLine(line: string): Split {
  const text = line.replace(collectorPrefix, '')
  return splitNginx(text) ?? splitApache(text) ?? splitGunicorn(text) ?? splitPlain(text)
}

/** What journald, syslog and `docker compose logs` put before each line. */
const collectorPrefix =
  /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,64} [\w.@/-]{1,64}(?:\[\d+\])?: |\d{4}-\d\d-\d\dT[\d:.,+-]{8,24}Z? \S{1,64} [\w.@/-]{1,64}\[\d+\]: |[\w.-]{1,64} +\| )/

/** `ngx_log_error_core` in nginx's src/core/ngx_log.c; on standard error it writes `nginx: [emerg] …` as well. */
function splitNginx(text: string): Split | undefined {
  const match = /^(?:\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[(\w+)\] \d+#\d+: (?:\*\d+ )?|nginx: \[(\w+)\] )(.*)$/.exec(text)
  if (!match) return /^nginx: configuration file /.test(text) ? { ...splitPlain(text.slice(7)), writer: 'nginx' } : undefined
  const fields: Record<string, string> = {}
  let message = match[3] ?? ''
  const client = message.indexOf(', client: ')
  if (client !== -1) {
    for (const [, name = '', value = ''] of message.slice(client).matchAll(/, (client|server|request|upstream|host): ("(?:[^"\\]|\\.)*"|[^,]*)/g)) {
      fields[name] ??= value.replace(/^"|"$/g, '')
    }
    message = message.slice(0, client)
  }
  const place = / in (\/?[^\s:"]+):(\d+)$/.exec(message)
  if (place) {
    fields.file = place[1] ?? ''
    fields.line = place[2] ?? ''
    message = message.slice(0, place.index)
  }
  return { writer: 'nginx', level: match[1] ?? match[2], code: undefined, message, fields, stream: 'nginx' }
}

/** Apache's default `ErrorLogFormat`, and the shorter one of Apache 2.2. */
function splitApache(text: string): Split | undefined {
  const match = /^\[(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d [\d:.]+ \d{4}\] \[(?:([\w-]*):)?([a-z]+\d?)\] (?:\[pid (\d+)(?::tid (\w+))?\] )?(.*)$/.exec(text)
  if (!match) return undefined
  const [, , level, pid = '', tid = '', all = ''] = match
  const fields: Record<string, string> = {}
  let rest = all
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const found = pattern.exec(rest)
    if (found) rest = rest.slice(found[0].length)
    return found ?? undefined
  }
  take(/^[\w.-]+\.c\(\d+\): /)
  const error = take(/^\((\d+)\)([^:[]+): /)
  const client = take(/^\[(?:client|remote) ([^\]]+)\] ?/)
  const late = error ?? take(/^\((\d+)\)([^:[]+): /)
  if (late) fields.errno = late[2] ?? ''
  if (client) fields.client = client[1] ?? ''
  const code = take(/^(AH\d{5}|WSGI\d{4}): /)
  take(/^mod_wsgi \(pid=\d+[^)]*\): /)
  const referer = /, referer: \S*$/.exec(rest)
  if (referer) rest = rest.slice(0, referer.index)
  return { writer: 'apache', level, code: code?.[1], message: rest, fields, stream: `apache ${pid} ${tid}` }
}

function splitGunicorn(text: string): Split | undefined {
  const match = /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] \[\d+\] \[(\w+)\] (.*)$/.exec(text)
  return match ? { writer: 'gunicorn', level: match[1]?.toLowerCase(), code: undefined, message: match[2] ?? '', fields: {}, stream: 'plain' } : undefined
}

/** What Apache writes on standard error before it has a log: `(98)Address already in use: AH00072: …`, `AH00558: apache2: …`. */
function splitPlain(text: string): Split {
  const match = /^(?:\w+: )?(?:\((\d+)\)([^:[]+): )?(AH\d{5}): (?:(?:apache2|httpd): )?/.exec(text)
  const fields = match?.[2] === undefined ? {} : { errno: match[2] }
  return { writer: 'plain', level: undefined, code: match?.[3], message: match ? text.slice(match[0].length) : text, fields, stream: 'plain' }
}
