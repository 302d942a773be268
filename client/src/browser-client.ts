import { Uri, workspace } from 'vscode'
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient, type MessageTransports } from 'vscode-languageclient/browser'
import { clientOptions } from './client-options.ts'

/** The client of the bundled server, which runs in a worker of the browser. */
export function makeClient(extensionUri: Uri): LanguageClient {
  let worker: Worker | undefined
  const start = async (): Promise<MessageTransports> => {
    // A restarted server gets a worker of its own: the old one holds what it knew.
    worker?.terminate()
    // Browsers refuse workers from another origin, which the extension's own address may be: the code is read and started from memory.
    const code = await workspace.fs.readFile(Uri.joinPath(extensionUri, 'dist', 'server.worker.js'))
    // The address is kept: when the worker reads it is not told.
    worker = new Worker(URL.createObjectURL(new Blob([code as Uint8Array<ArrayBuffer>], { type: 'text/javascript' })))
    // The worker of an extension host is no instance of that class: the client is handed its messages instead.
    return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) }
  }
  return new LanguageClient('webconf', 'webconf', start, clientOptions(extensionUri))
}
