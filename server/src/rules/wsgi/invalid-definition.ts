import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'wsgi/invalid-definition',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'error',
  summary: 'A WSGIDaemonProcess, WSGIScriptAlias or other directive of mod_wsgi with a wrong option or value.',
  explanation: `
Options are \`name=value\` without spaces around the \`=\`. mod_wsgi refuses names that it does not know, numbers out of bounds, a \`home\` that is no absolute path, and a second process group of one name.
`,
  source: 'mod_wsgi 4.9.4: `wsgi_add_daemon_process`, `wsgi_add_script_alias`; tried with mod_wsgi 4.9.4 on Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'options',
        files: `
#- httpd.conf
Listen 8080
WSGIDaemonProcess site python-hom=/srv/venv
#                      ^^^^^^^^^^^^^^^^^^^^ error[wsgi/invalid-definition]: WSGIDaemonProcess knows no option "python-hom"; did you mean "python-home"?
WSGIDaemonProcess other threads=5
WSGIDaemonProcess other threads=5
#                 ^^^^^ error[wsgi/invalid-definition]: There is a process group "other" already
WSGIScriptAlias / /srv/site/wsgi.py process-group=other
`,
      },
      {
        title: 'a virtual host that was copied for TLS, with its daemon process',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName example.org
    WSGIDaemonProcess site python-path=/srv/site threads=5
    WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
</VirtualHost>
<VirtualHost *:443>
    ServerName example.org
    WSGIDaemonProcess site threads=5 python-path=/srv/site
#                     ^^^^ error[wsgi/invalid-definition]: There is a process group "site" already
    WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
</VirtualHost>
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
      },
      {
        title: 'a virtual host that was copied for another name',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName example.org
    WSGIDaemonProcess site python-path=/srv/site
    WSGIProcessGroup site
    WSGIScriptAlias / /srv/site/config/wsgi.py
</VirtualHost>
<VirtualHost *:80>
    ServerName www.example.org
    WSGIDaemonProcess site python-path=/srv/site
#                     ^^^^ error[wsgi/invalid-definition]: There is a process group "site" already
    WSGIProcessGroup site
    WSGIScriptAlias / /srv/site/config/wsgi.py
</VirtualHost>
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
      },
    ],
    passing: [
      {
        title: 'one site in two files, of which a machine has one',
        files: `
#- apache/production.conf
WSGIDaemonProcess site python-path=/var/www/site
WSGIScriptAlias / /var/www/site/wsgi.py process-group=site
#- apache/staging.conf
WSGIDaemonProcess site python-path=/var/www/staging
WSGIScriptAlias / /var/www/staging/wsgi.py process-group=site
`,
      },
      {
        title: 'a daemon process',
        files: `
#- httpd.conf
Listen 8080
WSGIDaemonProcess site python-home=/srv/venv python-path=/srv/site threads=5 display-name=%{GROUP}
WSGIScriptAlias / /srv/site/wsgi.py process-group=site application-group=%{GLOBAL}
<Directory /srv/site>
    Require all granted
</Directory>
`,
      },
    ],
  },
})
