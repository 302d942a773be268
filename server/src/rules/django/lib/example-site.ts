// Parts of the site that the examples of these rules share.

/** The scripts of a Django project whose settings follow. */
export const project = `#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
#- site1/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
application = None
`

/** The head of its settings, as they are in production. */
export const settings = `from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = False
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.staticfiles"]
`

/** The unit that runs it at `/srv/shop` behind nginx. */
export const unit = `#- deploy/shop.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 site1.wsgi:application
`
