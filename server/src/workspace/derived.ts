/** What follows from an object alone: made when it is first asked for, and gone with the object. */
export function derived<Source extends object, Result>(make: (source: Source) => Result): (source: Source) => Result {
  const made = new WeakMap<Source, { readonly result: Result }>()
  return (source) => {
    let found = made.get(source)
    if (!found) {
      found = { result: make(source) }
      made.set(source, found)
    }
    return found.result
  }
}
