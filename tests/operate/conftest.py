"""Instances with an accounts database, as the use cases' tests have them."""

from tests.hosting.conftest import layout, root

__all__ = ["layout", "root"]
