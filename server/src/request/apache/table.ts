import { sameIgnoringCase } from './bytes.ts'

/** APR's table: names in any case, several values for one name, in order. */
export class Table {
  private rows: [name: string, value: string][]

  constructor(rows: readonly (readonly [string, string])[] = []) {
    this.rows = rows.map(([name, value]) => [name, value])
  }

  get entries(): readonly (readonly [name: string, value: string])[] {
    return this.rows
  }

  get(name: string): string | undefined {
    return this.rows.find(([each]) => sameIgnoringCase(each, name))?.[1]
  }

  all(name: string): string[] {
    return this.rows.filter(([each]) => sameIgnoringCase(each, name)).map(([, value]) => value)
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  /** Takes the place of all of the name. */
  set(name: string, value: string): void {
    const at = this.rows.findIndex(([each]) => sameIgnoringCase(each, name))
    if (at < 0) {
      this.rows.push([name, value])
      return
    }
    this.rows = this.rows.filter(([each], i) => i === at || !sameIgnoringCase(each, name))
    this.rows[at] = [name, value]
  }

  add(name: string, value: string): void {
    this.rows.push([name, value])
  }

  /** Behind a comma, where there is a value already. */
  merge(name: string, value: string): void {
    const found = this.rows.find(([each]) => sameIgnoringCase(each, name))
    if (found) found[1] = `${found[1]}, ${value}`
    else this.add(name, value)
  }

  unset(name: string): void {
    this.rows = this.rows.filter(([each]) => !sameIgnoringCase(each, name))
  }

  clear(): void {
    this.rows = []
  }

  copy(): Table {
    return new Table(this.rows)
  }
}

/** `apr_table_overlay`: what is in the first hides the second to those who ask for one value. */
export const overlaid = (over: Table, base: Table): Table => new Table([...over.entries, ...base.entries])
