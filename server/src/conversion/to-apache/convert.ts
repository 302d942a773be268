import type { Configuration, PlacedDirective } from '../../configuration/placed.ts'
import type { Conversion } from '../conversion.ts'

export interface ToApacheOptions {
  /** Only the servers of this name; else all. */
  readonly server?: string | undefined
  /** Only this server. */
  readonly section?: PlacedDirective | undefined
}

export function convertToApache(configuration: Configuration, options: ToApacheOptions = {}): Conversion | undefined {
  void configuration
  void options
  return undefined
}
