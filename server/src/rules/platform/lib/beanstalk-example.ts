// Parts of an application on Elastic Beanstalk that the examples of these rules share.

/** The EB CLI's own file, of an environment on Amazon Linux 2023. */
export const cli = `#- .elasticbeanstalk/config.yml
global:
  application_name: harbor
  default_platform: Python 3.11 running on 64bit Amazon Linux 2023
  sc: git
`

/** The same, of the generation that was retired in 2022. */
export const oldCli = `#- .elasticbeanstalk/config.yml
global:
  application_name: harbor
  default_platform: Python 3.6 running on 64bit Amazon Linux/2.10.0
  sc: git
`

/** The scripts of a Django project and its packages. */
export const project = `#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harbor.settings")
#- harbor/__init__.py
#- harbor/wsgi.py
import os
from django.core.wsgi import get_wsgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harbor.settings")
application = get_wsgi_application()
`

export const requirements = `#- requirements.txt
Django==3.2.25
psycopg2-binary==2.9.9
gunicorn==22.0.0
`

export const settings = `#- harbor/settings.py
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = False
ALLOWED_HOSTS = [".elasticbeanstalk.com"]
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.staticfiles"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
`
