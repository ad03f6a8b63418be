"""What the site's log does not tell: the secrets of links, which stand in the addresses of pages."""

import logging
import re

_SECRET = re.compile(r"(?<=/)[\w:=%-]{20,}(?=/)")
# Who name the address of a request: Django's own, for every answer that is no success, and for a form from elsewhere.
_LOGGERS = ("django.request", "django.security.csrf")


class Discreet(logging.Filter):
    """Leaves out the long random parts of addresses, as nginx does in its own log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record is told, without them."""
        if isinstance(record.args, tuple):
            record.args = tuple(_SECRET.sub("...", each) if isinstance(each, str) else each for each in record.args)
        return True


def keep() -> None:
    """Have Django's loggers keep secrets."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(Discreet())
