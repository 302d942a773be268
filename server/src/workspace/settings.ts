import * as z from 'zod/mini'

const severity = z.enum(['error', 'warning', 'info', 'hint', 'off'])

/**
 * One schema for `webconf.json` at the workspace's root and for the editor's `webconf.*` settings. Types,
 * defaults, the published JSON schema and the extension's manifest all come from here.
 */
export const settingsSchema = z.object({
  /** Severity of a rule, or "off". */
  rules: z._default(z.record(z.string(), severity), {}),
  /** Which rules are on: those for everybody, all but matters of taste, or only those that "rules" names. */
  profile: z._default(z.enum(['recommended', 'strict', 'off']), 'recommended'),
  nginx: z._default(
    z.object({
      /** Exactly this version; none: any since 1.18. */
      version: z.optional(z.string()),
      edition: z._default(z.enum(['open source', 'plus', 'openresty']), 'open source'),
      /** Names of directives of your own modules. */
      directives: z._default(z.array(z.string()), []),
    }),
    { edition: 'open source', directives: [] },
  ),
  apache: z._default(
    z.object({
      /** Exactly this version; none: any 2.4. */
      version: z.optional(z.string()),
      /** Modules that are loaded elsewhere: "wsgi_module". */
      modules: z._default(z.array(z.string()), []),
      /** Names given with -D, or names and values as "NAME=value". */
      defines: z._default(z.array(z.string()), []),
      /** Names of directives of your own modules. */
      directives: z._default(z.array(z.string()), []),
    }),
    { modules: [], defines: [], directives: [] },
  ),
  modWsgi: z._default(z.object({ version: z.optional(z.string()) }), {}),
  /** Mozilla's profile of TLS that protocols and ciphers are held against: "intermediate" for nearly all visitors, "modern" for those of recent years. */
  tls: z._default(z.enum(['intermediate', 'modern']), 'intermediate'),
  /** Quiet notes in the editor: what paths and includes resolve to, the root that a location inherits. */
  inlayHints: z._default(z.boolean(), true),
  /** Deployed folder → folder in the workspace (relative to its root). */
  paths: z._default(z.record(z.string(), z.string()), {}),
  /** Glob → context of the files that it names: "snippets/*.conf": "http,server". */
  contexts: z._default(z.record(z.string(), z.string()), {}),
  deployment: z._default(
    z.object({
      /** The virtualenv's folder, as deployed. */
      virtualenv: z.optional(z.string()),
      /** The Python of mod_wsgi: "3.11". */
      python: z.optional(z.string()),
      /** The settings module that production loads: "config.settings.production". */
      settingsModule: z.optional(z.string()),
      /** This machine is the server: deployed paths are looked at as they are. */
      thisMachine: z._default(z.boolean(), false),
    }),
    { thisMachine: false },
  ),
  format: z._default(
    z.object({
      /** Formatting puts the values of neighbouring directives below each other. */
      align: z._default(z.boolean(), false),
    }),
    { align: false },
  ),
  /** Lines above definitions and included files that say what uses them. */
  codeLens: z._default(z.boolean(), true),
  /** Where a line "Explain a request" stands, as long as "codeLens" is on: above servers and virtual hosts, above locations and aliases too, or nowhere. */
  requestLens: z._default(z.enum(['servers', 'all', 'off']), 'all'),
  limits: z._default(
    z.object({
      /** Bytes above which a file is not checked. */
      fileSize: z._default(z.int(), 10 * 1024 * 1024),
      /** Configuration files looked at in a workspace. */
      files: z._default(z.int(), 5000),
    }),
    { fileSize: 10 * 1024 * 1024, files: 5000 },
  ),
})

export type Settings = z.infer<typeof settingsSchema>

export const defaultSettings: Settings = settingsSchema.parse({})
