/** A table written as a text: on each line a name, then what is said of it. */
export const wordTable = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .trim()
      .split('\n')
      .map((line) => {
        const [name = '', ...words] = line.trim().split(' ')
        return [name, words.join(' ')]
      }),
  )
