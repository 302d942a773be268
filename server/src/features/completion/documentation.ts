import { type ApacheEntry, apacheDirectives } from '../../catalog/apache/catalog.ts'
import { type NginxEntry, nginxDirectives } from '../../catalog/nginx/catalog.ts'
import type { Dialect } from '../../syntax/tree.ts'
import { describeDirective } from '../lib/describe.ts'

/** What a directive does, and what the catalog says of it, in Markdown; of a section of Apache's the name begins with `<`. Undefined where there is none. */
export function documentationOf(dialect: Dialect, name: string, module: string): string | undefined {
  if (dialect === 'nginx') {
    const all = nginxDirectives(name)
    const entry = all.find((each) => each.module === module) ?? all[0]
    return entry && nginxDocumentation(entry)
  }
  const section = name.startsWith('<')
  const all = apacheDirectives(section ? name.slice(1) : name).filter((each) => each.section === section)
  const entry = all.find((each) => each.module === module) ?? all[0]
  return entry && apacheDocumentation(entry)
}

function nginxDocumentation(entry: NginxEntry): string {
  const { name, syntax, block, contexts, module, since, until, deprecated } = entry
  const end = block ? ' { … }' : ';'
  const forms = syntax.length > 0 ? syntax.map((form) => `${name} ${form}${end}`) : [`${name}${end}`]
  return [
    fenced('nginx', forms),
    describeDirective('nginx', name, module) ?? '',
    entry.default === undefined ? '' : `Default: \`${entry.default === '' ? '""' : entry.default}\``,
    `Context: ${contexts.map((context) => context.replace('-', ', ')).join('; ')}`,
    `Module: ${module}${versions(since, until, 'nginx')}`,
    deprecated === undefined ? '' : deprecated === '' ? 'Deprecated.' : `Deprecated: use \`${deprecated}\`.`,
  ]
    .filter((line) => line !== '')
    .join('\n\n')
}

function apacheDocumentation(entry: ApacheEntry): string {
  const { name, syntax, contexts, module, since, until, section, source } = entry
  return [
    fenced('apacheconf', [syntax ?? (section ? `<${name} …>` : `${name} …`)]),
    describeDirective('apache', section ? `<${name}` : name, module) ?? '',
    entry.default === undefined ? '' : `Default: \`${entry.default}\``,
    contexts.length > 0 ? `Context: ${contexts.map((context) => contextNames[context]).join(', ')}` : '',
    overrideOf(entry),
    `Module: ${module}${versions(since, until, source === 'wsgi' ? 'mod_wsgi' : 'Apache')}`,
  ]
    .filter((line) => line !== '')
    .join('\n\n')
}

const contextNames = { server: 'server config', virtualhost: 'virtual host', directory: 'directory', htaccess: '.htaccess', proxy: '<Proxy>' } as const

const classes = { authconfig: 'AuthConfig', fileinfo: 'FileInfo', indexes: 'Indexes', limit: 'Limit', options: 'Options' } as const

function overrideOf({ overrides, contexts }: ApacheEntry): string {
  const granted = overrides.flatMap((each) => (each in classes ? [classes[each as keyof typeof classes]] : []))
  return granted.length > 0 && contexts.includes('htaccess') ? `In .htaccess with AllowOverride ${granted.join(' or ')}` : ''
}

const versions = (since: string | undefined, until: string | undefined, server: string): string =>
  `${since === undefined ? '' : ` (since ${server} ${since})`}${until === undefined ? '' : ` (removed in ${server} ${until})`}`

const fenced = (language: string, lines: readonly string[]): string => `\`\`\`${language}\n${lines.join('\n')}\n\`\`\``
