import { afterAll, describe, expect, it } from 'vitest'
import { apacheTemplates } from '../../server/src/features/completion/apache/templates.ts'
import { nginxTemplates } from '../../server/src/features/completion/nginx/templates.ts'
import { plainOfSnippet } from '../../server/src/features/completion/proposal.ts'
import { apacheSays, canAskApache } from '../support/apache-test.ts'
import { installedNginx } from '../support/nginx-test.ts'
import { mustHaveServers } from '../support/real-server.ts'

// The servers take every template as it is put, with the defaults in its places.
const nginx = installedNginx()
afterAll(() => nginx?.remove())

const inNginx = (snippet: string, context: string, needs: string): string => {
  const [before, behind] = {
    http: ['', ''],
    server: ['server {\n', '\n}'],
    location: ['server {\nlocation /x/ {\n', '\n}\n}'],
  }[context] ?? ['', '']
  return `events {}\nhttp {\n${needs}\n${before}${snippet}${behind}\n}\n`
}

describe.skipIf(!nginx && !mustHaveServers)('nginx takes the template', () => {
  for (const { name, contexts, snippet, needs } of nginxTemplates) {
    it.each([...contexts])(`${name}, in %s`, async (context) => {
      const verdict = await nginx?.test({ 'nginx.conf': inNginx(plainOfSnippet(snippet), context, needs ?? '') }, 'nginx.conf')
      // A certificate, a folder or a file of parameters is not on this machine: so far nginx has read on.
      expect(verdict?.accepted === true || verdict?.environment === true ? '' : verdict?.message).toBe('')
    })
  }
})

const inApache = (snippet: string, place: string): string => {
  const [before, behind] = {
    server: ['', ''],
    virtualhost: ['<VirtualHost *:80>\n', '\n</VirtualHost>'],
    directory: ['<Directory /srv/www/site>\n', '\n</Directory>'],
  }[place] ?? ['', '']
  return `${before}${snippet}${behind}\n`
}

describe.skipIf(!canAskApache && !mustHaveServers)('Apache takes the template', () => {
  for (const { name, places, snippet } of apacheTemplates) {
    it.each([...places])(`${name}, in %s`, async (place) => {
      const verdict = await apacheSays(inApache(plainOfSnippet(snippet), place))
      const missing = /does not exist or is empty|must be a (?:file|directory)|Could not resolve|doesn't exist/.test(verdict.message ?? '')
      expect(verdict.ok || missing ? '' : verdict.message).toBe('')
    })
  }
})
