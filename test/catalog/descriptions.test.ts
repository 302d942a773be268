import { expect, test } from 'vitest'
import { apacheDirectives } from '../../server/src/catalog/apache/catalog.ts'
import {
  apacheDirectiveDescription,
  apacheFunctionDescription,
  apacheVariableDescription,
  describedApacheDirectives,
  describedApacheFunctions,
  describedApacheVariables,
} from '../../server/src/catalog/apache/descriptions.ts'
import data from '../../server/src/catalog/data/nginx-descriptions.json' with { type: 'json' }
import manifest from '../../server/src/catalog/data/nginx-descriptions.manifest.json' with { type: 'json' }
import { eachNginxDirective, eachNginxVariable, isKnownNginxDirective, nginxVariable } from '../../server/src/catalog/nginx/catalog.ts'
import { nginxDirectiveDescription, nginxDirectivePage, nginxVariableDescription, nginxVariablePage } from '../../server/src/catalog/nginx/descriptions.ts'
import { describeDirective, describeVariable } from '../../server/src/features/lib/describe.ts'

const undocumented = [
  'devpoll_changes',
  'devpoll_events',
  'epoll_events',
  'eventport_events',
  'acceptex_read',
  'iocp_threads',
  'post_acceptex',
  'kqueue_changes',
  'kqueue_events',
  'degradation',
  'degrade',
  'gzip_hash',
  'gzip_no_buffer',
  'gzip_window',
  'postpone_gzipping',
  'ssi_ignore_recycled_buffers',
  'uwsgi_string',
  'client_body_early_read',
  'open_file_cache_events',
  'post_action',
  'http2_pool_size',
  'http2_streams_index_size',
  'proxy',
  'proxy_downstream_buffer',
  'proxy_upstream_buffer',
  'quic_bpf',
]

const sentence = /^[A-Z`].*[.]$/

test('every Apache directive that is described is one, in a line', () => {
  const wrong = [...describedApacheDirectives()].filter((key) => {
    const section = key.startsWith('<')
    const name = section ? key.slice(1) : key
    const text = apacheDirectiveDescription(name, section) ?? ''
    return !apacheDirectives(name).some((entry) => entry.section === section) || text.length > 120 || !sentence.test(text)
  })
  expect(wrong).toEqual([])
})

test("all of mod_wsgi's directives are described", async () => {
  const { eachApacheDirective } = await import('../../server/src/catalog/apache/catalog.ts')
  const missing = [...eachApacheDirective()].filter(
    (entry) => entry.source === 'wsgi' && entry.until === undefined && apacheDirectiveDescription(entry.name, entry.section) === undefined,
  )
  expect(missing.map(({ name }) => name)).toEqual([])
})

test("Apache's variables and functions are described in a line", () => {
  for (const name of describedApacheVariables()) expect(apacheVariableDescription(name)).toMatch(/^.{4,130}\.$/)
  for (const name of describedApacheFunctions()) expect(apacheFunctionDescription(name)).toMatch(/^[A-Z].{5,110}\.$/)
})

test('every nginx directive and variable that is described in our own words is one', () => {
  expect(Object.keys(data.own.directives).filter((name) => !isKnownNginxDirective(name))).toEqual([])
  expect(Object.keys(data.own.variables).filter((name) => nginxVariable(name) === undefined)).toEqual([])
})

test("the reference's directives are the catalog's, and nearly all of nginx's own are described", () => {
  const described = Object.values(data.directives).flatMap((rows) => Object.keys(rows))
  expect(described.length).toBe(manifest.directives)
  expect([...new Set(described)].filter((name) => !isKnownNginxDirective(name))).toEqual([])
  const missing = [...eachNginxDirective()].filter(
    (entry) => entry.source === 'core' && entry.until === undefined && nginxDirectiveDescription(entry.name, entry.module) === undefined,
  )
  // What nginx.org leaves out as well.
  expect(missing.map(({ name }) => name)).toEqual(undocumented)
})

test("nginx's texts are sentences without links and versions", () => {
  const texts = [...Object.values(data.directives), ...Object.values(data.variables), data.own.directives, data.own.variables].flatMap((rows) =>
    Object.values(rows as Record<string, string>),
  )
  expect(texts.filter((text) => !/^[A-Z`:"].*\.$/.test(text) || /\]\(|\(\d+\.\d+\.\d+\)|\n/.test(text) || text.length > 270)).toEqual([])
})

test.each([
  ['nginx', 'root', undefined, 'Sets the folder in which files are looked for: the whole path of the request is put behind it.'],
  ['nginx', 'server', undefined, 'Sets up a virtual server, chosen by address, port and host name.'],
  ['nginx', 'server', 'ngx_http_upstream_module', 'Names a server of the group, with its weight and what makes it count as down.'],
  ['nginx', 'more_set_headers', undefined, 'Sets headers of responses whatever their status, in place of those of the same name.'],
  ['nginx', 'no_such_directive', undefined, undefined],
  ['apache', 'servername', undefined, 'Sets the host name (and scheme and port) of the server or virtual host.'],
  ['apache', '<Directory', undefined, 'Applies what is in it to a folder of the file system and everything below.'],
  // Of these there is only what the module's own table says.
  ['apache', 'DAVMSext', undefined, 'Enable MS-WDV extensions.'],
  ['apache', 'NoSuchDirective', undefined, undefined],
] as const)('%s %s of %s', (dialect, name, module, text) => expect(describeDirective(dialect, name, module)).toBe(text))

test.each([
  ['nginx', 'host', "Host that is asked for: from the request line, else from `Host`, else the server's first name; small letters, no port."],
  ['nginx', 'http_user_agent', 'This header of the request: name in small letters, dashes as underscores.'],
  ['nginx', 'no_such_variable', undefined],
  ['apache', 'REQUEST_URI', 'Path of the URL that is asked for, without the query.'],
  ['apache', 'tolower:', 'The text in small letters.'],
  ['apache', 'MY_OWN', undefined],
] as const)('the variable %s %s', (dialect, name, text) => expect(describeVariable(dialect, name)).toBe(text))

test('pages of the documentation', () => {
  expect(nginxDirectivePage('root', 'ngx_http_core_module')).toBe('https://nginx.org/en/docs/http/ngx_http_core_module.html#root')
  expect(nginxDirectivePage('error_log', 'ngx_errlog_module')).toBe('https://nginx.org/en/docs/ngx_core_module.html#error_log')
  expect(nginxDirectivePage('echo', 'ngx_http_echo_module')).toBeUndefined()
  expect(nginxVariablePage('host', 'ngx_http_core_module')).toBe('https://nginx.org/en/docs/http/ngx_http_core_module.html#variables')
  const described = [...eachNginxVariable()].filter((each) => each.source === 'core' && nginxVariableDescription(each.name, each.module) !== undefined)
  expect(described.length).toBeGreaterThan(190)
})
