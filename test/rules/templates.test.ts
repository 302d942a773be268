import { describe, expect, it } from 'vitest'
import { problemsOf, show, workspace } from '../support/example.ts'

// What a template engine fills in is not known: what stands around it is checked, and nothing false is said.
const templates: Readonly<Record<string, string>> = {
  'site.conf.j2': `
# {{ ansible_managed }}
{% set upstream = 'app' %}
{% for u in upstreams %}
upstream {{ u.name }} {
{% for s in u.servers %}
    server {{ s }}{% if s.weight is defined %} weight={{ s.weight }}{% endif %};
{% endfor %}
}
{% endfor %}
server {
    listen {{ port }}{% if ssl %} ssl{% endif %};
    {% if ssl %}
    listen 443 ssl;
    ssl_certificate {{ cert }};
    {% else %}
    listen 443;
    {% endif %}
    server_name {{ names | join(' ') }};
    {% if root is defined %}root {{ root }};{% endif %}
    client_max_body_size {{ size|default('10m') }};
    {{ extra_directives }}
    {{ a }} {{ b }}
    location {{ path }} {
        {% for h, v in headers.items() %}
        add_header {{ h }} "{{ v }}";
        {% endfor %}
        proxy_pass http://{{ upstream }}{{ uri }};
        {% include 'snippet.j2' %}
    }
    {% if admin %}
    location /admin {
    {% else %}
    location /adm {
    {% endif %}
        return 403;
    }
{# a comment { #}
    {%- if x -%}
    gzip {{ 'on' if gzip else 'off' }};
    {%- endif %}
}
`,
  'site.conf.erb': `
# managed
<% @upstreams.each do |name, servers| -%>
upstream <%= name %> {
<% servers.each do |s| -%>
  server <%= s %>;
<% end -%>
}
<% end -%>
server {
  listen <%= @port %><% if @ssl %> ssl<% end %>;
<% if @ssl -%>
  ssl_certificate <%= @cert %>;
<% else -%>
  root /x;
<% end -%>
  root <%= @root %>;
  <%= @extra %>
  location <%= @loc %> { <%= @body %> }
}
`,
  'default.conf.template': `
upstream app { server \${APP_HOST}:\${APP_PORT}; }
server {
    listen \${PORT};
    listen $PORT2 ssl;
    server_name \${SERVER_NAME};
    client_max_body_size \${MAX_SIZE};
    keepalive_timeout \${TIMEOUT};
    location / { proxy_pass http://\${APP_HOST}:\${APP_PORT}\${URI}; proxy_set_header Host $host; }
    \${EXTRA}
}
`,
  'nginx.conf.tmpl': `
worker_processes {{ .Workers }};
events { worker_connections {{ getv "/nginx/conns" "1024" }}; }
http {
{{ range $host, $containers := groupByMulti $ "Env.VIRTUAL_HOST" "," }}
upstream {{ $host }} {
  {{ range $container := $containers }}
    {{ if gt $c 0 }}
    server {{ $container.IP }}:{{ $port }};
    {{ else }}
    server 127.0.0.1 down;
    {{ end }}
  {{ end }}
}
server {
  listen 80 {{ if $default }}default_server{{ end }};
  server_name {{ $host }};
  access_log /var/log/{{ $host }}.log {{ .format }};
  limit_req zone={{ .zone }};
  location / {
    {{ template "proxy" (dict "a" "b}}c") }}
    proxy_pass {{ trim $proto }}://{{ trim $host }};
    {{ if (exists "/etc/x") }}
    auth_basic "Restricted";
    auth_basic_user_file {{ printf "/etc/%s" $host }};
    {{ end }}
  }
}
{{ end }}
}
`,
  'm.conf.mustache': `
{{#servers}}
server {
  listen {{port}};
  {{^plain}}ssl_certificate {{{cert}}};{{/plain}}
  {{! comment }}
  {{> partial}}
}
{{/servers}}
`,
  'plain.conf': `
server {
    listen {{ port }};
    server_name {{domain}};
    location / { proxy_pass http://{{ backend }}; sub_filter '{{x}}' '$host'; }
}
`,
}

describe('templates', () => {
  it.each(Object.entries(templates))('nothing is said of %s', async (name, text) => {
    const problems = await problemsOf({ [`${workspace}/nginx/${name}`]: text })
    expect(problems.filter((problem) => problem.severity === 'error' || problem.severity === 'warning').map(show)).toEqual([])
  })

  it('what is wrong whatever is filled in is said', async () => {
    const text = `
server {
    listen {{ port }};
    {% if tls %}
    ssl_certificat {{ cert }};
    {% endif %}
    client_max_body_size 10mb;
    gzip {{ gzip }} {{ more }};
    location / { proxy_pass {{ backend }}; root /srv; root /srv; }
}
`
    const problems = await problemsOf({ [`${workspace}/nginx/site.conf.j2`]: text })
    expect(problems.filter((problem) => problem.severity === 'error').map((problem) => `${problem.range.start.line} ${problem.configTest?.message}`)).toEqual([
      '4 unknown directive "ssl_certificat"',
      '6 "client_max_body_size" directive invalid value',
      '8 "root" directive is duplicate',
    ])
  })

  it('branches are alternatives: neither doubles the other', async () => {
    const text = `
server {
{% if tls %}
    listen 443 ssl;
    root /a;
{% else %}
    listen 443;
    root /b;
{% endif %}
    root /c;
}
`
    expect((await problemsOf({ [`${workspace}/nginx/site.conf.j2`]: text })).filter((problem) => problem.severity === 'error')).toEqual([])
  })
})

describe('templates of Apache', () => {
  const silent: Readonly<Record<string, string>> = {
    'site.conf.j2': `
<VirtualHost {{ ip }}:{{ port | default(80) }}>
    ServerName {{ server_name }}
{% for alias in aliases %}
    ServerAlias {{ alias }} # {{ comment }}
{% endfor %}
    DocumentRoot "{{ root }}/htdocs"
    {{ extra }}
    LogLevel {{ level }} {{ more }}
    ErrorLog \${APACHE_LOG_DIR}/{{ name }}.log
    <Directory {{ root }}>
        Options {{ options | join(' ') }}
        Require {{ requirement }}
    </Directory>
{% if tls %}
    SSLEngine on
{% else %}
    SSLEngine {{ engine }}
{% endif %}
    RewriteRule ^/{{ old name }}$ /x [R=301]
    {{ directive }} value
</VirtualHost>
`,
    'site.conf.erb': `
<VirtualHost <%= @ip %>:<%= @port %>>
  ServerName <%= @name %>
<% if @aliases %>
  ServerAlias <%= @aliases.join(' ') %>
<% end -%>
  TimeOut <%= @timeout > 5 ? 5 : @timeout %>
</VirtualHost>
`,
    'site.conf.tmpl': `
<VirtualHost *:{{ .Port }}>
  ServerName {{ .Name }}
{{ range .Aliases }}
  ServerAlias {{ . }}
{{ end }}
  KeepAlive {{ if .KeepAlive }}On{{ else }}Off{{ end }}
</VirtualHost>
`,
    'site.conf.template': `
<VirtualHost *:\${PORT}>
  ServerName \${NAME}
  Timeout \${TIMEOUT}
</VirtualHost>
`,
    // The tags alone say what it is.
    'sites-available/shop.conf': `
<VirtualHost *:80>
  ServerName {{ shop_name }}
{% if shop_tls %}
  Redirect / https://{{ shop_name }}/
{% endif %}
</VirtualHost>
`,
  }
  for (const [path, text] of Object.entries(silent)) {
    it(`${path} is silent`, async () => {
      const problems = await problemsOf({ [`${workspace}/apache2/${path}`]: text })
      expect(problems.filter((problem) => problem.severity === 'error').map(show)).toEqual([])
    })
  }

  it('what stands around the holes is checked', async () => {
    const text = `
<VirtualHost {{ ip }}:80>
  ServrName {{ name }}
  Listen {{ port }}
  KeepAlive maybe
  <Directory {{ root }}>
    KeepAlive {{ keep }}
    ServerAdmin {{ one }} two
  </Directory>
</VirtualHost>
`
    const problems = await problemsOf({ [`${workspace}/apache2/site.conf.j2`]: text })
    expect(problems.filter((problem) => problem.severity === 'error').map((problem) => `${problem.range.start.line} ${problem.configTest?.message}`)).toEqual([
      "2 Invalid command 'ServrName', perhaps misspelled or defined by a module not included in the server configuration",
      '3 Listen cannot occur within <VirtualHost> section',
      '4 KeepAlive must be On or Off',
      '6 KeepAlive not allowed in <Directory> context',
      '7 ServerAdmin not allowed in <Directory> context',
    ])
  })
})
