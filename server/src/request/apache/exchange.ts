import type { PlacedDirective } from '../../configuration/placed.ts'
import { placeOfDirective } from '../../configuration/placed.ts'
import type { Choices } from '../choices.ts'
import type { Request, Step } from '../request.ts'
import type { Override } from './core.ts'
import type { DirConfig } from './dir-config.ts'
import type { FileFacts, FileKind, Files } from './files.ts'
import type { Section } from './sections.ts'
import type { Server, Servers } from './servers.ts'
import { Table } from './table.ts'

/** What all requests within one have in common. */
export interface World {
  readonly request: Request
  readonly servers: Servers
  readonly files: Files
  /** What the `.htaccess` of a folder says, where it may say anything; the status that it leads to where it cannot be read. */
  readonly htaccessOf: (r: Exchange, folder: string, override: Override) => Section | number | undefined
  readonly mergesSlashes: (r: Exchange) => boolean
  /** Whether a module is loaded, by its identifier. */
  readonly has: (module: string) => boolean
  readonly serverRoot: string
  /** Asks what would come of a URL or a file (`ap_sub_req_lookup_uri`, `ap_sub_req_lookup_file`); nothing is sent. */
  readonly lookUpUri: (r: Exchange, uri: string) => Exchange
  readonly lookUpFile: (r: Exchange, path: string) => Exchange
  /** The same for a name in the folder of the request's file (`ap_sub_req_lookup_dirent`). */
  readonly lookUpEntry: (r: Exchange, name: string) => Exchange
  /** Goes on as what was looked up (`ap_internal_fast_redirect`). */
  readonly becomeLookup: (r: Exchange, lookup: Exchange) => void
  /** Begins anew with another URL (`ap_internal_redirect`). */
  readonly redirectInternally: (r: Exchange, uri: string) => void
  readonly steps: Step[]
  readonly choices: Choices
  /** What the access checks said, of the request and of lookups within it. */
  readonly access: { passed: boolean; refused: boolean }
  upstream: Upstream | undefined
  /** How many lookups there have been. */
  lookups: number
  /** Whether the target of a request is a URL of this server. */
  readonly isOwnUrl: (r: Exchange) => boolean
  /** The request whose answer is sent. */
  answered: Exchange | undefined
}

/** What a request is handed on to. */
export interface Upstream {
  /** `127.0.0.1:9001`, `unix:/path` */
  readonly address: string
  /** The target of the request line; undefined where it does not speak HTTP. */
  readonly uri: string | undefined
  readonly headers: Table | undefined
  /** The script that a FastCGI server is asked to run. */
  readonly script: string | undefined
}

/** Apache's `request_rec`: a request, a request within it (`main`), or one that an internal redirect has made of it (`prev`). */
export interface Exchange {
  readonly world: World
  readonly prev: Exchange | undefined
  next: Exchange | undefined
  readonly main: Exchange | undefined
  server: Server
  /** As sent, in capitals where it is one of HTTP's. */
  method: string
  /** A method that nobody has registered (M_INVALID). */
  isForeignMethod: boolean
  readonly isHead: boolean
  protocol: string
  /** 9, 1000, 1001 … */
  version: number
  theRequest: string
  unparsedUri: string
  /** The path, decoded as far as the work has come. */
  uri: string
  /** What `parsed_uri.path` had: undefined where the target has no path. */
  hasPath: boolean
  args: string | undefined
  scheme: string | undefined
  hostname: string | undefined
  /** The port of the `Host` header or of the target. */
  hostPort: number | undefined
  filename: string | undefined
  pathInfo: string
  file: FileFacts
  /** The path that the URL was mapped to, before it was looked for. */
  wanted: string | undefined
  /** The path has been looked for: until then it may be no path at all. */
  isMapped: boolean
  handler: string | undefined
  contentType: string | undefined
  /** A type that a configuration or a file's name gave, and may choose a handler. */
  isTypeTrusted: boolean
  contentEncoding: string | undefined
  contentLanguages: string[]
  headersIn: Table
  headersOut: Table
  errHeadersOut: Table
  env: Table
  notes: Table
  status: number
  dir: DirConfig
  user: string | undefined
  authType: string | undefined
  proxy: 'none' | 'reverse' | 'forward'
  /** `AcceptPathInfo`, once it is known. */
  usedPathInfo: 'default' | 'accept' | 'reject'
  /** Methods of the `Allow` header. */
  allowed: Set<string>
  clientAddress: string
  /** The folder that a URL prefix stands for (`ap_set_context_info`). */
  contextPrefix: string | undefined
  contextRoot: string | undefined
  /** Where a module has set another document root than the server's. */
  documentRoot: string | undefined
  /** Set by `[END]`: no rule is looked at again. */
  readonly ended: { rewriting: boolean }
}

export const noFile: FileFacts = { kind: 'none', size: 0, isBlocked: false, executable: false, owner: undefined }

/** What a request has before anything is known of its path, and before anything is answered: of its own each time. */
export const beginning = () =>
  ({
    next: undefined,
    hasPath: true,
    args: undefined,
    scheme: undefined,
    hostPort: undefined,
    filename: undefined,
    pathInfo: '',
    file: noFile,
    wanted: undefined,
    isMapped: false,
    handler: undefined,
    contentType: undefined,
    isTypeTrusted: false,
    contentEncoding: undefined,
    contentLanguages: [],
    headersOut: new Table(),
    errHeadersOut: new Table(),
    notes: new Table(),
    status: 200,
    user: undefined,
    authType: undefined,
    proxy: 'none',
    usedPathInfo: 'default',
    contextPrefix: undefined,
    contextRoot: undefined,
    documentRoot: undefined,
  }) satisfies Partial<Exchange>

export const kindOf = (r: Exchange): FileKind => r.file.kind

/** Says what was done: `decided`, `passed` or `lost`. */
export function note(r: Exchange, phase: string, outcome: Step['outcome'], message: string, at?: PlacedDirective): void {
  // What a lookup within the request tries is part of the step that asked for it.
  r.world.steps.push({ phase, outcome, message, at: at && placeOfDirective(at) })
}

/** The result of a part of the work: go on, leave it to others, done, or a status. */
export type Verdict = 'ok' | 'declined' | 'done' | number

export const isRedirectStatus = (status: number): boolean => status >= 300 && status < 400
export const isErrorStatus = (verdict: Verdict): verdict is number => typeof verdict === 'number'
