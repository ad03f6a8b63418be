"""A server of the gallery, over a database of its own."""

from pathlib import Path

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.contrib.staticfiles.views import serve
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.http import FileResponse, HttpRequest

from carteiro.hosting.database import configure
from carteiro.hosting.models import Domain, Mailbox
from carteiro.settings.layout import Layout

NAMES = ("alice", "bruno", "carla", "davi", "elisa", "fabio", "gisele", "hugo", "iris", "joana", "luana", "mateus")


def fill(rows: int) -> None:
    """A domain with mailboxes."""
    domain = Domain.objects.create(name="example.org", tags=["customer", "2026"])
    many = [_mailbox(domain, number) for number in range(rows)]
    Mailbox.objects.bulk_create(many)


def _mailbox(domain: Domain, number: int) -> Mailbox:
    name = NAMES[number % len(NAMES)]
    address = f"{name}{number // len(NAMES) or ''}@{domain.name}"
    used = (number * 397) % 2200 * 1024**2
    return Mailbox(
        address=address,
        domain=domain,
        name=name.title(),
        password="x",
        active=number % 7 != 3,
        quota=2 * 1024**3 if number % 3 else 0,
        quota_messages=min(used, 2 * 1024**3 - 1),
        home=f"{number:032x}",
    )


class Handler(StaticFilesHandler):
    """Static files as they lie in the tree."""

    def serve(self, request: HttpRequest) -> FileResponse:
        """One of them."""
        return serve(request, self.file_path(request.path), insecure=True)


def server(place: Path, address: str, port: int, rows: int = 130) -> ThreadedWSGIServer:
    """A server of the gallery; Django must be set up."""
    layout = Layout.below(place)
    configure.setup(layout)
    layout.accounts_database.parent.mkdir(parents=True, exist_ok=True)
    configure.migrate()
    fill(rows)
    made = ThreadedWSGIServer((address, port), WSGIRequestHandler)
    made.daemon_threads = True
    made.set_app(Handler(WSGIHandler()))
    return made
