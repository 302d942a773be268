import { enclosing, type PlacedDirective, placeOfWhole } from '../configuration/placed.ts'
import { makeSourceReader } from '../configuration/source.ts'
import type { Conversion } from '../conversion/conversion.ts'
import { htaccessFiles } from '../conversion/htaccess-files.ts'
import { convertToApache } from '../conversion/to-apache/convert.ts'
import { convertHtaccessToNginx, convertToNginx } from '../conversion/to-nginx/convert.ts'
import type { Dialect } from '../syntax/tree.ts'
import { basename, dirname } from '../workspace/path.ts'
import { textsIn } from '../workspace/texts.ts'
import type { DocumentView } from './lib/view.ts'

/** Something in a document that can be written for the other server. */
export interface ConversionOffer {
  readonly title: string
  readonly to: Dialect
}

/** What stands at an offset and can be written for the other server: quick, as it is asked at each move of the cursor. */
export function conversionsAt(view: DocumentView, offset: number): readonly ConversionOffer[] {
  const { source } = view
  if (source.templated || source.tree.faults.length > 0) return []
  if (isHtaccess(view)) return [{ title: 'Convert this .htaccess to nginx', to: 'nginx' }]
  const found = sectionAt(view, offset)
  if (!found) return []
  return source.tree.dialect === 'apache'
    ? [{ title: 'Convert this virtual host to nginx', to: 'nginx' }]
    : [{ title: 'Convert this server to Apache', to: 'apache' }]
}

/** The text for the other server, with what differs and what is left as comments at its head. Undefined where there is nothing to convert. */
export function convertDocument(view: DocumentView, offset: number | undefined): { readonly dialect: Dialect; readonly text: string } | undefined {
  const made = conversionOf(view, offset)
  return made && { dialect: made.to, text: headOf(made, view) + made.text }
}

const isHtaccess = ({ source }: DocumentView): boolean => source.tree.dialect === 'apache' && basename(source.path).endsWith('.htaccess')

/** The virtual host or server around an offset, in the first configuration that reads the document. */
function sectionAt({ configurations, source, current }: DocumentView, offset: number): PlacedDirective | undefined {
  const configuration = configurations[0]?.configuration
  if (!configuration || !current) return undefined
  const name = configuration.dialect === 'apache' ? 'virtualhost' : 'server'
  return configuration.all.find((each) => {
    if (each.name !== name || each.source !== source || !each.node.block || each.presence === 'absent' || enclosing(each, 'upstream', 'stream', 'mail'))
      return false
    const { start, end } = placeOfWhole(each)
    return start <= offset && offset <= end
  })
}

function conversionOf(view: DocumentView, offset: number | undefined): Conversion | undefined {
  const { source, configurations, snapshot, part } = view
  const configuration = configurations[0]?.configuration
  if (!configuration || source.templated || source.tree.faults.length > 0) return undefined
  const { paths } = part.understanding
  const section = offset === undefined ? undefined : sectionAt(view, offset)
  if (configuration.dialect === 'nginx') return convertToApache(configuration, { section })
  if (isHtaccess(view)) return convertHtaccessToNginx(configuration, paths.toDeployed(dirname(source.path)) ?? dirname(source.path))
  const files = htaccessFiles(configuration, snapshot, makeSourceReader(), part.input.settings, (folder) => paths.toWorkspace(folder))
  return convertToNginx(configuration, { section, ...files })
}

function headOf({ remarks, to }: Conversion, { source, snapshot }: DocumentView): string {
  const texts = textsIn(snapshot)
  const told = remarks.filter(({ outcome }) => outcome !== 'kept')
  const lines = told.map(({ at, directive, outcome, message }) =>
    `#   ${basename(at.path)}:${texts.lines(at.path).lineAt(at.start) + 1}: ${outcome}: ${directive}: ${message}`.replace(/\s*\\?$/, ''),
  )
  const title = `# ${basename(source.path)} for ${to === 'nginx' ? 'nginx' : 'Apache'}, by webconf.`
  return [told.length === 0 ? `${title} Everything is carried over.` : `${title} What differs and what is left:`, ...lines, '', ''].join('\n')
}
