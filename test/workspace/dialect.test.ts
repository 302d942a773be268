import { describe, expect, it } from 'vitest'
import { dialectOf, dialectOfPath } from '../../server/src/workspace/dialect.ts'

describe('the language of a file by its path', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['/etc/nginx/nginx.conf', 'nginx'],
    ['deploy/nginx/sites-available/shop', 'nginx'],
    ['.platform/nginx/conf.d/site.conf', 'nginx'],
    ['/etc/apache2/apache2.conf', 'apache'],
    ['etc/apache2/sites-available/shop.conf', 'apache'],
    ['public/.htaccess', 'apache'],
    ['httpd.conf', 'apache'],
    ['shop.vhost', 'apache'],
    ['shop.conf', undefined],
    ['etc/redis/redis.conf', undefined],
    ['src/main.py', undefined],
  ]
  for (const [path, dialect] of cases) it(`${path}: ${dialect ?? 'not told'}`, () => expect(dialectOfPath(path)).toBe(dialect))
})

describe('the language of a file by its text', () => {
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ['an nginx server', 'server {\n    listen 80;\n    location / {\n        proxy_pass http://app;\n    }\n}\n', 'nginx'],
    ['a virtual host', '<VirtualHost *:80>\n    ServerName a\n    DocumentRoot /var/www\n</VirtualHost>\n', 'apache'],
    ['a systemd unit', '[Unit]\nDescription=x\n\n[Service]\nExecStart=/bin/x\n', undefined],
    ['redis', 'bind 127.0.0.1\nport 6379\nsave 900 1\n', undefined],
    ['postgresql', "listen_addresses = '*'\nport = 5432\n", undefined],
    ['haproxy', 'frontend www\n    bind *:80\n    default_backend app\nbackend app\n    server a 10.0.0.1:80 check\n', undefined],
    ['bind', 'options {\n    directory "/var/cache/bind";\n};\nzone "example.org" {\n    type master;\n};\n', undefined],
    ['fontconfig', '<?xml version="1.0"?>\n<fontconfig>\n  <dir>/usr/share/fonts</dir>\n</fontconfig>\n', undefined],
    ['HOCON', 'app {\n  host = "a"\n  port = 80\n}\n', undefined],
    ['logrotate', '/var/log/x.log {\n    daily\n    rotate 4\n}\n', undefined],
    ['supervisor', '[program:app]\ncommand=/srv/app\n', undefined],
    ['Caddy', 'example.org {\n    reverse_proxy localhost:8000\n}\n', undefined],
    ['nothing', '', undefined],
  ]
  for (const [title, text, dialect] of cases) it(`${title}: ${dialect ?? 'neither'}`, () => expect(dialectOf('some.conf', text)).toBe(dialect))
})
