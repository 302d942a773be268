// Takes the place of @vscode/spdlog in the web build of VS Code: that one is compiled on installation, which needs a
// C++ compiler; this one writes the same log files (VS Code's Output panel shows them) with plain Node.
const { appendFileSync, mkdirSync } = require('node:fs')
const { dirname } = require('node:path')

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical']

exports.setFlushOn = () => {}
exports.createAsyncRotatingLogger = async (_name, file) => {
  mkdirSync(dirname(file), { recursive: true })
  return makeLogger(file)
}

function makeLogger(file) {
  let least = 0
  let plain = false
  const logger = {
    setLevel: (level) => {
      least = level
    },
    clearFormatters: () => {
      plain = true
    },
    setPattern: () => {},
    flush: () => {},
    drop: () => {},
  }
  for (const [rank, level] of levels.entries()) {
    logger[level] = (text) => {
      if (rank >= least) write(file, plain ? text : `${timestamp()} [${level}] ${text}\n`)
    }
  }
  return logger
}

function write(file, text) {
  try {
    appendFileSync(file, text)
  } catch {
    // A log that cannot be written, or whose folder has gone, must not stop the editor.
  }
}

const timestamp = () => new Date().toISOString().replace('T', ' ').replace('Z', '')
