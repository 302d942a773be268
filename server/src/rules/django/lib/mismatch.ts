import type { Application } from '../../../application/application.ts'
import { isSourceFolder, type ServedSetting, servedSetting } from '../../../application/served-settings.ts'
import { placeOfArgument, placeOfDirective } from '../../../configuration/placed.ts'
import { containersWith, isServerImage } from '../../../deployment/platforms/containers.ts'
import { locationOf } from '../../../site/nginx/locations.ts'
import { normalize } from '../../../workspace/path.ts'
import { replaceArgument } from '../../lib/edits.ts'
import { isPlaceholderPath } from '../../lib/placeholder.ts'
import type { ConfigurationContext, FindingEdit, FindingFix } from '../../rule.ts'
import { type Mapping, mappingFor } from './served.ts'

/** Reports where the server serves another folder at STATIC_URL (MEDIA_URL) than STATIC_ROOT (MEDIA_ROOT). */
export function reportRootMismatch(kind: ServedSetting['kind'], application: Application, context: ConfigurationContext): void {
  const setting = servedSetting(application, kind, context.snapshot)
  const mapping = setting && mappingFor(setting, application, context)
  if (!setting || !mapping || mapping.folder === setting.root || isRootRepeated(mapping, setting)) return
  // A sample that is to be filled in may be filled in well.
  if (isPlaceholderPath(mapping.folder) !== isPlaceholderPath(setting.root)) return
  // In containers a volume may be mounted at another path on either side.
  if (context.deployment.containers && !context.paths.covers(mapping.folder)) return
  // The server's own container: platform/static-volume-not-shared compares what is mounted there.
  if (
    containersWith(context.deployment.containerSetup, mapping.directive.source.path).some(({ container }) =>
      isServerImage(container, context.configuration.dialect),
    )
  )
    return
  const source = kind === 'STATIC' && application.settings !== undefined && isSourceFolder(mapping.folder, application, application.settings, context.snapshot)
  const why =
    kind === 'MEDIA'
      ? `uploads are written to MEDIA_ROOT, ${setting.root}, and are not found here`
      : source
        ? `that folder is a source of static files, and those of the admin and other packages are only in STATIC_ROOT, ${setting.root}`
        : `collectstatic puts the files into STATIC_ROOT, ${setting.root}`
  context.report({
    at: placeOfArgument(mapping.directive, mapping.argument),
    // Where the environment may give another folder, it is no more than a hint at what to look for.
    severity: setting.certain ? 'error' : 'info',
    message: `${mapping.folder} is served at ${setting.url}, but ${why}. Serve that folder, or change ${kind}_ROOT.`,
    related: [{ at: setting.rootAt, message: `${kind}_ROOT is ${setting.root}` }],
    fixes: fixes(mapping, setting, source, context),
  })
}

function fixes(mapping: Mapping, setting: ServedSetting, source: boolean, context: ConfigurationContext): FindingFix[] {
  const edits = replaceFolder(mapping, setting.root, context)
  return [
    ...(edits ? [{ title: `Serve ${setting.root} at ${setting.url}`, safe: false, edits }] : []),
    // A folder to collect from cannot be the one to collect into (staticfiles.E002).
    ...(source
      ? []
      : [{ title: `Set ${setting.kind}_ROOT to ${mapping.folder}`, safe: false, edits: [{ ...setting.rootAt, newText: JSON.stringify(mapping.folder) }] }]),
  ]
}

/** The edits by which another folder is served; the section that grants the old one goes with it. Undefined where it cannot be said. */
export function replaceFolder(mapping: Mapping, folder: string, { configuration }: ConfigurationContext): FindingEdit[] | undefined {
  const written = mapping.write(folder)
  const sections = configuration.all.flatMap((each) => {
    const path = each.args[0]
    return each.name === 'directory' && each.presence === 'present' && path?.known && normalize(path.value) === mapping.folder
      ? [replaceArgument(each, path, folder)]
      : []
  })
  if (written !== undefined) return [replaceArgument(mapping.directive, mapping.argument, written), ...sections]
  // `root` in the location itself can become `alias`.
  const { directive, argument } = mapping
  const location = directive.parent && locationOf(directive.parent)
  if (directive.name !== 'root' || !directive.plain || location?.path !== mapping.url || (location.modifier !== '' && location.modifier !== '^~'))
    return undefined
  const { start } = placeOfDirective(directive)
  const path = /\s/.test(folder) ? `"${folder}/"` : `${folder}/`
  return [{ path: directive.source.path, start, end: argument.end, newText: `alias ${path}` }]
}

/** `location /static/ { root /srv/static; }` is a mistake of its own: see nginx/root-repeats-location. */
export const isRootRepeated = (mapping: Mapping, setting: ServedSetting): boolean =>
  mapping.directive.name === 'root' && mapping.argument.value.replace(/\/$/, '') === setting.root
