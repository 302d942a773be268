import data from '../data/nginx-descriptions.json' with { type: 'json' }

type Table = Readonly<Record<string, string>>
type Modules = Readonly<Record<string, Table>>

const { directives, variables, own }: { directives: Modules; variables: Modules; own: { directives: Table; variables: Table } } = data

/** What a directive does, in one sentence of Markdown; undefined where nothing is said of it. */
export const nginxDirectiveDescription = (name: string, module: string): string | undefined => of(directives, own.directives, name, module)

/** What a variable is (of a prefix variable the fixed part may be given), in one sentence of Markdown. */
export function nginxVariableDescription(name: string, module: string): string | undefined {
  const known = of(variables, own.variables, name, module)
  // Headers that nginx knows by name (`http_user_agent`) are described as the others are.
  return known ?? of(variables, own.variables, prefixes.exec(name)?.[0] ?? '', module)
}

const prefixes = /^(?:sent_http_|sent_trailer_|upstream_http_|upstream_trailer_|upstream_cookie_|http_|cookie_|arg_)(?=.)/

/** The page of nginx.org about a directive; undefined where there is none. */
export function nginxDirectivePage(name: string, module: string): string | undefined {
  const page = documentedModule(directives, name, module)
  return page && `${pageOf(page)}#${name}`
}

/** The section of nginx.org about the variables of a module; undefined where the variable is not documented there. */
export function nginxVariablePage(name: string, module: string): string | undefined {
  const page = documentedModule(variables, name, module) ?? documentedModule(variables, prefixes.exec(name)?.[0] ?? '', module)
  return page && `${pageOf(page)}#variables`
}

function of(modules: Modules, others: Table, name: string, module: string): string | undefined {
  const documented = documentedModule(modules, name, module)
  if (documented !== undefined) return modules[documented]?.[name]
  return Object.hasOwn(others, name) ? others[name] : undefined
}

/** The module under which the documentation has a name: several of the source stand on one page there. */
const documentedModule = (modules: Modules, name: string, module: string): string | undefined =>
  pagesOf(module, name).find((each) => Object.hasOwn(modules[each] ?? {}, name))

function pagesOf(module: string, name: string): readonly string[] {
  const protocol = /^ngx_(http|stream|mail)_/.exec(module)?.[1]
  if (protocol === undefined) return [module, 'ngx_core_module']
  return [
    module,
    module.replace(/_filter_module$/, '_module'),
    ...(module.startsWith(`ngx_${protocol}_upstream_`) ? [`ngx_${protocol}_upstream_module`] : []),
    ...(name.startsWith('gzip_') ? ['ngx_http_gzip_module'] : []),
    `ngx_${protocol}_core_module`,
    'ngx_core_module',
  ]
}

function pageOf(module: string): string {
  const folder = /^ngx_(http|stream|mail)_/.exec(module)?.[1]
  return `https://nginx.org/en/docs/${folder ? `${folder}/` : ''}${module}.html`
}
