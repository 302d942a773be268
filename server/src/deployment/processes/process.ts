import type { Place } from '../../problem/place.ts'
import type { Address } from './address.ts'
import type { ServerKind } from './command-line.ts'
import type { Unit } from './unit-file.ts'

/** A process that serves the application, as some file of the workspace starts it. All its paths are those of the server. */
export interface ApplicationProcess {
  readonly server: ServerKind
  /** What starts it. */
  readonly manager: 'systemd' | 'supervisor' | 'uwsgi'
  /** As people call it: `site.service`, `[program:site]`, `uwsgi.ini`. */
  readonly name: string
  /** The file that starts it. */
  readonly path: string
  /** The program, where it is known. */
  readonly program: TextAt | undefined
  /** The folder in which it is started. */
  readonly folder: TextAt | undefined
  /** The folder from which the application is imported, where it is another. */
  readonly changesTo: TextAt | undefined
  /** Whether that is certainly all: nothing that can or cannot be read may tell Python of other folders. */
  readonly importFoldersKnown: boolean
  /** `config.wsgi:application`. */
  readonly application: TextAt | undefined
  /** The virtualenv that it is told of (uWSGI's `home`). */
  readonly virtualenv: TextAt | undefined
  readonly user: TextAt | undefined
  readonly group: TextAt | undefined
  /** Environment variables that are set for certain. */
  readonly environment: ReadonlyMap<string, TextAt>
  readonly listeners: readonly Listener[]
  /** False where it may listen elsewhere too, or instead. */
  readonly listenersKnown: boolean
  /** Seconds after which a worker that has not answered is ended, where it is said. */
  readonly timeout: { readonly seconds: number; readonly at: Place } | undefined
  /** gunicorn's kind of worker (`sync` where none is said); undefined where that is not known, and for other programs. */
  readonly workerClass: TextAt | undefined
  /** Options of its command line by their long names, where they are all known. */
  readonly options: ReadonlySet<string> | undefined
  /** Who may connect to its Unix sockets, where it says so. */
  readonly socketMode: { readonly mode: number; readonly at: Place } | undefined
  readonly unit: Unit | undefined
  /** The unit that opens the socket for it. */
  readonly socketUnit: Unit | undefined
  /** Configuration files of its own that were read. */
  readonly configFiles: readonly string[]
}

export interface TextAt {
  readonly value: string
  readonly at: Place
}

/** What a process listens on. */
export interface Listener {
  readonly address: Address
  readonly protocol: 'http' | 'uwsgi' | 'fastcgi' | 'scgi'
  /** As written, where it is written. */
  readonly text: string
  readonly at: Place
  /** It is what the program does where nothing is said. */
  readonly isDefault: boolean
  /** `bind` on the command line that systemd's socket replaces, or the socket unit's own. */
  readonly from: 'command' | 'config' | 'socket-unit' | 'default'
}
