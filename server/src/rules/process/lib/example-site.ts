// Parts of the site that the examples of these rules share.

/** A Django project whose pages say "hello", at `/srv/shop`. */
export const project = `#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
#- shop/__init__.py
#- shop/settings.py
SECRET_KEY = "x"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "shop.urls"
#- shop/urls.py
from django.http import HttpResponse
from django.urls import path
urlpatterns = [path("", lambda request: HttpResponse("hello"))]
#- shop/wsgi.py
import os
from django.core.wsgi import get_wsgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
application = get_wsgi_application()
`

/** An nginx site that hands requests on. */
export const site = (pass: string, besides = ''): string => `#- deploy/nginx/shop.conf
server {
    listen 80;
    server_name shop.example;
    location / {
        ${pass}
${besides}        proxy_set_header Host $host;
    }
}
`

/** Its unit. */
export const unit = (start: string, besides = ''): string => `#- deploy/shop.service
[Service]
User=www-data
${besides}WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/${start}
`
