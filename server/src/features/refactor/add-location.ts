import { servedSetting } from '../../application/served-settings.ts'
import type { PlacedDirective } from '../../configuration/placed.ts'
import { mayHoldUnread } from '../../site/nginx/blocks.ts'
import { locationFor, locationsIn, passOf } from '../../site/nginx/locations.ts'
import { isAbsolute } from '../../workspace/path.ts'
import { cursorAt } from '../lib/cursor.ts'
import { type DocumentView, type NodeAt, placementsOf } from '../lib/view.ts'
import { indentAt, lineStart, replace, unitOf } from './lib/edits.ts'
import type { Offer, Refactoring } from './refactoring.ts'

/** Adds a location to the server around the cursor: for the static files and uploads of the Django project behind it, and for what browsers ask unasked. */
export const addLocation: Refactoring = {
  id: 'add-location',
  kind: 'refactor.rewrite',
  offers(view, { start }) {
    const { source } = view
    if (!view.current || source.tree.dialect !== 'nginx' || source.templated) return []
    const { around, at } = cursorAt(source.tree, source.text, start)
    const candidates = [...around, ...((at.kind === 'name' || at.kind === 'argument') && at.directive ? [at.directive] : [])]
    const node = candidates.findLast((each) => each.node.words[0]?.value === 'server' && each.node.block !== undefined && each.node.block.close !== '')
    if (!node || around.some((each) => each.node.words[0]?.value === 'upstream')) return []
    const [placement, ...others] = placementsOf(view, node)
    if (!placement || others.length > 0 || placement.directive.presence !== 'present') return []
    const { directive: server } = placement
    const { applications, configuration } = placement.configuration
    if (mayHoldUnread(server, configuration, 'location') || server.parent?.name === 'stream' || server.parent?.name === 'mail') return []
    const offers: Offer[] = []
    for (const application of applications) {
      if (application.host !== server) continue
      for (const kind of ['STATIC', 'MEDIA'] as const) {
        const setting = servedSetting(application, kind, view.snapshot)
        if (!setting?.certain || !isAbsolute(setting.root) || isServed(server, setting.url) || !isPlain(setting.url) || !isPlain(setting.root)) continue
        const title = `Add a location for ${kind}_URL: ${setting.url} from ${setting.root}`
        if (!offers.some((each) => each.title === title))
          offers.push({ title, edits: () => [insert(view, node, `location ${setting.url}`, [`alias ${setting.root}/;`])] })
      }
    }
    if (!locationsIn(server).some(({ path }) => path.includes('favicon'))) {
      offers.push({
        title: 'Add a location for /favicon.ico that is not logged',
        edits: () => [insert(view, node, 'location = /favicon.ico', ['access_log off;', 'log_not_found off;', ...passedOn(server)])],
      })
    }
    return offers
  },
}

/** Whether a location of its own has the files below a URL already. */
function isServed(server: PlacedDirective, url: string): boolean {
  const location = locationFor(server, `${url}x`)
  return location === 'unknown' || (location !== 'none' && !(location.path === '/' && passOf(location)))
}

/** Written without quotes. */
const isPlain = (path: string): boolean => /^\/[\w./-]*$/.test(path)

/** What `location /` does with requests, where it hands them on: it does so for the new location too. */
function passedOn(server: PlacedDirective): string[] {
  const root = locationsIn(server).find(({ modifier, path }) => modifier === '' && path === '/')
  if (!root || !passOf(root)) return []
  const kept = root.directive.children.filter(({ name }) => /_pass$|^(?:proxy_set_header|uwsgi_param|fastcgi_param|scgi_param|include)$/.test(name))
  return kept.map(({ node }) => node.text.trim())
}

/** Before the end of a block, an empty line before it. */
function insert({ source }: DocumentView, { node, start }: NodeAt, head: string, lines: readonly string[]) {
  const { text } = source
  const close = start + node.width - (node.block?.close.trimStart().length ?? 0)
  const first = start + node.text.length - node.text.trimStart().length
  const indent = indentAt(text, first)
  const unit = unitOf(text)
  const body = [`${indent}${unit}${head} {`, ...lines.map((line) => `${indent}${unit}${unit}${line}`), `${indent}${unit}}`].join('\n')
  const ownLine = text.slice(lineStart(text, close), close).trim() === ''
  const at = ownLine ? lineStart(text, close) : close
  return replace(source, at, at, ownLine ? `\n${body}\n` : `\n${body}\n${indent}`)
}
