"""What all tests share."""

from pathlib import Path

from hypothesis import settings

from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings
from carteiro.web.site import settings as site

# One set of fixtures for all who need the lab: it claims the loopback addresses once for a run.
pytest_plugins = ["tests.lab.ground"]

# Two busy cores make single examples slow now and then; that is no fault of the code.
settings.register_profile("carteiro", deadline=None)
settings.load_profile("carteiro")

# Django is set up once in a process: as the site's, which has all that the other rooms want of it too.
site.prepare(Layout.below(Path("/nonexistent")), Settings(hostname="mail.carteiro.test"), "only for tests")
