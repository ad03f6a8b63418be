"""Instances with an accounts database, as the use cases' tests have them."""

from tests.hosting.conftest import empty, layout, root

__all__ = ["empty", "layout", "root"]
