/** One simple command of a shell script. */
export interface ShellCommand {
  /** Without quotes; a word with `$` in it is kept as written. */
  readonly words: readonly string[]
  /** Offsets in the script. */
  readonly start: number
  readonly end: number
}

/**
 * The simple commands of a script in their order, as far as they can be told without a shell: divided at line ends, `;`, `&&`, `||`, `|` and `&`,
 * comments left out, words of the shell's own (`if`, `then`, `do`, `{`) looked through, and assignments before a command dropped.
 */
export function shellCommands(script: string): ShellCommand[] {
  const commands: ShellCommand[] = []
  let words: string[] = []
  let word: string | undefined
  let start = 0
  let end = 0
  const endWord = (): void => {
    if (word !== undefined) words.push(word)
    word = undefined
  }
  const endCommand = (): void => {
    endWord()
    while (words[0] !== undefined && (keywords.has(words[0]) || /^[A-Za-z_]\w*=/.test(words[0]))) words.shift()
    if (words.length > 0) commands.push({ words, start, end })
    words = []
  }
  for (let at = 0; at < script.length; at++) {
    const char = script.charAt(at)
    if (char === '\\') {
      const next = script.slice(at + 1, at + 3)
      if (next === '\r\n') at += 2
      else if (next.startsWith('\n')) at++
      else {
        if (word === undefined && words.length === 0) start = at
        word = (word ?? '') + script.charAt(++at)
        end = at + 1
      }
    } else if (char === '#' && word === undefined) {
      const stop = script.indexOf('\n', at)
      at = (stop < 0 ? script.length : stop) - 1
    } else if (/[ \t\r]/.test(char)) endWord()
    else if (/[\n;&|()]/.test(char)) endCommand()
    else {
      if (word === undefined && words.length === 0) start = at
      if (char === '"' || char === "'") {
        const close = closingQuote(script, at, char)
        word = (word ?? '') + script.slice(at + 1, close)
        at = close
      } else word = (word ?? '') + char
      end = at + 1
    }
  }
  endCommand()
  return commands
}

const keywords: ReadonlySet<string> = new Set(['if', 'then', 'else', 'elif', 'do', 'while', 'until', '{', '!', 'time', 'exec', 'sudo', 'env', 'command'])

function closingQuote(script: string, from: number, quote: string): number {
  for (let at = from + 1; at < script.length; at++) {
    if (script.charAt(at) === '\\' && quote === '"') at++
    else if (script.charAt(at) === quote) return at
  }
  return script.length
}
