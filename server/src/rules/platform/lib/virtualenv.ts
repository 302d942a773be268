import type { ShellCommand } from '../../../deployment/platforms/shell.ts'

/** Whether a command runs in a virtualenv: it is named with its path, or one before it activates the environment. */
export const activates = (words: readonly string[], before: readonly ShellCommand[]): boolean =>
  /[/$]/.test(words[0] ?? '') || before.some((each) => isActivation(each.words))

/** `source …/bin/activate`, `. $PYTHONPATH/activate`, or a PATH that is set anew. */
export const isActivation = (words: readonly string[]): boolean =>
  ((words[0] === 'source' || words[0] === '.') && words.length > 1) || (words[0] === 'export' && words.some((word) => word.startsWith('PATH=')))
