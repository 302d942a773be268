import { explainTests } from './explain-tests.ts'
import { suite } from './suite.ts'

export const run = suite(explainTests)
