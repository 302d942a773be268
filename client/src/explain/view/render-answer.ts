import type { Answer, PlainRange, Step } from '../answer.ts'
import { element, icon, link } from './elements.ts'
import { headlineOf, kindOf } from './status.ts'

/** Opens a place in the editor. */
export type Open = (uri: string, range?: PlainRange) => void

/** The answer with its steps and branches, under headings of a level. `key` tells its parts from those of other answers. */
export function renderAnswer(answer: Answer, open: Open, key: string, level: 2 | 3): readonly HTMLElement[] {
  const { steps, branches } = answer
  return [
    statusLine(answer, level),
    ...(branches.length > 0 ? [element('p', { class: 'note' }, 'It depends on what the workspace does not show: see the end.')] : []),
    facts(answer, open, key),
    ...headerLists(answer, key),
    heading(level, 'Steps'),
    steps.length > 0 ? element('ol', { class: 'steps' }, ...stepItems(steps, open, key)) : element('p', {}, 'No step is known.'),
    ...(branches.length > 0
      ? [
          heading(level, 'If something is otherwise'),
          element('p', { class: 'note' }, 'This cannot be known from the files of the workspace:'),
          ...branches.map((branch, i) => branchOf(branch, open, `${key}.branch${i}`)),
        ]
      : []),
  ]
}

const heading = (level: 2 | 3, text: string): HTMLElement => element(level === 2 ? 'h2' : 'h3', {}, text)

const statusLine = (answer: Answer, level: 2 | 3): HTMLElement =>
  element(level === 2 ? 'h2' : 'h3', { class: `status ${kindOf(answer.status)}` }, headlineOf(answer))

function facts(answer: Answer, open: Open, key: string): HTMLElement {
  const { server, matched, location, file, fileUri, upstream, upstreamUri, handler, authz } = answer
  const rows: readonly (readonly [string, string | HTMLElement | undefined])[] = [
    ['Redirects to', location],
    ['Server', server],
    ['Location', matched === '' ? 'none' : matched],
    ['File', file !== undefined && fileUri !== undefined ? link(file, `${key}.file`, () => open(fileUri), `Open ${file}`) : file],
    ['Handed on to', upstream],
    ['as', upstreamUri],
    ['Handler', handler],
    ['Access', authz === undefined || authz === 'n/a' ? undefined : authz],
  ]
  return element(
    'dl',
    { class: 'facts' },
    ...rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [element('dt', {}, name), element('dd', {}, value)])),
  )
}

function headerLists({ headers, upstreamHeaders }: Answer, key: string): HTMLElement[] {
  return [
    headerList('Headers of the answer', headers, `${key}.headers`, true),
    upstreamHeaders && headerList('Headers that are handed on', upstreamHeaders, `${key}.upstream`, false),
  ].filter((each) => each !== undefined)
}

function headerList(title: string, headers: Readonly<Record<string, string>>, key: string, isOpen: boolean): HTMLElement | undefined {
  const entries = Object.entries(headers)
  if (entries.length === 0) return undefined
  const list = element('dl', { class: 'headers' }, ...entries.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]))
  return element('details', { 'data-key': key, ...(isOpen ? { open: '' } : {}) }, element('summary', {}, `${title} (${entries.length})`), list)
}

/** What lost in a row is folded where there is much of it. */
function stepItems(steps: readonly Step[], open: Open, key: string): HTMLElement[] {
  const items: HTMLElement[] = []
  for (let i = 0; i < steps.length; ) {
    let end = i
    while (steps[end]?.outcome === 'lost') end++
    const run = steps.slice(i, Math.max(end, i + 1))
    const made = run.map((step, j) => stepItem(step, open, `${key}.step${i + j}`))
    if (run.length > mostLost) {
      const summary = element('summary', {}, `${run.length} others were looked at and lost`)
      items.push(element('li', { class: 'fold' }, element('details', { 'data-key': `${key}.lost${i}` }, summary, element('ul', { class: 'steps' }, ...made))))
    } else items.push(...made)
    i += run.length
  }
  return items
}

const mostLost = 4

function stepItem({ phase, outcome, message, at }: Step, open: Open, key: string): HTMLElement {
  return element(
    'li',
    { class: `step ${outcome}` },
    element('span', { class: 'outcome', title: outcomes[outcome] }, icon(outcome), element('span', {}, outcome)),
    element('span', { class: 'phase' }, phase),
    element('span', { class: 'message' }, message),
    at &&
      element(
        'span',
        { class: 'place' },
        link(at.name, key, () => open(at.uri, at.range), `Open ${at.name}: ${message}`),
      ),
  )
}

const outcomes: Readonly<Record<Step['outcome'], string>> = {
  decided: 'It determined what follows',
  passed: 'It was looked at, and let the request go on',
  lost: 'Another was chosen',
}

function branchOf({ condition, answer }: Answer['branches'][number], open: Open, key: string): HTMLElement {
  return element(
    'details',
    { class: 'branch', 'data-key': key },
    element('summary', {}, 'If ', element('span', { class: 'condition' }, condition), `: ${headlineOf(answer)}`),
    ...renderAnswer(answer, open, key, 3),
  )
}
