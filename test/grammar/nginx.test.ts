import { describe, it } from 'vitest'
import { checkScopes, readCases } from './tokenize.ts'

describe('the grammar of nginx', () => {
  it.each(readCases('nginx.cases'))('$title', async ({ marked }) => {
    await checkScopes('source.nginx', marked)
  })
})
