import { type Configuration, type PlacedDirective, placeOfWhole } from '../../../configuration/placed.ts'
import { ownOf } from '../../../site/nginx/blocks.ts'
import type { Settings } from '../../../workspace/settings.ts'
import { removeDirective } from '../../lib/edits.ts'
import { tlsProfile } from '../../lib/tls-profiles.ts'
import type { FindingFix } from '../../rule.ts'

/** The lines of Mozilla's profile that any OpenSSL takes: its curves need a recent one, and are left to OpenSSL. */
export function mozillaLines(settings: Settings): string[] {
  const { protocols, ciphers, serverChoosesCipher } = tlsProfile(settings)
  return [
    `ssl_protocols ${protocols.join(' ')};`,
    ...(ciphers.length > 0 ? [`ssl_ciphers ${ciphers.join(':')};`] : []),
    `ssl_prefer_server_ciphers ${serverChoosesCipher ? 'on' : 'off'};`,
  ]
}

/** Puts the lines of the profile in place of what the block of a directive says of protocols and ciphers. */
export function useMozillaBlock(directive: PlacedDirective, configuration: Configuration, settings: Settings, indent: string): FindingFix[] {
  const replaced = ['ssl_protocols', 'ssl_ciphers', 'ssl_prefer_server_ciphers'].flatMap((name) => ownOf(directive.parent, configuration, name))
  if (replaced.some((each) => each.source !== directive.source || each.presence !== 'present')) return []
  const { start, end } = placeOfWhole(directive)
  return [
    {
      title: `Insert Mozilla's TLS settings (${settings.tls})`,
      safe: false,
      edits: [
        { path: directive.source.path, start, end, newText: mozillaLines(settings).join(`\n${indent}`) },
        ...replaced.filter((each) => each !== directive).map(removeDirective),
      ],
    },
  ]
}
