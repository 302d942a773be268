import { type Memento, type QuickPickItem, ThemeIcon, window } from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'
import type { PlainPosition, Question } from './answer.ts'
import { asWritten, readWritten } from './written.ts'

/** Where the command was called: what a code lens gives it, or a whole request. */
export interface Called {
  readonly uri?: string
  readonly position?: PlainPosition
  readonly url?: string
  readonly method?: string
  readonly headers?: readonly string[]
  readonly client?: string
}

/** The server's answer to `webconf/requestAt`. */
interface Example {
  readonly url: string
  readonly reaches: boolean
}

/** The request to explain: that of the code lens where one is known to get there, else what the person writes. Undefined where nothing is asked. */
export async function questionFor(client: BaseLanguageClient, memory: Memento, called: Called): Promise<Question | undefined> {
  const { headers = [], client: address = '' } = called
  const whole = (written: Pick<Question, 'method' | 'url'>, uri: string | undefined): Question => {
    void remember(memory, asWritten(written))
    return { ...written, headers, client: address, ...(uri === undefined ? {} : { uri }) }
  }
  if (called.url !== undefined) return whole({ method: called.method ?? 'GET', url: called.url }, called.uri)
  const place = called.uri !== undefined && called.position ? { uri: called.uri, position: called.position } : cursor()
  const example = place && (await exampleAt(client, place))
  if (called.position && example?.reaches) return whole({ method: 'GET', url: example.url }, place?.uri)
  const written = await write(example?.url ?? '', remembered(memory))
  return written && whole(written, place?.uri)
}

function cursor(): { readonly uri: string; readonly position: PlainPosition } | undefined {
  const editor = window.activeTextEditor
  if (editor?.document.languageId !== 'nginx' && editor?.document.languageId !== 'apacheconf') return undefined
  const { line, character } = editor.selection.active
  return { uri: editor.document.uri.toString(), position: { line, character } }
}

async function exampleAt(client: BaseLanguageClient, place: { readonly uri: string; readonly position: PlainPosition }): Promise<Example | undefined> {
  if (!client.isRunning()) return undefined
  try {
    return (await client.sendRequest<Example | null>('webconf/requestAt', place)) ?? undefined
  } catch {
    // The server ended meanwhile: the person can still write a request.
    return undefined
  }
}

interface Choice extends QuickPickItem {
  readonly request: Pick<Question, 'method' | 'url'> | undefined
}

/** Asks for a request, with one to begin with, and offers those that were asked before. */
function write(proposed: string, before: readonly string[]): Promise<Pick<Question, 'method' | 'url'> | undefined> {
  const box = window.createQuickPick<Choice>()
  box.title = 'Explain a Request'
  box.placeholder = 'https://shop.example/cart, or POST https://shop.example/cart'
  box.value = proposed
  const fill = (): void => {
    const typed = readWritten(box.value, proposed === '' ? undefined : proposed)
    const own: Choice[] = box.value.trim() === '' ? [] : [choiceOf(box.value, typed)]
    const earlier = before
      .filter((text) => text !== box.value.trim())
      .flatMap((text): Choice[] => [{ ...choiceOf(text, readWritten(text)), iconPath: new ThemeIcon('history') }])
    box.items = [...own, ...earlier]
  }
  fill()
  return new Promise((resolve) => {
    let chosen: Choice['request']
    box.onDidChangeValue(fill)
    box.onDidAccept(() => {
      const [item] = box.activeItems
      if (!item?.request) return
      chosen = item.request
      box.hide()
    })
    box.onDidHide(() => {
      box.dispose()
      resolve(chosen)
    })
    box.show()
  })
}

/** What is typed is shown whatever it is, and filters nothing. */
const choiceOf = (text: string, request: Choice['request']): Choice => ({
  label: request ? asWritten(request) : text,
  ...(request ? {} : { description: 'is no URL that begins with http:// or https://' }),
  alwaysShow: true,
  request,
})

const key = 'webconf.requests'
const most = 8

const remembered = (memory: Memento): readonly string[] => memory.get<readonly string[]>(key, [])

const remember = (memory: Memento, text: string): Thenable<void> =>
  memory.update(key, [text, ...remembered(memory).filter((each) => each !== text)].slice(0, most))
