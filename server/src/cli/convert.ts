import { basename } from 'node:path'
import { makeFileIndex } from '../configuration/locate.ts'
import { resolveOnMachine } from '../configuration/on-machine.ts'
import type { Configuration } from '../configuration/placed.ts'
import { resolveConfiguration } from '../configuration/resolve.ts'
import { makeSourceReader } from '../configuration/source.ts'
import type { Conversion } from '../conversion/conversion.ts'
import { htaccessFiles } from '../conversion/htaccess-files.ts'
import { convertToApache } from '../conversion/to-apache/convert.ts'
import { convertHtaccessToNginx, convertToNginx } from '../conversion/to-nginx/convert.ts'
import type { Dialect } from '../syntax/tree.ts'
import { dialectOf, dialectOfPath } from '../workspace/dialect.ts'
import { dirname } from '../workspace/path.ts'
import { makeSession } from '../workspace/session.ts'
import { defaultSettings } from '../workspace/settings.ts'
import { type Places, placesIn } from './answer-text.ts'
import { waitingFileSystem } from './node-file-system.ts'
import { readText, slashed, UsageError } from './open-workspace.ts'
import { coloured, plain } from './text-report.ts'
import { replaceFile } from './write-file.ts'

export interface ConvertCommand {
  readonly file: string
  readonly to: Dialect
  /** Only the server of this name. */
  readonly server: string | undefined
  /** Where the text is written; undefined: to standard output. */
  readonly output: string | undefined
  readonly format: 'text' | 'json'
}

/** `webconf convert`: writes a configuration in the other server's language; the status is 1 where something is left. */
export async function convert({ file, to, server, output, format }: ConvertCommand): Promise<number> {
  const root = slashed(file)
  const text = await readText(root)
  if (text === undefined) throw new UsageError(`${file} cannot be read`)
  const from: Dialect = to === 'nginx' ? 'apache' : 'nginx'
  const dialect = /^nginx/i.test(basename(root)) ? 'nginx' : (dialectOf(root, text) ?? dialectOfPath(root))
  if (dialect === to) throw new UsageError(`${file} is ${to === 'nginx' ? 'nginx' : 'Apache'}'s already`)
  const session = makeSession(waitingFileSystem, defaultSettings.limits.fileSize)
  const reader = makeSourceReader()
  const made = await session.settle((snapshot): { configuration: Configuration; conversion: Conversion | undefined; places: Places } | undefined => {
    const isHtaccess = basename(root).endsWith('.htaccess')
    const configuration = isHtaccess
      ? resolveConfiguration(snapshot, [root], 'apache', { index: makeFileIndex([root], [dirname(root)]), reader, settings: defaultSettings })
      : resolveOnMachine(snapshot, root, from, reader, defaultSettings)
    if (!configuration) return undefined
    const files = htaccessFiles(configuration, snapshot, reader, defaultSettings, (folder) => folder)
    const conversion = isHtaccess
      ? convertHtaccessToNginx(configuration, dirname(root))
      : to === 'nginx'
        ? convertToNginx(configuration, { server, ...files })
        : convertToApache(configuration, { server })
    return { configuration, conversion, places: placesIn(configuration, snapshot) }
  })
  if (!made) throw new UsageError(`${file} cannot be read as configuration`)
  const { configuration, conversion, places } = made
  const fault = configuration.sources.flatMap((source) => source.tree.faults.flatMap((each) => (each.serverMessage === undefined ? [] : [{ source, each }])))[0]
  if (fault)
    throw new UsageError(
      `${fault.source.path}:${fault.source.lines.lineAt(fault.each.start) + 1}: ${fault.each.serverMessage?.split('\n')[0]}; nothing is converted`,
    )
  if (!conversion) throw new UsageError(server === undefined ? `${file} has no server to convert` : `${file} has no server of the name ${server}`)
  const { remarks } = conversion
  if (output !== undefined) {
    const target = slashed(output)
    const refused = await replaceFile(target, await readText(target), conversion.text, false)
    if (refused !== undefined) throw new UsageError(`${output} was not written: ${refused}`)
  }
  if (format === 'json') {
    const written = {
      to,
      ...(output === undefined ? { text: conversion.text } : { output }),
      remarks: remarks.map(({ at, ...rest }) => ({ ...places(at), ...rest })),
    }
    process.stdout.write(`${JSON.stringify(written)}\n`)
  } else {
    if (output === undefined) process.stdout.write(conversion.text)
    const paint = process.stderr.isTTY && process.env.NO_COLOR === undefined ? coloured : plain
    const colours = { kept: 'dim', differs: 'info', left: 'warning' } as const
    for (const { at, directive, outcome, message } of remarks) {
      const place = places(at)
      process.stderr.write(`${place ? `${place.file}:${place.line}` : at.path}: ${paint(colours[outcome], outcome)}: ${directive}: ${message}\n`)
    }
  }
  return remarks.some(({ outcome }) => outcome === 'left') ? 1 : 0
}
