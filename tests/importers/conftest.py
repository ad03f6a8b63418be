"""What tests of importers share."""

import os
from pathlib import Path

import pytest

from carteiro.host import users

from .building import Courier, Here


@pytest.fixture(autouse=True)
def _with_vmail() -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root: messages are handed over to the user vmail")
    users.ensure_users()


@pytest.fixture
def there(tmp_path: Path) -> Courier:
    return Courier(tmp_path / "there")


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return Here(tmp_path / "here")
