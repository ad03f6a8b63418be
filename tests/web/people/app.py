"""A telephone with an app that shows codes."""

import time

from allauth.mfa.totp.internal import auth as totp

from carteiro.hosting.people import persons
from carteiro.web.people import factors


def code_now(secret: str, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes from now (RFC 6238)."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps)))


def app_of(address: str) -> str:
    """Set up an app for somebody; gives its secret."""
    person = persons.find(address)
    assert person is not None
    secret = factors.new_secret()
    factors.add_app(person, secret, code_now(secret))
    return secret
