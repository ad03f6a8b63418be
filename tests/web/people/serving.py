"""The site over HTTPS, with known people; Django must be set up."""

import base64
import hashlib
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from carteiro.hosting import admins, domains, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.database import configure
from carteiro.settings.layout import Layout
from tests.lab.certificate import write_certificate
from tests.web.conftest import HASHED
from tests.web.look.serving import Handler

NAME = "mail.carteiro.test"


class _BehindNginx(Handler):
    """What nginx would say of each request."""

    def __call__(self, environ, start_response):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN204 - WSGI
        environ["HTTP_X_FORWARDED_PROTO"] = "https"
        environ["HTTP_X_FORWARDED_FOR"] = environ["REMOTE_ADDR"]
        return super().__call__(environ, start_response)


def serve(place: Path, address: str) -> None:
    """Until the process is told to stop; prints the port, and by which fingerprint a browser trusts it."""
    layout = Layout.below(place)
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    configure.setup(layout)
    layout.accounts_database.parent.mkdir(parents=True)
    configure.migrate()
    _people(Actor.root(origin="test"))
    write_certificate(NAME, place / "host.crt", place / "host.key")
    made = ThreadedWSGIServer((address, 0), WSGIRequestHandler)
    made.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place / "host.crt", place / "host.key")
    made.socket = context.wrap_socket(made.socket, server_side=True)
    made.set_app(_BehindNginx(WSGIHandler()))
    print(made.server_address[1], _fingerprint(place / "host.crt"), flush=True)
    made.serve_forever()


def _people(root: Actor) -> None:
    domains.add(root, "example.org")
    mailboxes.add(root, mailboxes.NewMailbox("bob@example.org", HASHED))
    admins.add(root, "root@host.example", HASHED, superadmin=True)


def _fingerprint(certificate: Path) -> str:
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    return base64.b64encode(digest).decode()
