import { describe, expect, it } from 'vitest'
import { defaultSettings } from '../../server/src/workspace/settings.ts'
import { configurationOf, showConfiguration } from './show-configuration.ts'

const show = async (text: string): Promise<string> => showConfiguration(await configurationOf(text, 'nginx'))

describe('includes of nginx', () => {
  it('stand in their place, relative to the main file, by the order of their names', async () => {
    expect(
      await show(`
#- nginx/nginx.conf
events {}
http {
    include conf.d/*.conf;
    server { include /etc/nginx/snippets/a.conf; }
}
#- nginx/conf.d/b.conf
gzip on;
#- nginx/conf.d/a.conf
sendfile on;
#- nginx/snippets/a.conf
root /a;
`),
    ).toBe('events\nhttp\n  sendfile |on|\n  gzip |on|\n  server\n    root |/a|')
  })
  it('leave the configuration open where their folder is not here', async () => {
    const { open, whole, includeFaults } = await configurationOf('#- nginx.conf\nevents {}\nhttp { include /etc/nginx/conf.d/*.conf; }\n', 'nginx')
    expect({ open, whole, includeFaults }).toEqual({ open: true, whole: true, includeFaults: [] })
  })
  it('of stock types leave it closed', async () => {
    expect((await configurationOf('#- nginx.conf\nevents {}\nhttp { include mime.types; }\n', 'nginx')).open).toBe(false)
  })
})

describe('the context of a piece', () => {
  const contextOf = async (text: string): Promise<string> => (await configurationOf(`#- a.conf\n${text}\n`, 'nginx')).context
  it('is inferred from what it holds', async () => {
    expect(await contextOf('events {}\nhttp {}')).toBe('main')
    expect(await contextOf('upstream a { server b; }\nserver { listen 80; }')).toBe('http')
    expect(await contextOf('location / { return 200; }')).toBe('http,server')
    expect(await contextOf('server 10.0.0.1:80;\nserver 10.0.0.2:80;')).toMatch(/upstream|http/)
  })
  it('is inferred from what its blocks hold, and from what its lines look like', async () => {
    expect(await contextOf('server { listen 5432; proxy_pass 10.0.0.1:5432; }')).toBe('stream')
    expect(await contextOf('server { listen 80; location / { proxy_pass http://10.0.0.1; } }')).toBe('http')
    expect(await contextOf('if ($slow) { limit_rate 10k; }')).toBe('http,server,location')
    expect(await contextOf('default 0;\n~^/a 1;')).toBe('http,map')
    expect(await contextOf('10.0.0.0/8 1;\n::1 2;')).toBe('http,geo')
    expect(await contextOf('text/html html htm;\nimage/png png;')).toBe('http,types')
  })
  it('may be said by a glob of the settings', async () => {
    const settings = { ...defaultSettings, contexts: { 'snippets/*.conf': 'http,server' } }
    expect((await configurationOf('#- nginx/snippets/a.conf\nroot /a;\n', 'nginx', settings)).context).toBe('http,server')
    expect((await configurationOf('#- nginx/other/a.conf\nroot /a;\n', 'nginx', settings)).context).toBe('http')
  })
  it('may be said in a comment', async () => {
    expect(await contextOf('# webconf: context=http,server,location\nroot /a;')).toBe('http,server,location')
  })
})
