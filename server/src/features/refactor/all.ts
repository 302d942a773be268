import { addLocation } from './add-location.ts'
import { convertLocation } from './convert-location.ts'
import { extractInclude } from './extract-include.ts'
import { extractUpstream } from './extract-upstream.ts'
import { generateSite } from './generate-site.ts'
import { htaccessToDirectory } from './htaccess-to-directory.ts'
import { inlineInclude } from './inline-include.ts'
import type { Refactoring } from './refactoring.ts'
import { sort } from './sort.ts'
import { wrapInIfModule } from './wrap-in-if-module.ts'

/** What a person may ask for beside fixes, in the order in which it is offered. */
export const refactorings: readonly Refactoring[] = [
  extractInclude,
  extractUpstream,
  inlineInclude,
  convertLocation,
  addLocation,
  wrapInIfModule,
  sort,
  htaccessToDirectory,
  generateSite,
]
