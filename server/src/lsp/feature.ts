import type { CancellationToken, ClientCapabilities, Connection, ServerCapabilities } from 'vscode-languageserver'
import type { ProtocolContext } from './to-protocol.ts'
import type { WorkspaceState } from './workspace-state.ts'

/** A feature of the protocol: what the client is told of it, and its handlers. */
export interface ProtocolFeature {
  capabilities(client: ClientCapabilities): ServerCapabilities
  /** Called once, before the connection is listened to. */
  register(host: FeatureHost): void
  /** Called when the client is ready: for what is told to it then, as it depends on the language of a document. */
  initialized?(host: FeatureHost, client: ClientCapabilities): Promise<void>
}

export interface FeatureHost {
  readonly connection: Connection
  readonly state: WorkspaceState
  readonly context: ProtocolContext
  /** The language that the editor gives to an open document. */
  languageOf(uri: string): string | undefined
  /** What the client can do; known once it has said `initialize`. */
  readonly client: ClientCapabilities
  /** Answers a request: what was cancelled is not computed, and what goes wrong is logged and costs one answer (`fallback`). */
  handle<T>(name: string, token: CancellationToken, fallback: T, compute: () => Promise<T>): Promise<T>
}
