import type { PlacedDirective } from '../../../configuration/placed.ts'
import { isAbsolute, normalize } from '../../../workspace/path.ts'

/** The path of a plain `<Directory>` section; undefined where it is a pattern or not known. */
export function pathOf(section: PlacedDirective): string | undefined {
  const [argument, ...more] = section.args
  if (section.name !== 'directory' || !argument?.known || more.length > 0 || /[*?[\]]/.test(argument.value) || !isAbsolute(argument.value)) return undefined
  return normalize(argument.value)
}
