import type { PyValue, Value } from '../../../server/src/deployment/django/values.ts'

/** A value as text that reads like Python: `?` is unknown, `a | b` one of two, `env(X, a)` the default of an environment variable. */
export function showValue(value: Value): string {
  if (value.state === 'known') return showPy(value.value)
  if (value.state === 'one-of') return value.values.map(showValue).join(' | ')
  if (value.state === 'default') return `env(${value.variable}${value.from === '.env' ? ':.env' : ''}, ${showPy(value.value)})`
  return value.variable === undefined ? '?' : `?${value.variable}`
}

function showPy(value: PyValue): string {
  switch (value.kind) {
    case 'none':
      return 'None'
    case 'boolean':
      return value.value ? 'True' : 'False'
    case 'number':
      return String(value.value)
    case 'string':
      return JSON.stringify(value.value).replaceAll('"', "'")
    case 'path':
      return `Path(${value.value})`
    case 'list':
      return `[${showItems(value.items, value.open)}]`
    case 'tuple':
      return `(${showItems(value.items, value.open)})`
    case 'set':
      return `{${showItems(value.items, value.open)}}`
    case 'dict':
      return `{${[...value.entries.map((entry) => `${showPy(entry.key)}: ${showValue(entry.value)}`), ...(value.open ? ['…'] : [])].join(', ')}}`
    default:
      return `<${value.kind}>`
  }
}

const showItems = (items: readonly Value[], open: boolean): string => [...items.map(showValue), ...(open ? ['…'] : [])].join(', ')
