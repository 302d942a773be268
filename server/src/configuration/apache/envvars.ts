/** Values that Debian's `/etc/apache2/envvars` exports: `export NAME=value`, with `$SUFFIX` and earlier names replaced. */
export function parseEnvvars(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>([['SUFFIX', '']])
  for (const line of text.split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*?)\s*$/.exec(line)
    if (!match?.[1] || match[2] === undefined) continue
    const raw = match[2]
    const quoted = /^"(.*)"$|^'(.*)'$/.exec(raw)
    const single = quoted?.[2]
    const value = single ?? (quoted?.[1] ?? raw.replace(/\s+#.*$/, '')).replace(/\$\{?(\w+)\}?/g, (whole, name: string) => values.get(name) ?? whole)
    if (/[`$]/.test(value) && single === undefined) values.delete(match[1])
    else values.set(match[1], value)
  }
  values.delete('SUFFIX')
  return values
}
