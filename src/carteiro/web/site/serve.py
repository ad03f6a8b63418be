"""The site served on a Unix socket by gunicorn; nginx is in front of it."""

import hashlib
import importlib
import logging
import os
import pkgutil
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.staticfiles import finders
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import Error, connections
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation
from django.utils.formats import get_format
from gunicorn.app.base import BaseApplication

from carteiro.hosting.errors import DatabaseFault, fault_of, translated
from carteiro.hosting.troubles import Trouble, trouble_of
from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings
from carteiro.web.site import discretion
from carteiro.web.site import settings as site
from carteiro.words import translate_for

log = logging.getLogger("carteiro.web")

_AGAIN_SECONDS = 2.0
_OPTIONS: dict[str, Any] = {
    "workers": 2,
    "threads": 8,
    "worker_class": "gthread",
    "timeout": 60,
    "graceful_timeout": 10,
    "keepalive": 30,
    "errorlog": "-",
    "loglevel": "warning",
    "forwarded_allow_ips": "*",
    "control_socket_disable": True,
    "worker_tmp_dir": "/dev/shm",  # noqa: S108 - gunicorn's heartbeat: an unlinked file, and no disk to wait for
}
# What of these is loaded only when it is first used must be loaded before the process gives up root.
_PACKAGES = (
    "allauth.mfa",
    "allauth.usersessions",
    "argon2",
    "carteiro.hosting",
    "carteiro.mail",
    "carteiro.web",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.sessions.backends.db",
    "django.contrib.sessions.serializers",
    "django.contrib.staticfiles.storage",
    "django.core.cache.backends.locmem",
    "django.core.files",
    "django.db.models",
    "django.forms",
    "django.template",
    "django.utils",
    "django.views",
    "django_htmx",
    "fido2.webauthn",
    "gunicorn.arbiter",
    "gunicorn.glogging",
    "gunicorn.http",
    "gunicorn.workers.gthread",
    "segno",
    "whitenoise",
    "zxcvbn",
)
_NEVER_SERVED = (".admin", ".asgi", ".jinja2", ".management", ".migrations", ".test")
# The apps whose templates are ever drawn; allauth brings some of its own that ours take the place of.
_DRAWN = ("carteiro.web", "django.forms")


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, application: WSGIHandler, listener: int) -> None:
        self._application = application
        self._listener = listener
        super().__init__()

    def load_config(self) -> None:
        # gunicorn notes its user when it is imported: that was root still.
        ours = {"bind": f"fd://{self._listener}", "user": os.geteuid(), "group": os.getegid()}
        for name, value in (_OPTIONS | ours).items():
            self.cfg.set(name, value)

    def load(self) -> WSGIHandler:
        return self._application


def serve(layout: Layout, settings: Settings, become: Callable[[], None]) -> None:
    """Serve until the process is told to stop.

    `become` gives up root. All code, templates and catalogues are loaded before: the site's user need not be able to
    read the place where the program lies (a clone below /root), nor to change what nginx hands out.
    """
    site.configure(layout, settings)
    ready = _migrated(settings)
    gather_static(layout)
    application = get_wsgi_application()
    logging.getLogger("django.request").addFilter(_InOneLine())
    discretion.keep()
    preload()
    connections.close_all()
    become()
    if not ready:
        threading.Thread(target=_end_when_back, daemon=True, name="database").start()
    _Server(application, _listener(layout.web_socket)).run()


def _migrated(settings: Settings) -> bool:
    """Bring the site's tables to this release; False where the server that they are on is away."""
    try:
        with translated():
            call_command("migrate", interactive=False, verbosity=0)
    except DatabaseFault as fault:
        if settings.database == "sqlite":
            raise
        log.error("%s", fault)
        return False
    return True


class _InOneLine(logging.Filter):
    """A database that is away is told in one line, not with the way through the program for each page."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, Error) and trouble_of(error) is not Trouble.OTHER:
            error = fault_of(error)
        if isinstance(error, DatabaseFault):
            record.msg, record.args, record.exc_info = "%s", (str(error),), None
        return True


def _end_when_back() -> None:
    """Until the database is back every page says that it is away; then the supervisor starts the site anew."""
    while True:
        time.sleep(_AGAIN_SECONDS)
        with suppress(Error):
            connections["default"].ensure_connection()
            os.kill(os.getpid(), signal.SIGTERM)
            return


def _listener(path: Path) -> int:
    """The number of the socket that nginx knows, which gunicorn closes; it has the group of its directory."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    path.chmod(0o660)
    return listener.detach()


def gather_static(layout: Layout) -> None:
    """Put the static files where nginx serves them, unless those of this release are there already."""
    stamp = layout.web_static / ".sources"
    digest = _sources()
    if stamp.is_file() and stamp.read_text() == digest:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest)


def preload() -> None:
    """Load what would otherwise be loaded by the first page that wants it."""
    for package in _PACKAGES:
        _import_all(package)
    _ = get_resolver().url_patterns
    for name in _template_names():
        get_template(name)
    for code, _name in site.languages():
        with translation.override(code):
            get_format("DATE_FORMAT")
            translation.gettext("")
        translate_for(code, "?")


def _import_all(name: str) -> None:
    package = importlib.import_module(name)
    for found in pkgutil.walk_packages(getattr(package, "__path__", []), f"{name}."):
        if not any(part in found.name for part in _NEVER_SERVED):
            importlib.import_module(found.name)


def _template_names() -> list[str]:
    places = [Path(app.path) / "templates" for app in apps.get_app_configs() if app.name.startswith(_DRAWN)]
    return sorted({str(file.relative_to(place)) for place in places for file in place.rglob("*.html")})


def _sources() -> str:
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n".encode())
    return digest.hexdigest()
