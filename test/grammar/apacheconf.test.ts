import { describe, it } from 'vitest'
import { checkScopes, readCases } from './tokenize.ts'

describe('the grammar of Apache', () => {
  it.each(readCases('apacheconf.cases'))('$title', async ({ marked }) => {
    await checkScopes('source.apacheconf', marked)
  })
})
