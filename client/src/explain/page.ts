import { Uri, type Webview } from 'vscode'

/** The page of the panel: its script and style are files of the extension, and nothing else is let in. */
export function pageOf(webview: Webview, extensionUri: Uri): string {
  const file = (name: string): string => webview.asWebviewUri(Uri.joinPath(extensionUri, 'dist', name)).toString()
  const nonce = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Explain a Request</title>
  <link rel="stylesheet" href="${file('explain.css')}">
</head>
<body>
  <main id="main"></main>
  <script nonce="${nonce}" src="${file('explain.js')}"></script>
</body>
</html>`
}
