/** One test: a name that reads as a sentence, and what it does. It fails by throwing. */
export type Tests = Readonly<Record<string, () => Promise<void>>>

/**
 * Makes the `run` that VS Code calls from the tests of a suite. They run one after the other, each is
 * reported on a line of its own (`ok NAME`, `not ok NAME`), and VS Code ends with 1 where any failed.
 */
export function suite(tests: Tests): () => Promise<void> {
  return async () => {
    const failed: string[] = []
    for (const [name, test] of Object.entries(tests)) {
      try {
        await within(60_000, test())
        console.log(`ok ${name}`)
      } catch (error) {
        failed.push(name)
        console.log(`not ok ${name}\n${indented(error instanceof Error ? (error.stack ?? error.message) : String(error))}`)
      }
    }
    if (failed.length > 0) throw new Error(`${failed.length} of ${Object.keys(tests).length} failed`)
  }
}

function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(new Error(`not done after ${milliseconds / 1000} s`)), milliseconds)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

const indented = (text: string): string => text.replace(/^/gm, '    ')
