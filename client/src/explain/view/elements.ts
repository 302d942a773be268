type Child = Node | string | undefined | false

/** Makes an element. Texts become text nodes, never markup; what is undefined or false is left out. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value)
  made.append(...children.filter((child) => child !== undefined && child !== false))
  return made
}

/** A picture of lines in a square of 16, which says nothing by itself: words stand beside it. */
export function icon(shape: keyof typeof shapes): SVGSVGElement {
  const svg = document.createElementNS(namespace, 'svg')
  const path = document.createElementNS(namespace, 'path')
  svg.setAttribute('viewBox', '0 0 16 16')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  path.setAttribute('d', shapes[shape])
  svg.append(path)
  return svg
}

const namespace = 'http://www.w3.org/2000/svg'

const shapes = {
  decided: 'M2.5 8.5l3.5 3.5 7.5-8',
  passed: 'M8 3v9M4.5 8.5L8 12l3.5-3.5',
  lost: 'M4 4l8 8M12 4l-8 8',
} as const

/** A button that leads somewhere. */
export function link(text: string, key: string, press: () => void, label?: string): HTMLButtonElement {
  const made = element('button', { type: 'button', class: 'link', 'data-key': key, 'aria-label': label }, text)
  made.addEventListener('click', press)
  return made
}
