import { splitWords } from '../../../syntax/apache/words.ts'
import type { Section } from './section.ts'

/** The section around that gives `cmd->path`: `<Location>` or `<Proxy>`; undefined outside of both. */
export function pathSection(section: Section): Section | undefined {
  for (let at: Section | undefined = section; at?.path; at = at.outer) if (/^(location|proxy)(match)?$/.test(at.name)) return at
  return undefined
}

/** `cmd->path` inside a `<Location>` or `<Proxy>`; undefined where it is not known. */
export function pathOf(section: Section): string | undefined {
  const { directive, name = '' } = pathSection(section) ?? {}
  if (!directive || directive.args.some((argument) => !argument.known)) return undefined
  const words = splitWords(sectionHead(directive.argumentText), 0).map(({ value }) => value)
  const path = words[0] === '~' ? words[1] : words[0]
  return name.startsWith('proxy') ? path?.replace(/^proxy:/i, '') : path
}

/** What stands between a section's name and its last `>`. */
export const sectionHead = (text: string): string => (text.includes('>') ? text.slice(0, text.lastIndexOf('>')) : text)
