"""A settings module for the type checker's Django plugin alone; nothing runs with it."""

from pathlib import Path

from carteiro.hosting.database import configure
from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings
from carteiro.web.site import settings as site

AUTH_USER_MODEL = configure.AUTH_USER_MODEL
DATABASES = configure.DATABASES
DEFAULT_AUTO_FIELD = configure.DEFAULT_AUTO_FIELD
INSTALLED_APPS = list(site.APPS)
MIDDLEWARE = site.MIDDLEWARE
ROOT_URLCONF = "carteiro.web.site.urls"
SECRET_KEY = configure.SECRET_KEY
USE_TZ = True
CARTEIRO_BIN_DAYS: int = configure.CARTEIRO_BIN_DAYS
CARTEIRO_DEFAULT_QUOTA: int = configure.CARTEIRO_DEFAULT_QUOTA
CARTEIRO_LAYOUT: Layout = Layout.below(Path("/nonexistent"))
CARTEIRO_SEALING_KEY: Path = configure.CARTEIRO_SEALING_KEY
CARTEIRO_SETTINGS: Settings = Settings(hostname="mail.carteiro.test")
