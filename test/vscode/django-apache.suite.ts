import { mendAll } from './mend-all.ts'
import { suite } from './suite.ts'

export const run = suite({
  'each planted mistake of the Apache site is underlined, and goes with its quick fix': () =>
    mendAll(
      'etc/apache2/sites-available/harbour.conf',
      [
        'wsgi/python-home-missing',
        'wsgi/process-group-undefined',
        'apache/access-for-other-directory',
        'apache/alias-slash-mismatch',
        'apache/old-access-directives',
        'django/media-root-mismatch',
      ],
      'django-apache',
    ),
})
