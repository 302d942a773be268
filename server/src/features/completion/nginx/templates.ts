import type { NginxContext } from '../../../catalog/nginx/catalog.ts'

/** A piece of configuration that is written again and again, with places to fill in. */
export interface NginxTemplate {
  readonly name: string
  readonly about: string
  readonly contexts: readonly NginxContext[]
  /** As a snippet; a `$` of nginx's own has a backslash. nginx takes it as it stands, with the defaults in their places. */
  readonly snippet: string
  /** Also part of what a name at the top needs: lines that must stand in `http` for the snippet to be taken. */
  readonly needs?: string
}

export const nginxTemplates: readonly NginxTemplate[] = [
  {
    name: 'location, static files',
    about: 'Files of a folder, kept by browsers for a month.',
    contexts: ['server'],
    snippet: 'location ${1:/static/} {\n\talias ${2:/srv/www/site/static/};\n\texpires ${3:30d};\n\taccess_log off;\n}',
  },
  {
    name: 'location, immutable files',
    about: 'Files with a hash in their name never change: browsers need not ask again.',
    contexts: ['server'],
    snippet: 'location ${1:/static/} {\n\talias ${2:/srv/www/site/static/};\n\tadd_header Cache-Control "public, max-age=31536000, immutable";\n}',
  },
  {
    name: 'location, uploads',
    about: 'Uploaded files, sent as what they are and never run.',
    contexts: ['server'],
    snippet: 'location ${1:/media/} {\n\talias ${2:/srv/www/site/media/};\n\tadd_header X-Content-Type-Options nosniff;\n}',
  },
  {
    name: 'location, proxy',
    about: 'An application behind HTTP, told of the host, the client and the scheme.',
    contexts: ['server'],
    snippet:
      'location ${1:/} {\n\tproxy_pass ${2:http://127.0.0.1:8000};\n\tproxy_set_header Host \\$host;\n\tproxy_set_header X-Forwarded-For \\$proxy_add_x_forwarded_for;\n\tproxy_set_header X-Forwarded-Proto \\$scheme;\n}',
  },
  {
    name: 'location, proxy over a socket',
    about: 'gunicorn or another application on a Unix socket.',
    contexts: ['server'],
    snippet:
      'location ${1:/} {\n\tproxy_pass http://unix:${2:/run/app.sock};\n\tproxy_set_header Host \\$host;\n\tproxy_set_header X-Forwarded-For \\$proxy_add_x_forwarded_for;\n\tproxy_set_header X-Forwarded-Proto \\$scheme;\n}',
  },
  {
    name: 'location, WebSocket',
    about: 'A proxy that lets connections be upgraded.',
    contexts: ['server'],
    snippet:
      'location ${1:/ws/} {\n\tproxy_pass ${2:http://127.0.0.1:8000};\n\tproxy_http_version 1.1;\n\tproxy_set_header Upgrade \\$http_upgrade;\n\tproxy_set_header Connection "upgrade";\n\tproxy_set_header Host \\$host;\n\tproxy_read_timeout ${3:1h};\n}',
  },
  {
    name: 'location, server-sent events',
    about: 'A proxy that hands on each piece of an answer at once.',
    contexts: ['server'],
    snippet:
      'location ${1:/events/} {\n\tproxy_pass ${2:http://127.0.0.1:8000};\n\tproxy_http_version 1.1;\n\tproxy_set_header Connection "";\n\tproxy_set_header Host \\$host;\n\tproxy_buffering off;\n\tproxy_read_timeout ${3:1h};\n}',
  },
  {
    name: 'location, gRPC',
    about: 'A gRPC service; clients need HTTP/2.',
    contexts: ['server'],
    snippet: 'location ${1:/} {\n\tgrpc_pass ${2:grpc://127.0.0.1:50051};\n}',
  },
  {
    name: 'location, uWSGI',
    about: 'An application behind the uwsgi protocol.',
    contexts: ['server'],
    snippet: 'location ${1:/} {\n\tinclude ${2:/etc/nginx/uwsgi_params};\n\tuwsgi_pass ${3:unix:/run/uwsgi/app.sock};\n}',
  },
  {
    name: 'location, PHP',
    about: 'Scripts that exist, handed to PHP-FPM.',
    contexts: ['server'],
    snippet:
      'location ~ \\\\.php\\$ {\n\ttry_files \\$uri =404;\n\tinclude ${1:/etc/nginx/fastcgi_params};\n\tfastcgi_param SCRIPT_FILENAME \\$document_root\\$fastcgi_script_name;\n\tfastcgi_pass ${2:unix:/run/php/php-fpm.sock};\n}',
  },
  {
    name: 'location, single-page application',
    about: 'What is no file is answered by the page of the application.',
    contexts: ['server'],
    snippet: 'location ${1:/} {\n\ttry_files \\$uri \\$uri/ ${2:/index.html};\n}',
  },
  {
    name: 'location, application behind files',
    about: 'Files first, then the application.',
    contexts: ['server'],
    snippet:
      'location / {\n\ttry_files \\$uri @${1:application};\n}\nlocation @${1:application} {\n\tproxy_pass ${2:http://127.0.0.1:8000};\n\tproxy_set_header Host \\$host;\n\tproxy_set_header X-Forwarded-For \\$proxy_add_x_forwarded_for;\n\tproxy_set_header X-Forwarded-Proto \\$scheme;\n}',
  },
  {
    name: 'location, hidden files refused',
    about: 'No .git, .env or .htpasswd is sent; what certificates are proved with is.',
    contexts: ['server'],
    snippet: 'location ~ /\\\\.(?!well-known/) {\n\tdeny all;\n}',
  },
  {
    name: 'location, ACME challenge',
    about: 'Where certbot and its like put what proves the name.',
    contexts: ['server'],
    snippet: 'location ^~ /.well-known/acme-challenge/ {\n\troot ${1:/var/www/letsencrypt};\n}',
  },
  {
    name: 'location, internal files',
    about: 'Files that only the application may send (X-Accel-Redirect).',
    contexts: ['server'],
    snippet: 'location ${1:/protected/} {\n\tinternal;\n\talias ${2:/srv/www/site/protected/};\n}',
  },
  {
    name: 'location, password',
    about: 'A name and a password for a part of the site.',
    contexts: ['server'],
    snippet: 'location ${1:/admin/} {\n\tauth_basic "${2:Restricted}";\n\tauth_basic_user_file ${3:/etc/nginx/htpasswd};\n}',
  },
  {
    name: 'location, status page',
    about: 'Counters of connections, for this machine only.',
    contexts: ['server'],
    snippet: 'location = ${1:/nginx_status} {\n\tstub_status;\n\tallow 127.0.0.1;\n\tdeny all;\n}',
  },
  {
    name: 'location, health check',
    about: 'A short answer for a load balancer, without a line in the log.',
    contexts: ['server'],
    snippet: 'location = ${1:/healthz} {\n\taccess_log off;\n\tdefault_type text/plain;\n\treturn 200 "ok\\\\n";\n}',
  },
  {
    name: 'location, CORS',
    about: 'One other site may ask, also before it asks.',
    contexts: ['server'],
    snippet:
      'location ${1:/api/} {\n\tadd_header Access-Control-Allow-Origin "${2:https://example.com}" always;\n\tadd_header Access-Control-Allow-Methods "GET, POST, OPTIONS" always;\n\tadd_header Access-Control-Allow-Headers "Content-Type, Authorization" always;\n\tif (\\$request_method = OPTIONS) {\n\t\treturn 204;\n\t}\n\tproxy_pass ${3:http://127.0.0.1:8000};\n}',
  },
  {
    name: 'error pages',
    about: 'A page of your own where the application does not answer.',
    contexts: ['server'],
    snippet: 'error_page 500 502 503 504 ${1:/50x.html};\nlocation = ${1:/50x.html} {\n\troot ${2:/srv/www/errors};\n\tinternal;\n}',
  },
  {
    name: 'security headers',
    about: 'Headers that every page can have. A block with an add_header of its own has none of these.',
    contexts: ['http', 'server'],
    snippet:
      'add_header X-Content-Type-Options nosniff always;\nadd_header X-Frame-Options ${1:DENY} always;\nadd_header Referrer-Policy ${2:strict-origin-when-cross-origin} always;',
  },
  {
    name: 'compression',
    about: 'Texts are sent compressed.',
    contexts: ['http'],
    snippet:
      'gzip on;\ngzip_vary on;\ngzip_proxied any;\ngzip_min_length 1024;\ngzip_types text/css text/plain text/javascript application/javascript application/json application/xml image/svg+xml;',
  },
  {
    name: 'server, proxy',
    about: 'A site in front of an application.',
    contexts: ['http'],
    snippet:
      'server {\n\tlisten 80;\n\tserver_name ${1:example.com};\n\n\tlocation / {\n\t\tproxy_pass ${2:http://127.0.0.1:8000};\n\t\tproxy_set_header Host \\$host;\n\t\tproxy_set_header X-Forwarded-For \\$proxy_add_x_forwarded_for;\n\t\tproxy_set_header X-Forwarded-Proto \\$scheme;\n\t}\n}',
  },
  {
    name: 'server, static site',
    about: 'A folder as a site.',
    contexts: ['http'],
    snippet:
      'server {\n\tlisten 80;\n\tserver_name ${1:example.com};\n\troot ${2:/srv/www/site};\n\tindex index.html;\n\n\tlocation / {\n\t\ttry_files \\$uri \\$uri/ =404;\n\t}\n}',
  },
  {
    name: 'server, redirect to HTTPS',
    about: 'Everything on port 80 goes to the same address with https.',
    contexts: ['http'],
    snippet: 'server {\n\tlisten 80;\n\tlisten [::]:80;\n\tserver_name ${1:example.com};\n\treturn 301 https://\\$host\\$request_uri;\n}',
  },
  {
    name: 'server, redirect to another name',
    about: 'One name of the site is the right one.',
    contexts: ['http'],
    snippet: 'server {\n\tlisten 80;\n\tserver_name ${1:www.example.com};\n\treturn 301 \\$scheme://${2:example.com}\\$request_uri;\n}',
  },
  {
    name: 'server, TLS',
    about: 'A site with a certificate.',
    contexts: ['http'],
    snippet:
      'server {\n\tlisten 443 ssl;\n\tlisten [::]:443 ssl;\n\tserver_name ${1:example.com};\n\n\tssl_certificate ${2:/etc/letsencrypt/live/example.com/fullchain.pem};\n\tssl_certificate_key ${3:/etc/letsencrypt/live/example.com/privkey.pem};\n\tssl_protocols TLSv1.2 TLSv1.3;\n\n\tlocation / {\n\t\t${0:root /srv/www/site;}\n\t}\n}',
  },
  {
    name: 'server, default',
    about: 'Answers for names that no other server has, by closing the connection.',
    contexts: ['http'],
    snippet: 'server {\n\tlisten 80 default_server;\n\tserver_name _;\n\treturn 444;\n}',
  },
  {
    name: 'map for WebSocket',
    about: 'What Connection is to say, by whether an upgrade is asked for: used as $connection_upgrade.',
    contexts: ['http'],
    snippet: "map \\$http_upgrade \\$connection_upgrade {\n\tdefault upgrade;\n\t'' close;\n}",
  },
  {
    name: 'upstream with connections kept',
    about: 'Connections to the application stay open; the location needs proxy_http_version 1.1 and an empty Connection.',
    contexts: ['http'],
    snippet: 'upstream ${1:application} {\n\tserver ${2:127.0.0.1:8000};\n\tkeepalive ${3:16};\n}',
  },
  {
    name: 'rate limit, zone',
    about: 'Counts requests by address: used with limit_req.',
    contexts: ['http'],
    snippet: 'limit_req_zone \\$binary_remote_addr zone=${1:by_address}:10m rate=${2:10r/s};\nlimit_req_status 429;',
  },
  {
    name: 'rate limit',
    about: 'Lets short bursts through at once, and refuses what is more.',
    contexts: ['server', 'location'],
    snippet: 'limit_req zone=${1:by_address} burst=${2:20} nodelay;',
    needs: 'limit_req_zone $binary_remote_addr zone=by_address:10m rate=10r/s;',
  },
  {
    name: 'proxy cache, zone',
    about: 'Where answers are kept: used with proxy_cache.',
    contexts: ['http'],
    snippet: 'proxy_cache_path ${1:/var/cache/nginx/site} levels=1:2 keys_zone=${2:site}:10m max_size=${3:1g} inactive=60m use_temp_path=off;',
  },
  {
    name: 'log format, JSON',
    about: 'A line of JSON for each request.',
    contexts: ['http'],
    snippet:
      'log_format ${1:json} escape=json \'{"time":"\\$time_iso8601","address":"\\$remote_addr","method":"\\$request_method","uri":"\\$request_uri","status":\\$status,"bytes":\\$body_bytes_sent,"seconds":\\$request_time\\}\';',
  },
  {
    name: 'real address behind a proxy',
    about: 'The client as a proxy in front tells it, of those that are trusted.',
    contexts: ['http', 'server'],
    snippet: 'set_real_ip_from ${1:10.0.0.0/8};\nreal_ip_header ${2:X-Forwarded-For};\nreal_ip_recursive on;',
  },
  {
    name: 'proxy headers',
    about: 'What an application behind a proxy needs to know. A block with a proxy_set_header of its own has none of these.',
    contexts: ['server', 'location'],
    snippet:
      'proxy_set_header Host \\$host;\nproxy_set_header X-Real-IP \\$remote_addr;\nproxy_set_header X-Forwarded-For \\$proxy_add_x_forwarded_for;\nproxy_set_header X-Forwarded-Proto \\$scheme;',
  },
]
