/** A table of names with wildcards at either end, as `ngx_hash_add_key` fills it and `ngx_hash_find_combined` looks in it. */
export interface NameTable<Value> {
  /** False where another name stands in its way: it is ignored then. */
  add(name: string, value: Value): boolean
  /** The value of an exact name, else of the longest wildcard at the beginning, else of the longest at the end. */
  find(name: string): Value | undefined
}

export function makeNameTable<Value>(): NameTable<Value> {
  const exact = new Map<string, Value>()
  /** Exact names that a `.name` stands for as well. */
  const covered = new Set<string>()
  const heads = new Map<string, { readonly value: Value; readonly itself: boolean }>()
  const tails = new Map<string, Value>()
  return {
    add(written, value) {
      const name = lower(written)
      if (name.startsWith('*.')) return once(heads, name.slice(2), { value, itself: false })
      if (name.endsWith('.*')) return once(tails, name.slice(0, -2), value)
      if (name.startsWith('.') && name.length > 1) {
        const rest = name.slice(1)
        if (exact.has(rest) || covered.has(rest)) return false
        covered.add(rest)
        return once(heads, rest, { value, itself: true })
      }
      return !covered.has(name) && once(exact, name, value)
    },
    find(given) {
      const name = lower(given)
      if (exact.has(name)) return exact.get(name)
      if (name === '') return undefined
      if (heads.size > 0) {
        const itself = heads.get(name)
        if (itself?.itself) return itself.value
        for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
          const found = dot > 0 ? heads.get(name.slice(dot + 1)) : undefined
          if (found) return found.value
        }
      }
      if (tails.size > 0) {
        for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
          if (tails.has(name.slice(0, dot))) return tails.get(name.slice(0, dot))
        }
      }
      return undefined
    },
  }
}

function once<Value>(map: Map<string, Value>, name: string, value: Value): boolean {
  if (map.has(name)) return false
  map.set(name, value)
  return true
}

const lower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
