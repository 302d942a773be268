import { mendAll } from './mend-all.ts'
import { suite } from './suite.ts'

export const run = suite({
  'each planted mistake of the nginx site is underlined, and goes with its quick fix': () =>
    mendAll('deploy/nginx/sites-available/lantern', ['nginx/alias-slash-mismatch', 'django/media-root-mismatch', 'nginx/syntax'], 'django-nginx'),
})
