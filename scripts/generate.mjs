#!/usr/bin/env node
// Writes what is made from the rules and the settings schema: the rule index, the rules' pages and table, the
// schemas of webconf.json and webconf.requests.yaml, and the settings in the extension's manifest.
//
//   node scripts/generate.mjs           write
//   node scripts/generate.mjs --check   say what is stale, and exit 1 if anything is
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { wasmInside } from './lib/wasm.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const check = process.argv.includes('--check')
const unknown = process.argv.slice(2).find((each) => each !== '--check')
if (unknown !== undefined) {
  console.error(`there is no option ${unknown}: only --check`)
  process.exit(2)
}
const stale = []

function emit(path, text) {
  const file = join(root, path)
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return
  stale.push(path)
  if (check) return
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

const families = readdirSync(join(root, 'server/src/rules'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'lib')
  .map((entry) => entry.name)
  .sort()
const ruleFiles = families.flatMap((family) =>
  readdirSync(join(root, 'server/src/rules', family))
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => `${family}/${name.slice(0, -3)}`),
)
const variable = (id) => id.replace(/[/-](\w)/g, (_, letter) => letter.toUpperCase())
emit(
  'server/src/rules/all.ts',
  `// Made by scripts/generate.mjs from the folder: one import a rule.\n${ruleFiles
    .map((id) => `import { rule as ${variable(id)} } from './${id}.ts'`)
    .join('\n')}\nimport type { Rule } from './rule.ts'\n\n/** Every rule, in the order of their ids. */\nexport const rules: readonly Rule[] = [\n${ruleFiles
    .map((id) => `  ${variable(id)},\n`)
    .join('')}]\n`,
)

// The rules and the schema are TypeScript: bundled into a temporary module to be read here.
const work = mkdtempSync(join(root, 'node_modules/.generate-'))
const bundle = join(work, 'rules.mjs')
writeFileSync(
  join(work, 'entry.ts'),
  `export { rules } from '${root}/server/src/rules/all.ts'\nexport { settingsSchema } from '${root}/server/src/workspace/settings.ts'\nexport { requestsSchema } from '${root}/server/src/expectation/requests-schema.ts'\nexport { toJSONSchema } from 'zod/mini'\nexport { problemsOf, readExample, settingsFor } from '${root}/test/support/example.ts'\n`,
)
await build({
  entryPoints: [join(work, 'entry.ts')],
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  plugins: [wasmInside],
  outfile: bundle,
  logLevel: 'warning',
})
const { problemsOf, readExample, requestsSchema, rules, settingsFor, settingsSchema, toJSONSchema } = await import(pathToFileURL(bundle).href)
rmSync(work, { recursive: true })

for (const [i, rule] of rules.entries()) {
  if (rule.id !== ruleFiles[i]) throw new Error(`server/src/rules/${ruleFiles[i]}.ts holds the rule ${rule.id}: file and id must agree`)
}

const languageOf = (path) =>
  /\.py$/.test(path) ? 'python' : /nginx/.test(path) ? 'nginx' : /\.(conf|load|vhost)$|htaccess$|sites-|conf-/.test(path) ? 'apacheconf' : 'text'
const fence = (example) =>
  example.files
    .replace(/^\n/, '')
    .split(/^(?=#- )/m)
    .map((file) => {
      const path = /^#- (.*)/.exec(file)?.[1] ?? ''
      return `\`\`\`${languageOf(path)}\n${file.trimEnd()}\n\`\`\``
    })
    .join('\n')
for (const rule of rules) {
  const example = (heading, each) => `### ${heading}: ${each.title}\n\n${fence(each)}\n`
  emit(
    `docs/rules/${rule.id}.md`,
    `<!-- Made by scripts/generate.mjs from server/src/rules/${rule.id}.ts -->\n# ${rule.id}\n\n${rule.summary} (${rule.severity})\n\n${rule.explanation.trim()}\n\n## Examples\n\n${[
      ...rule.examples.failing.map((each) => example('Wrong', each)),
      ...rule.examples.passing.map((each) => example('Right', each)),
    ].join('\n')}\n## Where this comes from\n\n${rule.source.trim()}\n`,
  )
}
/** Rules of which some example's problem has a fix. */
const fixable = new Set()
for (const rule of rules) {
  for (const example of rule.examples.failing) {
    const { files } = readExample(example.files)
    const found = await problemsOf(files, settingsFor(rule, files))
    if (found.some((problem) => problem.rule === rule.id && problem.fixes?.length > 0)) fixable.add(rule.id)
  }
}
const serverOf = (rule) => ({ nginx: 'nginx', apache: 'Apache' })[rule.dialect] ?? 'both'
const hasFix = (rule) => (fixable.has(rule.id) ? 'yes' : '')
const runsOf = (rule) => rule.examples.failing.filter((example) => example.proof).length || ''
emit(
  'docs/rules/README.md',
  `<!-- Made by scripts/generate.mjs -->\n# Rules\n\n${rules.length} rules, ${fixable.size} of them with a quick fix. The family is the first part of the name. Where a profile is named, the rule runs only under it (or where the settings name it).\n\n| rule | server | severity | quick fix | profile | what it finds |\n|---|---|---|---|---|---|\n${rules
    .map(
      (rule) =>
        `| [${rule.id}](${rule.id}.md) | ${serverOf(rule)} | ${rule.severity} | ${hasFix(rule)} | ${rule.profile ?? ''} | ${rule.summary.replaceAll('|', '\\|')} |\n`,
    )
    .join(
      '',
    )}\n## What proved each\n\nRuns on a real server are part of the tests (\`test/servers\`): the symptom is there before the fix and gone after it.\n\n| rule | runs | where it comes from |\n|---|---|---|\n${rules
    .map((rule) => `| ${rule.id} | ${runsOf(rule)} | ${rule.source.trim().replaceAll('\n', ' ').replaceAll('|', '\\|')} |\n`)
    .join('')}`,
)

const severities = ['error', 'warning', 'info', 'hint', 'off']
const schema = toJSONSchema(settingsSchema, { io: 'input' })
schema.title = 'Settings of webconf'
schema.properties.rules = {
  type: 'object',
  description: 'Severity of a rule, or "off".',
  properties: Object.fromEntries(rules.map((rule) => [rule.id, { enum: severities, default: rule.severity, description: rule.summary }])),
  additionalProperties: { enum: severities },
}
const source = readFileSync(join(root, 'server/src/workspace/settings.ts'), 'utf8')
describe(schema, [])
emit('docs/webconf.schema.json', `${JSON.stringify(schema, null, 2)}\n`)

emit('docs/webconf.requests.schema.json', `${JSON.stringify(requestsSchema(), null, 2)}\n`)

/** The comment above a key in the settings' source is its description. */
function describe(node, path) {
  for (const [key, value] of Object.entries(node.properties ?? {})) {
    const comment = new RegExp(`/\\*\\* ([^*]*(?:\\*(?!/)[^*]*)*) \\*/\\n\\s*${key}:`).exec(source)
    if (comment && !value.description) value.description = comment[1].replace(/\s*\n\s*\*\s*/g, ' ')
    if (value.properties && path.length === 0 && key !== 'rules') describe(value, [...path, key])
  }
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
if (manifest.contributes) {
  const properties = {}
  for (const [key, value] of Object.entries(schema.properties)) {
    if (value.properties && key !== 'rules')
      for (const [inner, each] of Object.entries(value.properties)) properties[`webconf.${key}.${inner}`] = { ...each, scope: 'resource' }
    else properties[`webconf.${key}`] = { ...value, scope: 'resource' }
  }
  // What only the editor needs: it is no part of webconf.json.
  Object.assign(properties, JSON.parse(readFileSync(join(root, 'client/settings.json'), 'utf8')))
  manifest.contributes.configuration = { title: 'webconf', properties }
  emit('package.json', `${JSON.stringify(manifest, null, 2)}\n`)
}

if (stale.length === 0) console.log('generated files are fresh')
else if (check) {
  console.error(`stale (run node scripts/generate.mjs): ${stale.join(', ')}`)
  process.exitCode = 1
} else console.log(`wrote ${stale.map((path) => relative(root, join(root, path))).join(', ')}`)
