import type { Explanation, FromPage, Question, ToPage, Use } from '../answer.ts'
import { element, link } from './elements.ts'
import { makeForm } from './form.ts'
import { type Open, renderAnswer } from './render-answer.ts'
import { headlineOf } from './status.ts'

/** What VS Code gives to the page of a panel. */
declare function acquireVsCodeApi(): { postMessage(message: FromPage): void; setState(state: Question): void }

const vscode = acquireVsCodeApi()
const main = document.getElementById('main') ?? document.body
const ask = (question: Question): void => {
  vscode.setState(question)
  vscode.postMessage({ kind: 'ask', question })
}
const form = makeForm(ask)
const result = element('section', { 'aria-label': 'Answer' })
/** Said by screen readers when it changes; what is shown is read by those who go there. */
const spoken = element('p', { role: 'status', class: 'hidden' })
main.append(element('h1', { class: 'hidden' }, 'Explain a request'), form.element, spoken, result)

const open: Open = (uri, range) => vscode.postMessage({ kind: 'open', uri, ...(range ? { range } : {}) })

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  if (data.kind === 'show') show(data.question, data.explanation, data.isNew)
  else read(data.id, data.use)
})
vscode.postMessage({ kind: 'ready' })

function show(question: Question, explanation: Explanation, isNew: boolean): void {
  if (isNew) form.fill(question)
  vscode.setState(question)
  keeping(isNew, () => result.replaceChildren(...parts(question, explanation)))
  const text = explanation.why ?? (explanation.answer ? headlineOf(explanation.answer) : '')
  if (spoken.textContent !== text) spoken.textContent = text
}

function parts(question: Question, { answer, why, configuration, others }: Explanation): readonly HTMLElement[] {
  const asked =
    configuration &&
    element(
      'p',
      { class: 'configuration' },
      'Answered by ',
      link(configuration.name, 'configuration', () => open(configuration.uri)),
    )
  const choice =
    others.length > 0 &&
    element(
      'p',
      { class: 'configuration' },
      'It could also go to ',
      ...others.flatMap((other, i) => [
        ...(i > 0 ? [', '] : []),
        link(other.name, `other${i}`, () => ask({ ...question, configuration: other.uri }), `Ask ${other.name}`),
      ]),
    )
  return [
    ...(why === null ? [] : [element('p', { class: 'why' }, why)]),
    ...(asked ? [asked] : []),
    ...(choice ? [choice] : []),
    ...(answer ? renderAnswer(answer, open, 'answer', 2) : []),
  ]
}

/** Renders anew; what was unfolded, focused and scrolled to stays so where it is still there. */
function keeping(isNew: boolean, render: () => void): void {
  const keyOf = (each: Element | null): string | null => each?.getAttribute('data-key') ?? null
  const folds = new Map(Array.from(result.querySelectorAll('details')).map((each) => [keyOf(each), each.open]))
  const focused = result.contains(document.activeElement) ? keyOf(document.activeElement) : null
  const top = document.documentElement.scrollTop
  render()
  for (const each of Array.from(result.querySelectorAll('details'))) {
    const wasOpen = folds.get(keyOf(each))
    if (wasOpen !== undefined) each.open = wasOpen
  }
  const again = Array.from(result.querySelectorAll('button')).find((each) => focused !== null && keyOf(each) === focused)
  again?.focus({ preventScroll: true })
  document.documentElement.scrollTop = isNew ? 0 : top
}

/** Does what a person would, and tells what the page shows. */
function read(id: number, { url, press }: Use): void {
  if (url !== undefined) form.write(url)
  const button = Array.from(document.querySelectorAll('button')).find((each) => each.textContent === press)
  button?.click()
  vscode.postMessage({ kind: 'text', id, text: textOf(main) })
}

/** The texts of the page, each apart from the next. */
function textOf(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue ?? ''
  return Array.from(node.childNodes).map(textOf).join(' ').replaceAll(/\s+/g, ' ').trim()
}
