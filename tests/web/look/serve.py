"""The gallery in a browser: `python -m tests.web.look.serve [ADDRESS:PORT]`, until it is interrupted."""

import sys
import tempfile
from pathlib import Path

from django.conf import settings as django_settings

from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings
from carteiro.web.site import settings as site


def main() -> None:
    """Serve."""
    address, _, port = (sys.argv[1:] or ["127.0.0.1:8080"])[0].partition(":")
    with tempfile.TemporaryDirectory() as place:
        site.prepare(Layout.below(Path(place)), Settings(hostname="mail.example"), "only for the gallery")
        django_settings.ROOT_URLCONF = "tests.web.look.gallery"
        django_settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        from tests.web.look.serving import server

        made = server(Path(place), address, int(port or 8080))
        print(f"http://{address}:{made.server_port}/gallery/", flush=True)
        made.serve_forever()


if __name__ == "__main__":
    main()
