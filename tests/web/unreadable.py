"""Serves every page after what the service loads while it is root; prints the files of the program opened since.

A process of its own: `python -m tests.web.unreadable DIRECTORY`.
"""

import io
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core.wsgi import get_wsgi_application

from carteiro.hosting.database import configure
from carteiro.mail.password import hash_password
from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings
from carteiro.web.site import serve
from carteiro.web.site import settings as site
from tests.unreadable import Watch

PEOPLE = ("root@example.org", "bob@example.org")
PASSWORD = "tram-gravel-onion-42"


class Window:
    """A browser without a network."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._cookies: dict[str, str] = {}

    def ask(self, path: str, language: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """GET, or POST with a form; gives the status and the page."""
        body = urlencode(form or {}).encode()
        environ = {
            "REQUEST_METHOD": "GET" if form is None else "POST",
            "PATH_INFO": path,
            "SERVER_NAME": "mail.carteiro.test",
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "mail.carteiro.test",
            "HTTP_X_FORWARDED_PROTO": "https",
            "HTTP_X_FORWARDED_FOR": "192.0.2.7",
            "HTTP_REFERER": "https://mail.carteiro.test/",
            "HTTP_ACCEPT_LANGUAGE": language,
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        }
        statuses: list[int] = []

        def start(status: str, fields: list[tuple[str, str]], *_: object) -> None:
            statuses.append(int(status[:3]))
            for name, value in fields:
                if name == "Set-Cookie":
                    key, _equals, rest = value.partition("=")
                    self._cookies[key] = rest.partition(";")[0]

        page = b"".join(self._application(environ, start)).decode(errors="replace")
        return statuses[0], page

    def sign_in(self, address: str) -> None:
        """Through the form."""
        _status, page = self.ask("/sign-in/", "en")
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
        form = {"address": address, "password": PASSWORD, "csrfmiddlewaretoken": token}
        assert self.ask("/sign-in/", "en", form)[0] == 302, page


def main(place: Path) -> None:
    """Print a line for each file, and `done` when all pages were seen."""
    layout = Layout.below(place)
    layout.web_static.mkdir(parents=True)
    configure_site(layout)
    serve.gather_static(layout)
    application = get_wsgi_application()
    serve.preload()
    from carteiro.web import live

    live.answer_to.__defaults__ = (0.05,)  # no worker is here
    paths = sys.stdin.read().split()
    watch = Watch()
    broken = visit(application, paths)
    print(*watch.loaded, *broken, "done", sep="\n")


def configure_site(layout: Layout) -> None:
    """An accounts database with people in it."""
    site.prepare(layout, Settings(hostname="mail.carteiro.test"), "only for tests")
    from carteiro.hosting import admins, domains, mailboxes
    from carteiro.hosting.access import Actor

    configure.setup(layout)
    configure.migrate()
    root = Actor.root(origin="test")
    domains.add(root, "example.org")
    for address in PEOPLE:
        mailboxes.add(root, mailboxes.NewMailbox(address, hash_password(PASSWORD)))
    admins.add(root, PEOPLE[0], "", superadmin=True)


def visit(application: Any, paths: list[str]) -> list[str]:
    """Every page for everybody in each language; gives the broken ones."""
    broken = []
    for address in PEOPLE:
        window = Window(application)
        window.sign_in(address)
        for path in paths:
            for language in ("en", "pt-BR"):
                status, _page = window.ask(path, language)
                if status >= 500:
                    broken.append(f"{status} {path}")
    return broken


if __name__ == "__main__":
    main(Path(sys.argv[1]))
