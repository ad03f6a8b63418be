"""Django's settings of the site, made from an instance's."""

from functools import cache
from pathlib import Path
from typing import Any

import django
from django.conf import settings as django_settings

from carteiro.hosting.database import configure as hosting
from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings

_HERE = Path(__file__).resolve().parent.parent
LOCALE = _HERE / "locale"

APPS: tuple[str, ...] = (
    *hosting.INSTALLED_APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",  # its templates
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "carteiro.web.look",
    "carteiro.web.people",
    "carteiro.web.panel",
    "carteiro.web.account",
)
MIDDLEWARE: list[str] = [
    "carteiro.web.site.healthy.middleware",
    "django.middleware.security.SecurityMiddleware",
    "carteiro.web.site.headers.middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "carteiro.web.site.resting.middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "carteiro.web.look.zone.middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "carteiro.web.people.acting.middleware",
    "carteiro.web.live.middleware",
    "carteiro.web.site.refusals.middleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "carteiro.web.site.navigation.context",
            ],
        },
    }
]


def configure(layout: Layout, settings: Settings) -> None:
    """Make this process the site of an instance; once, before anything of Django's is used."""
    prepare(layout, settings, layout.site_key.read_text())
    hosting.setup(layout, settings.database, default_quota=settings.mail.default_quota, bin_days=settings.mail.bin_days)


def prepare(layout: Layout, settings: Settings, secret_key: str) -> None:
    """Make Django the site's, before it is known which accounts database it works on."""
    django_settings.configure(**values(layout, settings, secret_key))
    django.setup()


def values(layout: Layout, settings: Settings, secret_key: str) -> dict[str, Any]:
    """All of Django's settings for an instance."""
    return {
        "SECRET_KEY": secret_key,
        "DEBUG": False,
        "ALLOWED_HOSTS": ["*"],  # nginx answers for our names only
        "INSTALLED_APPS": list(APPS),
        "MIDDLEWARE": MIDDLEWARE,
        "TEMPLATES": TEMPLATES,
        "ROOT_URLCONF": "carteiro.web.site.urls",
        "DATABASES": hosting.databases(),
        "DEFAULT_AUTO_FIELD": hosting.DEFAULT_AUTO_FIELD,
        "LOGGING_CONFIG": None,
        "FORM_RENDERER": "django.forms.renderers.TemplatesSetting",
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 2 * 1024**2,
        "CARTEIRO_DEFAULT_QUOTA": settings.mail.default_quota,
        "CARTEIRO_BIN_DAYS": settings.mail.bin_days,
        "CARTEIRO_LAYOUT": layout,
        "CARTEIRO_SETTINGS": settings,
        **_STATIC,
        "STATIC_ROOT": layout.web_static,
        **_languages(),
        **_SECURITY,
        **_SIGN_IN,
    }


_STATIC: dict[str, Any] = {
    "STATIC_URL": "/static/",
    "STORAGES": {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        # Hashed names, and a .gz beside each, which nginx serves.
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    },
}
_SECURITY: dict[str, Any] = {
    # The socket is reachable by nginx alone, which sets these headers itself.
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "SECURE_REFERRER_POLICY": "same-origin",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
    # __Host-: for this name alone, over TLS alone (RFC 6265bis section 4.1.3.2).
    "SESSION_COOKIE_NAME": "__Host-session",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_AGE": 12 * 3600,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_NAME": "__Host-csrf",
    "CSRF_COOKIE_SECURE": True,
    "CSRF_USE_SESSIONS": False,
    "CSRF_FAILURE_VIEW": "carteiro.web.site.refusals.csrf",
    "LANGUAGE_COOKIE_NAME": "__Host-language",
    "LANGUAGE_COOKIE_SECURE": True,
    "LANGUAGE_COOKIE_AGE": 365 * 86400,
}
_SIGN_IN: dict[str, Any] = {
    "AUTH_USER_MODEL": hosting.AUTH_USER_MODEL,
    "AUTHENTICATION_BACKENDS": ["carteiro.web.people.backend.AddressBackend"],
    "LOGIN_URL": "sign-in",
    "LOGIN_REDIRECT_URL": "start",
    "ACCOUNT_USER_MODEL_USERNAME_FIELD": "uid",
    "ACCOUNT_USER_MODEL_EMAIL_FIELD": None,
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "MFA_ADAPTER": "carteiro.web.people.secrets.Adapter",
    "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
    "MFA_TOTP_TOLERANCE": 1,  # periods of half a minute that a telephone's clock may be off
}


def _languages() -> dict[str, Any]:
    return {
        "USE_I18N": True,
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "LANGUAGE_CODE": "en",
        "LANGUAGES": languages(),
        "LOCALE_PATHS": [LOCALE],
    }


@cache
def languages() -> list[tuple[str, str]]:
    """The languages there are, each with its own name: English, and one for each catalogue."""
    from django.conf.locale import LANG_INFO  # noqa: PLC0415 - a table of Django's, nothing of it is set up yet

    codes = sorted(each.name.lower().replace("_", "-") for each in LOCALE.glob("*/") if each.is_dir())
    return [("en", "English"), *((code, LANG_INFO.get(code, {}).get("name_local", code)) for code in codes)]
