import { isAbsolute, join } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'

/** A module that a process manager hands to an application server (`gunicorn config.wsgi:application`). */
export interface ServedModule {
  /** The file that says so: a Dockerfile, compose file or Procfile. */
  readonly path: string
  /** `config.wsgi`. */
  readonly module: string
  /** The folder in which it is started, as deployed; undefined where that is not told. */
  readonly folder: string | undefined
  /** The program, as deployed, where it is given with its path (`/srv/site/venv/bin/gunicorn`). */
  readonly program: string | undefined
}

/** Application servers that take a module by its dotted name. */
const command = /(?:^|[\s"'[=])((?:\/[^\s"',]+\/)?(?:gunicorn|uvicorn|hypercorn|daphne))\b([^\n]*?[\s"',])([A-Za-z_]\w*(?:\.\w+)+)(?::\w+)/gm

/** What the Dockerfiles, compose files and Procfiles among some files start. */
export function servedModules(snapshot: Snapshot, files: readonly string[]): ServedModule[] {
  const found: ServedModule[] = []
  for (const path of files) {
    if (!isProcessFile(path)) continue
    const content = snapshot.content(path)
    if (content.state !== 'content' || content.value.binary || content.value.text.length > 200_000) continue
    const text = content.value.text.replace(/\\\r?\n/g, '  ')
    const folder = /^\s*(?:WORKDIR\s+|working_dir:\s*)\s*["']?(\/[^\s"']*)/im.exec(text)?.[1]
    for (const match of text.matchAll(command)) {
      const changed = /--chdir[=\s,"']+(\/[^\s"',]+)/.exec(match[2] ?? '')?.[1]
      const program = match[1]
      found.push({ path, module: match[3] ?? '', folder: changed ?? folder, program: program && isAbsolute(program) ? program : undefined })
    }
  }
  return found
}

/** Files by which the path map can be anchored: the module's file in its folder, and the program. */
export function anchorsOfServed(modules: readonly ServedModule[]): string[] {
  return modules.flatMap(({ module, folder, program }) => [
    ...(folder === undefined ? [] : [join(folder, `./${module.replaceAll('.', '/')}.py`)]),
    ...(program === undefined ? [] : [program]),
  ])
}

/** Units and supervisor's programs are read as processes, with all that they say. */
const isProcessFile = (path: string): boolean => /(^|\/)(Procfile|Dockerfile[^/]*|[^/]*\.Dockerfile|(docker-)?compose[^/]*\.ya?ml)$/.test(path)
