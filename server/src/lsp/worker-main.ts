/// <reference lib="webworker" />
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser'
import { connectionFileSystem } from './connection-file-system.ts'
import { startServer } from './server.ts'

const worker = globalThis as unknown as DedicatedWorkerGlobalScope
const connection = createConnection(new BrowserMessageReader(worker), new BrowserMessageWriter(worker))
startServer(connection, connectionFileSystem(connection))
