import type { PlacedDirective } from '../../configuration/placed.ts'
import type { Place } from '../../problem/place.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/variable-in-mixed-case',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'hint',
  summary: 'One variable written in different letter case, which looks like two: nginx knows small letters only.',
  explanation: `
nginx makes small letters of the names of variables: \`$My_Var\` and \`$my_var\` are one. Two spellings look like two variables, and a \`set\` of the one changes the other.
`,
  source: '`ngx_http_get_variable_index`, which compares names without regard to case; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'set in one spelling, used in another',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    set $My_Var hello;
    location / { return 200 $my_var; }
#                           ^^^^^^^ hint[nginx/variable-in-mixed-case]: $my_var is the same variable as $My_Var
}
`,
      },
    ],
    passing: [
      {
        title: 'one spelling, whatever it is',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    set $myVar hello;
    location / { return 200 $myVar$host\${myVar}; }
}
`,
      },
    ],
  },
  check({ configuration, report }) {
    const names = new Map<string, Map<string, Place[]>>()
    const add = (directive: PlacedDirective, wanted: RegExp): void => {
      for (const argument of directive.args) {
        if (!argument.known || !wanted.test(argument.value)) continue
        const written = directive.source.text.slice(argument.start, argument.end)
        for (const match of written.matchAll(/(?<!\\)\$\{?([A-Za-z_]\w*)/g)) {
          const name = match[1] ?? ''
          const key = name.toLowerCase()
          const spellings = names.get(key) ?? new Map<string, Place[]>()
          if (!names.has(key)) names.set(key, spellings)
          const from = argument.start + match.index
          const place = { path: directive.source.path, start: from, end: from + match[0].length }
          const places = spellings.get(name)
          if (places) places.push(place)
          else spellings.set(name, [place])
        }
      }
    }
    const candidates = configuration.all.filter((each) => each.presence !== 'absent' && !each.source.templated && capital.test(each.node.text))
    if (candidates.length === 0) return
    for (const each of configuration.all) if (each.presence !== 'absent' && each.node.text.includes('$')) add(each, /\$/)
    for (const spellings of names.values()) {
      if (spellings.size < 2) continue
      const [[kept, firsts] = ['', []], ...others] = [...spellings]
      for (const [name, places] of others) {
        const [first] = places
        if (!first) continue
        const dollar = first.end - first.start - name.length
        report({
          at: { ...first, start: first.start },
          message: `$${name} is the same variable as $${kept}: nginx makes small letters of both. Write it in one way.`,
          related: firsts.slice(0, 1).map((at) => ({ at, message: `written $${kept} here` })),
          fixes: [
            {
              title: `Write $${kept}`,
              safe: true,
              edits: places.map((place) => ({ path: place.path, start: place.end - name.length, end: place.end, newText: kept })),
            },
          ].filter(() => dollar > 0),
        })
      }
    }
  },
})

const capital = /\$\{?[a-z0-9_]*[A-Z]\w*/
