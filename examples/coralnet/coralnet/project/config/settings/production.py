from .base import *

DEBUG = False
ALLOWED_HOSTS = ['coralnet.example.org']

with open('/srv/www/secret_key.txt') as key_file:
    SECRET_KEY = key_file.read().strip()
