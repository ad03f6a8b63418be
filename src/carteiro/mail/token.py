"""Short-lived tokens with which our own programs log in for a user (OAUTHBEARER, RFC 7628; XOAUTH2)."""

import time

import jwt

from carteiro.mail.address import parse_mailbox_address

ALGORITHM = "ES256"
"""ECDSA over P-256 with SHA-256 (RFC 7518 section 3.4)."""

SCOPE = "carteiro"
"""The scope that Dovecot asks for; both releases check it, while neither checks `aud`."""

_BACK_DATED = 30
"""Seconds that `iat` and `nbf` lie back, since Dovecot allows for no difference between clocks."""


def issue(key: str | bytes, kid: str, email: str, issuer: str, lifetime: int, now: float | None = None) -> str:
    """A signed token (RFC 7519) that logs `email` in for `lifetime` seconds.

    `key` is the private key in PEM, `kid` the name under which Dovecot has the public one. `azp` is left out on
    purpose: with it Dovecot looks in another directory for the key. Raises InvalidAddress for what no mailbox's
    address can be.
    """
    address = str(parse_mailbox_address(email))
    start = int(time.time() if now is None else now)
    claims = {
        "sub": address,
        "email": address,
        "iss": issuer,
        "aud": SCOPE,
        "scope": SCOPE,
        "iat": start - _BACK_DATED,
        "nbf": start - _BACK_DATED,
        "exp": start + lifetime,
    }
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": kid})
