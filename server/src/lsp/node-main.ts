import { createConnection, ProposedFeatures } from 'vscode-languageserver/node'
import { nodeFileSystem } from '../cli/node-file-system.ts'
import { startServer } from './server.ts'

// Without another transport named, the server speaks over standard input and output.
if (!process.argv.some((each) => /^--(stdio|node-ipc|socket|pipe)/.test(each))) process.argv.push('--stdio')
startServer(createConnection(ProposedFeatures.all), nodeFileSystem)
