import { type DecorationOptions, type Disposable, OverviewRulerLane, Range, ThemeColor, Uri, window } from 'vscode'
import type { Answer, Step } from './answer.ts'

/** Marks in the editors what decided a request and what lost. */
export interface Marks extends Disposable {
  show(answer: Answer | undefined): void
}

type Mark = Exclude<Step['outcome'], 'passed'>

/** Marks for the editors that are visible, now and later. */
export function makeMarks(extensionUri: Uri): Marks {
  const gutter = (name: Mark): Uri => Uri.joinPath(extensionUri, 'client', 'images', `request-${name}.svg`)
  const types = {
    decided: window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new ThemeColor('webconf.decidedLineBackground'),
      overviewRulerColor: new ThemeColor('webconf.decidedRulerForeground'),
      overviewRulerLane: OverviewRulerLane.Right,
      gutterIconPath: gutter('decided'),
      gutterIconSize: '70%',
    }),
    lost: window.createTextEditorDecorationType({ isWholeLine: true, opacity: '0.55', gutterIconPath: gutter('lost'), gutterIconSize: '70%' }),
  }
  let places: ReadonlyMap<string, ReadonlyMap<Mark, readonly DecorationOptions[]>> = new Map()
  const apply = (): void => {
    for (const editor of window.visibleTextEditors) {
      const own = places.get(editor.document.uri.toString())
      for (const mark of marks) editor.setDecorations(types[mark], own?.get(mark) ?? [])
    }
  }
  const listening = window.onDidChangeVisibleTextEditors(apply)
  return {
    show(answer) {
      places = answer ? placesOf(answer.steps) : new Map()
      apply()
    },
    dispose() {
      listening.dispose()
      for (const type of Object.values(types)) type.dispose()
    },
  }
}

const marks: readonly Mark[] = ['decided', 'lost']

/** What decided anything is not faint for what it lost before. */
function placesOf(steps: readonly Step[]): ReadonlyMap<string, ReadonlyMap<Mark, readonly DecorationOptions[]>> {
  const found = new Map<string, Map<string, { mark: Mark; range: Range; messages: string[] }>>()
  for (const { at, outcome, message } of steps) {
    if (!at || outcome === 'passed') continue
    // As VS Code writes it.
    const uri = Uri.parse(at.uri).toString()
    const { start, end } = at.range
    const key = `${start.line}:${start.character}`
    const own = found.get(uri) ?? new Map()
    found.set(uri, own)
    const known = own.get(key)
    if (known?.mark === outcome) known.messages.push(message)
    else if (!known || outcome === 'decided')
      own.set(key, { mark: outcome, range: new Range(start.line, start.character, end.line, end.character), messages: [message] })
  }
  return new Map(
    [...found].map(([uri, own]) => [
      uri,
      new Map(
        marks.map((mark) => [
          mark,
          [...own.values()]
            .filter((each) => each.mark === mark)
            .map(({ range, messages }) => ({ range, hoverMessage: messages.map((each) => each.replaceAll(/[\\`*_{}[\]()#+\-.!|<>]/g, '\\$&')) })),
        ]),
      ),
    ]),
  )
}
