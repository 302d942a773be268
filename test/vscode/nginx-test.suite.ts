import { mendAll } from './mend-all.ts'
import { suite } from './suite.ts'

export const run = suite({
  'what nginx -t would say one by one is underlined at once, and each mistake goes with its quick fix': () =>
    mendAll('nginx/conf.d/shop.conf', ['nginx/syntax', 'nginx/unknown-directive', 'nginx/invalid-address', 'nginx/invalid-value'], 'nginx-test'),
})
