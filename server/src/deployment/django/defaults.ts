import { type PlainValue, pyBoolean, pyNumber, pyString } from './values.ts'

const list: PlainValue = { kind: 'list', items: [], open: false }
const dict: PlainValue = { kind: 'dict', entries: [], open: false }
const none: PlainValue = { kind: 'none' }

/** What Django takes where the settings say nothing (`django/conf/global_settings.py`), for names whose default is the same in all versions since 2.0. */
export const DJANGO_DEFAULTS: ReadonlyMap<string, PlainValue> = new Map([
  ['ALLOWED_HOSTS', list],
  ['APPEND_SLASH', pyBoolean(true)],
  ['CSRF_COOKIE_SECURE', pyBoolean(false)],
  ['CSRF_TRUSTED_ORIGINS', list],
  ['DATABASES', dict],
  ['DATA_UPLOAD_MAX_MEMORY_SIZE', pyNumber(2_621_440)],
  ['DEBUG', pyBoolean(false)],
  ['FILE_UPLOAD_MAX_MEMORY_SIZE', pyNumber(2_621_440)],
  ['FORCE_SCRIPT_NAME', none],
  ['INSTALLED_APPS', list],
  ['MEDIA_ROOT', pyString('')],
  ['MEDIA_URL', pyString('')],
  ['MIDDLEWARE', list],
  ['SECURE_HSTS_SECONDS', pyNumber(0)],
  ['SECURE_PROXY_SSL_HEADER', none],
  ['SECURE_SSL_HOST', none],
  ['SECURE_SSL_REDIRECT', pyBoolean(false)],
  ['SESSION_COOKIE_SECURE', pyBoolean(false)],
  ['STATICFILES_DIRS', list],
  ['STATIC_ROOT', none],
  ['STATIC_URL', none],
  ['TEMPLATES', list],
  ['USE_X_FORWARDED_HOST', pyBoolean(false)],
  ['USE_X_FORWARDED_PORT', pyBoolean(false)],
  ['WSGI_APPLICATION', none],
])
