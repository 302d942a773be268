/** One thing that a server's own test said. */
export interface Said {
  readonly severity: 'error' | 'warning'
  readonly message: string
  /** As the server names it; undefined where it names none. */
  readonly file: string | undefined
  /** 1-based. */
  readonly line: number | undefined
}

/** Reads what `nginx -t` prints: `nginx: [emerg] unknown directive "x" in /etc/nginx/nginx.conf:3`. */
export function saidByNginx(output: string): Said[] {
  return output.split(/\r?\n/).flatMap((text): Said[] => {
    const found = /^(?:\S+: |\S+ \S+ )\[(emerg|alert|crit|error|warn)\] (?:\d+#\d+: )?(.*?)(?: in (\S.*):(\d+))?$/.exec(text)
    const [, level = '', message = '', file, line] = found ?? []
    if (!found) return []
    return [{ severity: level === 'warn' ? 'warning' : 'error', message, file, line: line === undefined ? undefined : Number(line) }]
  })
}

/** Reads what `apache2 -t` prints: a line that names file and line, the words on the next; and warnings with their codes. */
export function saidByApache(output: string): Said[] {
  const said: Said[] = []
  const lines = output.split(/\r?\n/)
  for (let i = 0; i < lines.length; i++) {
    const text = lines[i] ?? ''
    const error = /^(?:AH\d+: )?Syntax error on line (\d+) of (.*?):\s*(.*)$/.exec(text)
    if (error) {
      const [, line, file, rest = ''] = error
      said.push({ severity: 'error', message: rest || (lines[++i] ?? ''), file, line: Number(line) })
      continue
    }
    const [, code, words = ''] = /^(?:\[[^\]]*\] )*(AH\d+): (?:\w+: )?(.*)$/.exec(text) ?? []
    if (code !== undefined)
      said.push({ severity: words.startsWith('Configuration error') ? 'error' : 'warning', message: `${code}: ${words}`, file: undefined, line: undefined })
  }
  return said
}
