import type { PlacedDirective } from '../../configuration/placed.ts'
import { defineRule, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/version-without-operator',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'An `<IfVersion 2.4>`, which holds for version 2.4.0 alone and for no later 2.4.',
  explanation: `
Without an operator \`<IfVersion>\` asks whether the version is the same, and what is left out of the number counts as 0: \`<IfVersion 2.4>\`, and \`<IfVersion = 2.4>\` too,
hold for 2.4.0, which was never released, and are skipped by 2.4.1 and all after it. \`>= 2.4\` holds for 2.4 and what comes later; \`~ ^2\\.4\\.\` for 2.4 alone.

A version with three numbers may be meant exactly.
`,
  source: '`modules/metadata/mod_version.c`: `start_ifversion`, `compare_version`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'what is meant for Apache 2.4 is skipped by it',
        files: `
#- site.conf
<IfVersion 2.4>
#          ^^^ warning[apache/version-without-operator]: "2.4" means exactly 2.4.0 here, so that no released Apache 2.4 reads this section
    Redirect /old /new
</IfVersion>
<Directory /srv>
    Require all granted
</Directory>
DocumentRoot /srv
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          get: '/old',
          before: { status: 404 },
          after: { status: 302 },
        },
      },
      {
        title: 'an equals sign, and the version before',
        files: `
#- site.conf
<IfVersion = 2.4>
#          ^^^^^ warning[apache/version-without-operator]: "= 2.4" means exactly 2.4.0 here
    <Directory /srv/site>
        Require all granted
    </Directory>
</IfVersion>
<IfVersion 2.2>
#          ^^^ warning[apache/version-without-operator]: "2.2" means exactly 2.2.0 here, so that Apache 2.2.1 and later do not read this section
    Redirect /old /new
</IfVersion>
`,
      },
    ],
    passing: [
      {
        title: 'operators, patterns, and a version to the last number',
        files: `
#- site.conf
<IfVersion >= 2.4>
    Redirect /a /b
</IfVersion>
<IfVersion !< 2.3>
    Redirect /c /d
</IfVersion>
<IfVersion ~ ^2\\.4\\.>
    Redirect /e /f
</IfVersion>
<IfVersion = /^2\\.4/>
    Redirect /g /h
</IfVersion>
<IfVersion 2.4.62>
    Redirect /i /j
</IfVersion>
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const directive of configuration.conditions.keys()) {
      if (directive.name !== 'ifversion' || directive.presence === 'absent' || directive.args.some((argument) => !argument.known)) continue
      const asked = equality(directive)
      if (!asked) continue
      const { version, at } = asked
      const plain = version.split('.').length === 1 ? `${version}.0` : version
      const written = directive.source.text.slice(at.start, at.end)
      report({
        at: { path: directive.source.path, ...at },
        message: `"${written}" means exactly ${plain}.0 here, so that ${plain === '2.4' ? 'no released Apache 2.4 reads' : `Apache ${plain}.1 and later do not read`} this section. Write ">= ${version}" for this version and later ones.`,
        fixes: fixesFor(directive, version, at),
      })
    }
  },
})

/** The version that must be the same, where it is not given to the last number. */
function equality(directive: PlacedDirective): { version: string; at: { start: number; end: number } } | undefined {
  const [first, second] = directive.args
  const last = second ?? first
  if (!first || !last || directive.args.length > 2 || (second && first.value !== '=' && first.value !== '==')) return undefined
  return /^\d+(\.\d+)?$/.test(last.value) ? { version: last.value, at: { start: first.start, end: last.end } } : undefined
}

function fixesFor(directive: PlacedDirective, version: string, at: { start: number; end: number }): FindingFix[] {
  const write = (newText: string, safe: boolean): FindingFix => ({
    title: `Write "${newText}"`,
    safe,
    edits: [{ path: directive.source.path, ...at, newText }],
  })
  const pattern = write(`~ ^${version.replace('.', '\\.')}\\.`, false)
  // What is for 2.4 is, as a rule, for what comes after it; what is for 2.2 is not for 2.4.
  return version === '2.4' ? [write(`>= ${version}`, true), pattern] : [{ ...pattern, safe: true }, write(`>= ${version}`, false)]
}
