import { isAbsolute, join } from '../../workspace/path.ts'
import type { ApplicationProcess } from './process.ts'

/** Files of the server that a process names beyond doubt: its program and its virtualenv. */
export const programsOf = ({ program, virtualenv }: ApplicationProcess): string[] => [
  ...(program && isAbsolute(program.value) ? [program.value] : []),
  ...(virtualenv && isAbsolute(virtualenv.value) ? [join(virtualenv.value, 'pyvenv.cfg')] : []),
]

/** The same with the file of its module, taken to be in the folder from which it is said to be imported. */
export function anchorsOfProcess(process: ApplicationProcess): string[] {
  const folder = process.changesTo ?? process.folder
  const module = /^[A-Za-z_]\w*(?:\.\w+)+(?=:|$)/.exec(process.application?.value ?? '')?.[0]
  if (!folder || !isAbsolute(folder.value) || module === undefined) return programsOf(process)
  return [...programsOf(process), join(folder.value, `${module.replaceAll('.', '/')}.py`)]
}
