import { describe, expect, test } from 'vitest'
import { signatureAt } from '../../server/src/features/signature.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { marked } from '../support/features.ts'

/** The form that fits, with the parameter at the cursor in «…», and how many forms there are. */
async function shown(text: string, dialect: Dialect): Promise<string | undefined> {
  const fixture = marked(text, dialect)
  const found = await fixture.ask((view) => signatureAt(view, fixture.offset))
  const form = found?.forms[found.active]
  if (!found || !form) return undefined
  const range = form.active === undefined ? undefined : form.parameters[form.active]
  const label = range ? `${form.label.slice(0, range[0])}«${form.label.slice(...range)}»${form.label.slice(range[1])}` : form.label
  return found.forms.length > 1 ? `${label} (${found.active + 1} of ${found.forms.length})` : label
}

describe('nginx', () => {
  test.each([
    ['events {}\nhttp { gzip ‸; }', 'gzip «on | off»;'],
    ['events {}\nhttp { access_log ‸; }', 'access_log «path» [format [buffer=size] [gzip[=level]] [flush=time] [if=condition]]; (1 of 2)'],
    ['events {}\nhttp { access_log /l ‸; }', 'access_log path [«format» [buffer=size] [gzip[=level]] [flush=time] [if=condition]]; (1 of 2)'],
    ['events {}\nhttp { access_log /l main flush=‸; }', 'access_log path [format [buffer=size] [gzip[=level]] «[flush=time]» [if=condition]]; (1 of 2)'],
    ['events {}\nhttp { server { return ‸; } }', 'return «code» [text]; (1 of 3)'],
    ['events {}\nhttp { server { return 301 ‸; } }', 'return code «[text]»; (1 of 3)'],
    ['events {}\nhttp { server { listen 80 back‸; } }', undefined],
    ['events {}\nhttp { server { proxy_cache_valid 200 ‸; } }', 'proxy_cache_valid «[code ...]» time;'],
    ['events {}\nhttp { limit_req_zone $a zone=‸; }', 'limit_req_zone key «zone=name:size» rate=rate [sync];'],
    ['events {}\nhttp { map ‸ }', 'map «string» $variable { … }'],
    ['events {}\nhttp { image_filter ro‸; }', 'image_filter «rotate» 90 | 180 | 270; (4 of 6)'],
    ['events {}\nhttp { map $a $b { default ‸; } }', undefined],
    ['events {}\nhttp { # gzip ‸\n }', undefined],
    ['events {}\nhttp { root /srv\n gzip ‸ }', 'gzip «on | off»;'],
    ['events {}\nhttp { unheard_of ‸; }', undefined],
  ])('%j', async (text, expected) => {
    const found = await shown(text, 'nginx')
    if (text.includes('listen')) expect(found).toMatch(/^listen address\[:port\] .*«\[backlog=number\]»/)
    else expect(found).toBe(expected)
  })
})

describe('Apache', () => {
  test.each([
    ['Listen ‸', 'Listen «[IP-address:]portnumber» [protocol]'],
    ['Listen 443 ‸', 'Listen [IP-address:]portnumber «[protocol]»'],
    ['ServerSignature ‸', 'ServerSignature «On|Off|EMail»'],
    [
      'Header set ‸',
      'Header [condition] add|append|echo|edit|edit*|merge|set|setifempty|unset|note «header» [[expr=]value [replacement] [early|env=[!]varname|expr=expression]]',
    ],
    ['CustomLog /l combined env=‸', 'CustomLog file|pipe format|nickname «[env=[!]environment-variable| expr=expression]»'],
    ['RewriteRule ^ /a ‸', 'RewriteRule Pattern Substitution «[flags]»'],
    ['<Directory ‸>\n</Directory>', '<Directory «directory-path»>'],
    ['WSGIScriptAlias / ‸', 'WSGIScriptAlias URL-path «file-path|directory-path» [ options ]'],
    ['SSLVHostSNIPolicy ‸', 'SSLVHostSNIPolicy «argument»'],
    ['# Listen ‸', undefined],
  ])('%j', async (text, expected) => expect(await shown(text, 'apache')).toBe(expected))
})
