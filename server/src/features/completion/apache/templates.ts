/** Where a template may stand: outside of sections, in a virtual host, or where directives for folders may. */
export type TemplatePlace = 'server' | 'virtualhost' | 'directory'

/** A piece of configuration that is written again and again, with places to fill in. */
export interface ApacheTemplate {
  readonly name: string
  readonly about: string
  readonly places: readonly TemplatePlace[]
  /** As a snippet. Apache takes it as it stands, with the defaults in their places. */
  readonly snippet: string
}

export const apacheTemplates: readonly ApacheTemplate[] = [
  {
    name: 'virtual host',
    about: 'A site of files.',
    places: ['server'],
    snippet:
      '<VirtualHost *:80>\n\tServerName ${1:example.com}\n\tDocumentRoot ${2:/srv/www/site}\n\n\t<Directory ${2:/srv/www/site}>\n\t\tRequire all granted\n\t</Directory>\n</VirtualHost>',
  },
  {
    name: 'virtual host, mod_wsgi',
    about: 'A Python application in processes of its own.',
    places: ['server'],
    snippet:
      '<VirtualHost *:80>\n\tServerName ${1:example.com}\n\n\tWSGIDaemonProcess ${2:site} python-home=${3:/srv/www/site/venv} python-path=${4:/srv/www/site}\n\tWSGIProcessGroup ${2:site}\n\tWSGIApplicationGroup %{GLOBAL\\}\n\tWSGIScriptAlias / ${5:/srv/www/site/site/wsgi.py}\n\n\t<Directory ${6:/srv/www/site/site}>\n\t\t<Files wsgi.py>\n\t\t\tRequire all granted\n\t\t</Files>\n\t</Directory>\n</VirtualHost>',
  },
  {
    name: 'virtual host, proxy',
    about: 'A site in front of an application.',
    places: ['server'],
    snippet:
      '<VirtualHost *:80>\n\tServerName ${1:example.com}\n\tProxyPreserveHost On\n\tProxyPass / ${2:http://127.0.0.1:8000/}\n\tProxyPassReverse / ${2:http://127.0.0.1:8000/}\n</VirtualHost>',
  },
  {
    name: 'virtual host, TLS proxy',
    about: 'A site with a certificate in front of an application, which is told of the scheme.',
    places: ['server'],
    snippet:
      '<VirtualHost *:443>\n\tServerName ${1:example.com}\n\tSSLEngine On\n\tSSLCertificateFile ${2:/etc/letsencrypt/live/example.com/fullchain.pem}\n\tSSLCertificateKeyFile ${3:/etc/letsencrypt/live/example.com/privkey.pem}\n\n\tProxyPreserveHost On\n\tRequestHeader set X-Forwarded-Proto https\n\tProxyPass / ${4:http://127.0.0.1:8000/}\n\tProxyPassReverse / ${4:http://127.0.0.1:8000/}\n</VirtualHost>',
  },
  {
    name: 'virtual host, redirect to HTTPS',
    about: 'Everything on port 80 goes to the same address with https.',
    places: ['server'],
    snippet: '<VirtualHost *:80>\n\tServerName ${1:example.com}\n\tRedirect permanent / https://${1:example.com}/\n</VirtualHost>',
  },
  {
    name: 'folder, access granted',
    about: 'Files of a folder for everybody.',
    places: ['server', 'virtualhost'],
    snippet: '<Directory ${1:/srv/www/site}>\n\tRequire all granted\n</Directory>',
  },
  {
    name: 'folder, .htaccess read',
    about: 'Files of a folder that may have .htaccess files.',
    places: ['server', 'virtualhost'],
    snippet: '<Directory ${1:/srv/www/site}>\n\tOptions FollowSymLinks\n\tAllowOverride ${2:FileInfo}\n\tRequire all granted\n</Directory>',
  },
  {
    name: 'static files',
    about: 'Files of a folder at a URL.',
    places: ['server', 'virtualhost'],
    snippet: 'Alias ${1:/static/} ${2:/srv/www/site/static/}\n<Directory ${2:/srv/www/site/static/}>\n\tRequire all granted\n</Directory>',
  },
  {
    name: 'script granted',
    about: 'Only the WSGI script of a folder, not its sources.',
    places: ['server', 'virtualhost'],
    snippet: '<Directory ${1:/srv/www/site/site}>\n\t<Files ${2:wsgi.py}>\n\t\tRequire all granted\n\t</Files>\n</Directory>',
  },
  {
    name: 'hidden files refused',
    about: 'No .git, .env or .htpasswd is sent; what certificates are proved with is.',
    places: ['server', 'virtualhost'],
    snippet: '<LocationMatch "/\\\\.(?!well-known/)">\n\tRequire all denied\n</LocationMatch>',
  },
  {
    name: 'password',
    about: 'A name and a password for a part of the site.',
    places: ['server', 'virtualhost'],
    snippet:
      '<Location ${1:/admin/}>\n\tAuthType Basic\n\tAuthName "${2:Restricted}"\n\tAuthBasicProvider file\n\tAuthUserFile ${3:/etc/apache2/htpasswd}\n\tRequire valid-user\n</Location>',
  },
  {
    name: 'WebSocket proxy',
    about: 'A proxy that lets connections be upgraded (since Apache 2.4.47).',
    places: ['server', 'virtualhost'],
    snippet: 'ProxyPass ${1:/ws/} ${2:http://127.0.0.1:8000/ws/} upgrade=websocket',
  },
  {
    name: 'proxy but for static files',
    about: 'What is not handed on must come first.',
    places: ['server', 'virtualhost'],
    snippet: 'ProxyPass ${1:/static/} !\nProxyPass / ${2:http://127.0.0.1:8000/}\nProxyPassReverse / ${2:http://127.0.0.1:8000/}',
  },
  {
    name: 'balancer',
    about: 'An application in several processes.',
    places: ['server', 'virtualhost'],
    snippet:
      '<Proxy "balancer://${1:application}">\n\tBalancerMember ${2:http://127.0.0.1:8001}\n\tBalancerMember ${3:http://127.0.0.1:8002}\n</Proxy>\nProxyPass / balancer://${1:application}/\nProxyPassReverse / balancer://${1:application}/',
  },
  {
    name: 'PHP-FPM',
    about: 'Scripts that exist, handed to PHP-FPM.',
    places: ['server', 'virtualhost'],
    snippet:
      '<FilesMatch "\\\\.php\\$">\n\t<If "-f %{REQUEST_FILENAME\\}">\n\t\tSetHandler "proxy:unix:${1:/run/php/php-fpm.sock}|fcgi://localhost"\n\t</If>\n</FilesMatch>',
  },
  {
    name: 'status page',
    about: 'What the server is doing, for this machine only.',
    places: ['server', 'virtualhost'],
    snippet: '<Location ${1:/server-status}>\n\tSetHandler server-status\n\tRequire local\n</Location>',
  },
  {
    name: 'log format, combined with time',
    about: 'The usual line with the microseconds taken.',
    places: ['server', 'virtualhost'],
    snippet: 'LogFormat "%h %l %u %t \\\\"%r\\\\" %>s %O \\\\"%{Referer\\}i\\\\" \\\\"%{User-Agent\\}i\\\\" %D" ${1:timed}',
  },
  {
    name: 'real address behind a proxy',
    about: 'The client as a proxy in front tells it, of those that are trusted.',
    places: ['server', 'virtualhost'],
    snippet: 'RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy ${1:10.0.0.0/8}',
  },
  {
    name: 'rewrite to HTTPS',
    about: 'For where a Redirect in a host of its own cannot be.',
    places: ['virtualhost'],
    snippet: 'RewriteEngine On\nRewriteCond %{HTTPS\\} !=on\nRewriteRule ^ https://%{HTTP_HOST\\}%{REQUEST_URI\\} [R=301,L]',
  },
  {
    name: 'front controller',
    about: 'What is no file is answered by one script.',
    places: ['directory'],
    snippet: 'FallbackResource ${1:/index.php}',
  },
  {
    name: 'front controller by rewriting',
    about: 'What is neither file nor folder is answered by one script.',
    places: ['directory'],
    snippet: 'RewriteEngine On\nRewriteCond %{REQUEST_FILENAME\\} !-f\nRewriteCond %{REQUEST_FILENAME\\} !-d\nRewriteRule ^ ${1:index.php} [L]',
  },
  {
    name: 'security headers',
    about: 'Headers that every page can have.',
    places: ['server', 'virtualhost', 'directory'],
    snippet:
      'Header always set X-Content-Type-Options nosniff\nHeader always set X-Frame-Options ${1:DENY}\nHeader always set Referrer-Policy ${2:strict-origin-when-cross-origin}',
  },
  {
    name: 'CORS',
    about: 'One other site may ask.',
    places: ['virtualhost', 'directory'],
    snippet:
      'Header always set Access-Control-Allow-Origin "${1:https://example.com}"\nHeader always set Access-Control-Allow-Methods "GET, POST, OPTIONS"\nHeader always set Access-Control-Allow-Headers "Content-Type, Authorization"',
  },
  {
    name: 'caching by type',
    about: 'Browsers keep pictures and fonts for a month.',
    places: ['server', 'virtualhost', 'directory'],
    snippet:
      'ExpiresActive On\nExpiresByType image/png "access plus ${1:1 month}"\nExpiresByType image/jpeg "access plus ${1:1 month}"\nExpiresByType image/svg+xml "access plus ${1:1 month}"\nExpiresByType font/woff2 "access plus ${1:1 month}"',
  },
  {
    name: 'compression',
    about: 'Texts are sent compressed.',
    places: ['server', 'virtualhost', 'directory'],
    snippet:
      'AddOutputFilterByType DEFLATE text/html text/css text/plain text/javascript application/javascript application/json application/xml image/svg+xml',
  },
  {
    name: 'access from networks only',
    about: 'This machine and one network.',
    places: ['directory'],
    snippet: '<RequireAny>\n\tRequire local\n\tRequire ip ${1:10.0.0.0/8}\n</RequireAny>',
  },
]
