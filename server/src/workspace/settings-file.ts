import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser'
import { isAbsolute, join } from './path.ts'
import { type Settings, settingsSchema } from './settings.ts'

/** Something wrong in `webconf.json`. */
export interface SettingsProblem {
  readonly message: string
  /** UTF-16 offset and length in the file. */
  readonly offset: number
  readonly length: number
}

/**
 * The settings in force: the editor's, under those of `webconf.json`. What cannot be used is left out, said,
 * and everything else holds.
 *
 * @param text the content of `webconf.json`, undefined where there is none
 * @param editor the editor's `webconf` section, or the command's options in that form
 * @param folder the folder of `webconf.json`, to which its workspace paths are relative
 */
export function readSettings(text: string | undefined, editor: unknown, folder: string): { settings: Settings; problems: SettingsProblem[] } {
  const problems: SettingsProblem[] = []
  let file: unknown = {}
  if (text !== undefined && text.trim() !== '') {
    const errors: ParseError[] = []
    file = parse(text, errors, { allowTrailingComma: true })
    const first = errors[0]
    if (first) {
      problems.push({
        message: `webconf.json is not valid JSON here (${printParseErrorCode(first.error)}): its settings are read as far as they go.`,
        offset: first.offset,
        length: Math.max(1, first.length),
      })
    }
  }
  const merged = merge(isRecord(editor) ? editor : {}, isRecord(file) ? file : {})
  let result = settingsSchema.safeParse(merged)
  for (let round = 0; !result.success && round < 50; round++) {
    const issue = result.error.issues[0]
    if (!issue || issue.path.length === 0) break
    problems.push({ message: `The setting "${issue.path.map(String).join('.')}" is left out: ${issue.message}.`, ...placeOf(text, issue.path.map(String)) })
    remove(merged, issue.path.map(String))
    result = settingsSchema.safeParse(merged)
  }
  const settings = result.success ? result.data : settingsSchema.parse({})
  const paths = Object.fromEntries(Object.entries(settings.paths).map(([deployed, path]) => [deployed, isAbsolute(path) ? path : join(folder, path)]))
  return { settings: { ...settings, paths }, problems }
}

function placeOf(text: string | undefined, path: readonly string[]): { offset: number; length: number } {
  const key = `"${path.at(-1)}"`
  const offset = text?.indexOf(key) ?? -1
  return offset < 0 ? { offset: 0, length: 1 } : { offset, length: key.length }
}

function merge(under: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const below = result[key]
    result[key] = isRecord(below) && isRecord(value) ? merge(below, value) : value
  }
  return withoutEmpty(result)
}

/** Editors give every setting: those that nobody set as `null` or an empty text. */
const withoutEmpty = (settings: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(settings)
      .filter(([, value]) => value !== null && value !== undefined && value !== '')
      .map(([key, value]) => [key, isRecord(value) ? withoutEmpty(value) : value]),
  )

function remove(settings: Record<string, unknown>, path: readonly string[]): void {
  const [key, ...rest] = path
  if (key === undefined) return
  const inner = settings[key]
  if (rest.length === 0 || !isRecord(inner)) delete settings[key]
  else remove(inner, rest)
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
