import { type IncludeFault, placeOfArgument, placeOfName } from '../../configuration/placed.ts'
import { isTemplatePath } from '../../workspace/dialect.ts'
import { basename } from '../../workspace/path.ts'
import type { ConfigurationContext } from '../rule.ts'

/** Reports what went wrong with includes, on the include itself; `serverMessage` gives the server's words for a fault, if it has any. */
export function reportIncludeFaults(
  context: ConfigurationContext,
  server: string,
  serverMessage: (fault: IncludeFault) => { level: 'emerg' | 'error'; message: string } | undefined,
): void {
  for (const fault of context.configuration.includeFaults) {
    if (mayBeMade(fault, context)) continue
    const argument = fault.directive.args[0]
    const said = serverMessage(fault)
    const optional = fault.kind === 'no-match' && said === undefined
    context.report({
      at: argument ? placeOfArgument(fault.directive, argument) : placeOfName(fault.directive),
      severity: said ? 'error' : optional ? 'info' : 'warning',
      message: explain(fault, server),
      ...(said ? { configTest: said } : {}),
    })
  }
}

/** Whether what is not here may be made when the site is set up: from templates, as this file is, or by a script that speaks of it. */
function mayBeMade({ kind, path, directive }: IncludeFault, { deployment, snapshot }: ConfigurationContext): boolean {
  if (kind !== 'missing' && kind !== 'no-match') return false
  if (directive.source.templated || isTemplatePath(directive.source.path)) return true
  if (kind === 'no-match') return false
  const name = basename(path)
  return deployment.containerSetup.files.some((file) => {
    if (isTemplatePath(file) && basename(file).startsWith(`${name}.`)) return true
    if (!isScript.test(file)) return false
    const content = snapshot.content(file)
    return content.state === 'content' && !content.value.binary && content.value.text.includes(name)
  })
}

const isScript = /\.sh$|(?:^|\/)(?:[^/]*dockerfile[^/]*|makefile|vagrantfile|fabfile\.py|[^/.]*entrypoint[^/]*|(?:docker-)?compose[^/]*\.ya?ml)$/i

function explain(fault: IncludeFault, server: string): string {
  switch (fault.kind) {
    case 'loop':
      return `This includes ${fault.path}, in which it stands itself: ${server} would read it again and again and give up. Remove the include.`
    case 'missing':
      return `There is no file ${fault.path}, although its folder is here: ${server} will not start. Correct the path or remove the include.`
    case 'no-match':
      return `Nothing here fits ${fault.path}, although its folder is here.`
    case 'refused':
      return `${fault.path} cannot be read: ${fault.why}. What it holds is not known.`
    case 'too-deep':
      return `Includes are nested deeper than ${server} follows them (128).`
    case 'binary':
      return `${fault.path} holds NUL bytes: it is no configuration.`
    case 'too-large':
      return `${fault.path} is larger than limits.fileSize and is not read.`
  }
}
