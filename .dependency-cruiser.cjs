// The rooms of server/src and who may import whom: see ARCHITECTURE.md, "The way through the code".

/** From the bottom up: a room imports from its own rank and from lower ones only. */
const ranks = [
  ['syntax', 'problem', 'regex'],
  ['catalog'],
  ['workspace'],
  ['deployment'],
  ['configuration'],
  ['site'],
  ['application'],
  ['request'],
  ['expectation'],
  ['rules'],
  ['log', 'conversion'],
  ['features'],
  ['lsp', 'cli'],
]
const hosts = ranks.at(-1)

/** What a room may import from a higher one: a `.htaccess` that Apache's own test refuses is answered with 500, and that test reports as rules do. */
const shared = { request: ['^server/src/rules/apache/config-test/'] }

const roomPath = (rooms) => `^server/src/(${rooms.join('|')})/`
/** All of the server but its hosts, so that a new file belongs to it wherever it is put. */
const core = { path: '^server/src/', pathNot: roomPath(hosts) }

/** For each rank but the highest: nothing above it. */
const upwards = ranks.slice(0, -1).map((rooms, i) => ({
  name: `${rooms.join('-and-')}-imports-down-only`,
  comment: `${rooms.join(' and ')} may import from ${ranks
    .slice(0, i + 1)
    .flat()
    .join(', ')} only`,
  severity: 'error',
  from: { path: roomPath(rooms) },
  to: { path: roomPath(ranks.slice(i + 1).flat()), pathNot: rooms.flatMap((room) => shared[room] ?? []) },
}))

module.exports = {
  forbidden: [
    ...upwards,
    {
      name: 'every-room-has-a-rank',
      comment: 'a folder of server/src that has no place among the rooms; give it one in .dependency-cruiser.cjs and ARCHITECTURE.md',
      severity: 'error',
      from: {},
      to: { path: '^server/src/', pathNot: roomPath(ranks.flat()) },
    },
    {
      name: 'every-room-has-a-rank',
      comment: 'a file of server/src that is in no room; give its folder a rank in .dependency-cruiser.cjs and ARCHITECTURE.md',
      severity: 'error',
      from: { path: '^server/src/', pathNot: roomPath(ranks.flat()) },
      to: {},
    },
    {
      name: 'site-does-not-know-the-deployment',
      comment: 'site and deployment never import each other: application joins them',
      severity: 'error',
      from: { path: '^server/src/site/' },
      to: { path: '^server/src/deployment/' },
    },
    {
      name: 'nginx-does-not-know-apache',
      comment: 'the nginx and Apache folders of a room never import each other',
      severity: 'error',
      from: { path: '^server/src/(.+)/nginx/' },
      to: { path: '^server/src/$1/apache/' },
    },
    {
      name: 'apache-does-not-know-nginx',
      comment: 'the nginx and Apache folders of a room never import each other',
      severity: 'error',
      from: { path: '^server/src/(.+)/apache/' },
      to: { path: '^server/src/$1/nginx/' },
    },
    {
      name: 'core-runs-anywhere',
      comment: 'above the hosts everything runs unchanged in Node, in a browser worker and in a test: no node: and no vscode',
      severity: 'error',
      from: core,
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-knows-no-editor',
      comment: 'above the hosts nothing knows VS Code or the transport',
      severity: 'error',
      from: core,
      to: { path: '(^vscode$|node_modules/(@types/vscode|vscode-language(server|client)|vscode-languageserver-protocol|vscode-jsonrpc)/)' },
    },
    {
      name: 'server-does-not-know-the-client',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^(client|test|scripts)/' },
    },
    {
      name: 'client-is-thin',
      comment: 'the client shares what decides the language of a document, and what it may say at the start; all else is the server’s',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^server/', pathNot: [roomPath(['syntax', 'workspace']), '^server/src/lsp/initialization-options\\.ts$'] },
    },
    {
      name: 'hosts-do-not-know-the-client-library',
      comment: 'the two halves of the protocol library come in different versions and never meet in one bundle',
      severity: 'error',
      from: { path: roomPath(hosts) },
      to: { path: 'node_modules/vscode-languageclient/' },
    },
    {
      name: 'no-cycles',
      comment: 'files that need each other at run time cannot be read one after the other; types may name each other, as recursive data does',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-lost-imports', comment: 'nothing is at this place', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Types too: a room that only needs another's types still knows it.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'types', 'default'],
    },
  },
}
