"""The gallery, for the tests of its parts."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.test.utils import override_settings

from carteiro.settings.layout import Layout


@pytest.fixture
def gallery(layout: Layout) -> Iterator[Client]:
    """A client of the gallery."""
    with override_settings(ROOT_URLCONF="tests.web.look.gallery"):
        yield Client(headers={"X-Forwarded-Proto": "https"})
