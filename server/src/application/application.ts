import type { PlacedDirective } from '../configuration/placed.ts'
import type { DjangoProject } from '../deployment/django/project.ts'
import type { DjangoSettings } from '../deployment/django/settings.ts'
import type { WsgiScript } from '../deployment/django/wsgi-script.ts'
import type { ApplicationProcess } from '../deployment/processes/process.ts'
import type { Target } from './targets.ts'

/** An application that a configuration serves: a `WSGIScriptAlias`, or a `proxy_pass`, `uwsgi_pass`, `ProxyPass` to it. */
export type Application = WsgiApplication | ProxiedApplication

interface ApplicationBase {
  /** The directive that hands requests to it. */
  readonly directive: PlacedDirective
  /** The virtual host or nginx server around it; undefined at the top. */
  readonly host: PlacedDirective | undefined
  /** The URL prefix, `/` for all. */
  readonly mount: string
  /** The Django project, where one in the workspace is meant beyond doubt. */
  readonly project: DjangoProject | undefined
  readonly settings: DjangoSettings | undefined
  /** Where the settings' own folders lie on the server: a workspace value as a deployed path; undefined: not known. */
  deployed(workspacePath: string): string | undefined
}

export interface WsgiApplication extends ApplicationBase {
  readonly kind: 'mod_wsgi'
  readonly script: {
    /** As deployed, absolute. */
    readonly path: string
    /** The file in the workspace; undefined where the path does not map. */
    readonly workspace: string | undefined
    /** What was read of it, where it was. */
    readonly content: WsgiScript | undefined
  }
  readonly process: WsgiProcess
}

/** Where mod_wsgi runs the application. */
export type WsgiProcess =
  | { readonly mode: 'embedded' }
  | {
      readonly mode: 'daemon'
      /** The group's name. */
      readonly name: string
      /** What named it: an option of the alias, or a `WSGIProcessGroup`. */
      readonly namedBy: PlacedDirective
      /** The `WSGIDaemonProcess`; undefined where none of that name is in the configuration. */
      readonly definition: PlacedDirective | undefined
    }
  | { readonly mode: 'unknown' }

export interface ProxiedApplication extends ApplicationBase {
  readonly kind: 'proxied'
  /** `http`, `uwsgi`, `fastcgi`, `scgi`, `ajp`. */
  readonly protocol: string
  /** Where it sends requests; empty where that is not known. */
  readonly targets: readonly Target[]
  /** The processes of the workspace that listen there. */
  readonly processes: readonly ApplicationProcess[]
}
