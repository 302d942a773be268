import type { Question } from '../answer.ts'
import { element } from './elements.ts'

/** The request, to be changed and asked again. */
export interface Form {
  readonly element: HTMLElement
  /** Writes a question into the fields. */
  fill(question: Question): void
  /** Writes into the field of the URL, as a person does. */
  write(url: string): void
}

/** Enter in a field, or the button, calls `ask`. */
export function makeForm(ask: (question: Question) => void): Form {
  let known: Question = { method: 'GET', url: '', headers: [], client: '' }
  const method = element('select', { id: 'method' })
  const url = element('input', { id: 'url', type: 'text', spellcheck: 'false', autocomplete: 'off', required: '', placeholder: 'https://shop.example/cart' })
  const headers = element('textarea', { id: 'headers', rows: '2', spellcheck: 'false', placeholder: 'Accept-Language: de' })
  const client = element('input', { id: 'client', type: 'text', spellcheck: 'false', autocomplete: 'off', placeholder: '127.0.0.1' })
  const more = element(
    'details',
    { class: 'more' },
    element('summary', {}, 'Headers and client'),
    element('label', { for: 'headers' }, 'Headers, one a line'),
    headers,
    element('label', { for: 'client' }, 'Address of the client'),
    client,
  )
  const form = element(
    'form',
    { 'aria-label': 'Request' },
    element(
      'div',
      { class: 'line' },
      element('label', { for: 'method', class: 'hidden' }, 'Method'),
      method,
      element('label', { for: 'url', class: 'hidden' }, 'URL'),
      url,
      element('button', { type: 'submit', class: 'main' }, 'Explain'),
    ),
    more,
  )
  const submit = (): void => {
    const lines = headers.value.split('\n').map((line) => line.trim())
    known = { ...known, method: method.value, url: url.value.trim(), headers: lines.filter((line) => line !== ''), client: client.value.trim() }
    ask(known)
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    submit()
  })
  // Enter alone makes a new line there.
  headers.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  })
  return {
    element: form,
    fill(question) {
      known = question
      const names = methods.includes(question.method) ? methods : [...methods, question.method]
      method.replaceChildren(...names.map((name) => element('option', { value: name }, name)))
      method.value = question.method
      url.value = question.url
      headers.value = question.headers.join('\n')
      client.value = question.client
      if (question.headers.length > 0 || question.client !== '') more.open = true
    },
    write(text) {
      url.value = text
    },
  }
}

const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
