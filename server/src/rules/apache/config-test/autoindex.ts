import { unknownWord } from './core.ts'
import { atoi, type Handler, type Handlers, oneOf, type Said } from './reading.ts'
import { isRedirect } from './status-codes.ts'

export const indexOptionWords = [
  'FancyIndexing',
  'FoldersFirst',
  'HTMLTable',
  'IconsAreLinks',
  'IgnoreCase',
  'IgnoreClient',
  'ScanHTMLTitles',
  'SuppressColumnSorting',
  'SuppressDescription',
  'SuppressHTMLPreamble',
  'SuppressIcon',
  'SuppressLastModified',
  'SuppressSize',
  'SuppressRules',
  'TrackModified',
  'VersionSort',
  'XHTML',
  'ShowForbidden',
  'AddAltClass',
]
const plainOptions: ReadonlySet<string> = new Set(indexOptionWords.map((word) => word.toLowerCase()))
const noneOption = 'indexoptions none'
const someOption = 'indexoptions some'

/** `mod_autoindex.c: add_opts` */
const indexOptions: Handler = (reading, ...words) => {
  const { set } = reading.section
  let none = set.has(noneOption)
  let some = set.has(someOption)
  for (const [at, whole] of words.entries()) {
    const sign = /^[+-]/.exec(whole)?.[0] ?? ''
    const word = whole.slice(sign.length)
    const lower = word.toLowerCase()
    const equals = lower.indexOf('=')
    if (plainOptions.has(lower)) {
      if (sign === '') some = true
    } else if (lower === 'none') {
      if (sign !== '') return { server: "Cannot combine '+' or '-' with 'None' keyword", at, words: 'None stands without a sign: it takes all options away.' }
      none = true
      some = false
    } else {
      const said = equals >= 0 ? badValue(lower.slice(0, equals), word.slice(equals + 1), sign, at) : badWithoutValue(lower, word, sign, at)
      if (said === 'unknown')
        return unknownWord(reading, at, word, [...indexOptionWords, 'None', 'UseOldDateFormat'], 'Invalid directory indexing option', sign)
      if (said) return said
    }
  }
  if (none && some)
    return {
      server: "Cannot combine other IndexOptions keywords with 'None'",
      rule: 'apache/conflict',
      at: 'all',
      words: 'None and other options exclude each other.',
    }
  if (reading.directive.presence === 'present') {
    if (none) set.set(noneOption, reading.directive)
    if (some) set.set(someOption, reading.directive)
    else set.delete(someOption)
  }
  return undefined
}

function badWithoutValue(lower: string, word: string, sign: string, at: number): Said | 'unknown' {
  if (lower === 'iconwidth' || lower === 'iconheight' || lower === 'useolddateformat') return undefined
  if (lower !== 'namewidth' && lower !== 'descriptionwidth') return 'unknown'
  const name = lower === 'namewidth' ? 'NameWidth' : 'DescriptionWidth'
  if (sign === '-') return undefined
  return { server: `${name} with no value may only appear as '-${name}'`, at, words: `${word} needs a value: ${name}=* or a number of characters.` }
}

function badValue(key: string, value: string, sign: string, at: number): Said | 'unknown' {
  if (key === 'type' || key === 'charset') return undefined
  const known = { iconwidth: ['IconWidth', 0], iconheight: ['IconHeight', 0], namewidth: ['NameWidth', 5], descriptionwidth: ['DescriptionWidth', 12] } as const
  if (!Object.hasOwn(known, key)) return 'unknown'
  const [name, least] = known[key as keyof typeof known]
  if (sign === '-') return { server: `Cannot combine '-' with ${name}=n`, at, words: `-${name} takes no value.` }
  const width = atoi(value)
  if (value.startsWith('*') || width === 0 || width >= least || least === 0) return undefined
  return { server: `${name} value must be greater than ${least}`, at, words: `${name} must be ${least} or more, or * for what is needed; not "${value}".` }
}

/** `mod_autoindex.c: set_default_order` */
const indexOrderDefault: Handler = (reading, direction, key) =>
  oneOf(['Ascending', 'Descending'], "First keyword must be 'Ascending' or 'Descending'")(reading, direction) ??
  (/^(name|date|size|description)$/i.test(key)
    ? undefined
    : unknownWord(reading, 1, key, ['Name', 'Date', 'Size', 'Description'], "Second keyword must be 'Name', 'Date', 'Size', or 'Description'"))

/** `mod_autoindex.c: add_icon` */
const addIcon: Handler = (_, icon) =>
  icon.startsWith('(') && !icon.includes(')')
    ? { server: 'missing closing paren', at: 0, words: `"${icon}" opens a parenthesis and does not close it: write (TEXT,URL).` }
    : undefined

/** `mod_dir.c: configure_redirect` */
const directoryIndexRedirect: Handler = (_, value) => {
  if (/^(on|off|permanent|temp|seeother)$/i.test(value)) return undefined
  if (!/^\d/.test(value))
    return {
      server: 'DirectoryIndexRedirect ON|OFF|permanent|temp|seeother|3xx',
      words: `DirectoryIndexRedirect takes On, Off, permanent, temp, seeother or a status from 300 to 399, not "${value}".`,
    }
  return isRedirect(atoi(value))
    ? undefined
    : { server: 'DirectoryIndexRedirect only accepts values between 300 and 399', words: `${value} is no redirect: the status is one from 300 to 399.` }
}

/** `modules/generators/mod_autoindex.c`, `modules/mappers/mod_dir.c` */
export const autoindexHandlers: Handlers = {
  indexoptions: indexOptions,
  indexorderdefault: indexOrderDefault,
  addicon: addIcon,
  addiconbytype: addIcon,
  addiconbyencoding: addIcon,
  directoryindexredirect: directoryIndexRedirect,
}
