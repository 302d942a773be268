// The sites of which the benchmarks make large configurations, as long as they are wanted.

/** A site of nginx, with its upstream: 24 lines. */
export const nginxHost = (i) => `    # site ${i}
    upstream app${i} {
        server 127.0.0.1:${8000 + (i % 1000)} max_fails=3;
    }
    server {
        listen 127.0.0.1:8080;
        server_name host${i}.example.org www.host${i}.example.org;
        root /srv/www/host${i};
        client_max_body_size 10m;
        location /static/ {
            alias /srv/www/host${i}/static/;
            expires 30d;
            add_header Cache-Control "public, immutable";
        }
        location ~ ^/(media|files)/(.*)$ {
            root /srv/www/host${i}/data;
        }
        location / {
            proxy_pass http://app${i};
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }
        if ($request_method = POST) { return 405; }
    }
`
/** A virtual host of Apache whose files are in `folder`: 21 lines. */
export const apacheHost = (i, folder) => `# host ${i}
<VirtualHost *:8080>
    ServerName host${i}.example.org
    ServerAlias www.host${i}.example.org
    DocumentRoot "${folder}"
    Alias /static/ ${folder}/static/
    <Directory ${folder}>
        Options -Indexes +FollowSymLinks
        AllowOverride None
        Require all granted
    </Directory>
    <Location /private>
        Require ip 192.0.2.0/24
    </Location>
    RewriteEngine On
    RewriteCond %{HTTPS} !=on
    RewriteRule ^/old/(.*)$ /new/$1 [R=301,L]
    Header always set X-Frame-Options "DENY"
    ErrorLog ${folder}/error.log
    CustomLog ${folder}/access.log combined
</VirtualHost>
`
