import type { NginxContext } from '../../../catalog/nginx/catalog.ts'

/** Names of contexts as the command and comments write them, with the catalog's. */
export const contexts: Readonly<Record<string, NginxContext>> = {
  main: 'main',
  events: 'events',
  http: 'http',
  'http,server': 'server',
  'http,server,location': 'location',
  'http,server,location,if': 'if-in-location',
  'http,server,if': 'if-in-server',
  'http,server,location,limit_except': 'limit_except',
  'http,upstream': 'upstream',
  stream: 'stream',
  'stream,server': 'stream-server',
  'stream,upstream': 'stream-upstream',
  mail: 'mail',
  'mail,server': 'mail-server',
}

/** Blocks of data that a piece may be the inside of. */
export const dataContexts: Readonly<Record<string, readonly [string, NginxContext]>> = {
  'http,map': ['map', 'http'],
  'http,types': ['types', 'http'],
  'http,geo': ['geo', 'http'],
  'http,split_clients': ['split_clients', 'http'],
}
