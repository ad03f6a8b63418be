"""Log-in with the instance's own short-lived tokens, as its webmail will do it (RFC 7628)."""

import base64
import hmac
import imaplib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from .clients import letter, smtp, trusting, wait_for_letter
from .instance import Instance, Person, Town


def _claims(host: Instance, address: str, **others: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {"sub": address, "email": address, "iss": host.hostname, "aud": "carteiro", "scope": "carteiro"}
    return {**claims, "iat": now - 30, "nbf": now - 30, "exp": now + 120, **others}


def _sign(host: Instance, address: str, **others: Any) -> str:
    key = (host.directory / "state" / "secrets" / "tokens" / "private.pem").read_text()
    return jwt.encode(_claims(host, address, **others), key, "ES256", {"kid": "carteiro"})


def _oauthbearer(host: Instance, address: str, token: str) -> bytes:
    return f"n,a={address},\x01host={host.hostname}\x01port=143\x01auth=Bearer {token}\x01\x01".encode()


def _xoauth2(host: Instance, address: str, token: str) -> bytes:
    return f"user={address}\x01auth=Bearer {token}\x01\x01".encode()


MECHANISMS = {"OAUTHBEARER": _oauthbearer, "XOAUTH2": _xoauth2}


def _imap_login(host: Instance, address: str, token: str, mechanism: str = "OAUTHBEARER") -> None:
    with imaplib.IMAP4_SSL(host.address, 993, ssl_context=trusting(host), timeout=30) as client:
        first = [MECHANISMS[mechanism](host, address, token)]
        client.authenticate(mechanism, lambda _: first.pop() if first else b"\x01")
        assert client.select("INBOX")[0] == "OK"


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_token_opens_imap(host: Instance, town: Town, mechanism: str) -> None:
    _imap_login(host, town.alice.address, _sign(host, town.alice.address), mechanism)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_token_opens_submission(host: Instance, town: Town, mechanism: str) -> None:
    answer = MECHANISMS[mechanism](host, town.alice.address, _sign(host, town.alice.address))
    with smtp(host, 465) as client:
        assert mechanism in client.esmtp_features["auth"]
        assert client.docmd("AUTH", f"{mechanism} {base64.b64encode(answer).decode()}")[0] == 235
        client.send_message(letter(f"By {mechanism}", town.alice.address, town.bob.address))
    wait_for_letter(host, town.bob, f"By {mechanism}")


def _forged(host: Instance, address: str) -> str:
    return jwt.encode(_claims(host, address), ec.generate_private_key(ec.SECP256R1()), "ES256", {"kid": "carteiro"})


def _unsigned(host: Instance, address: str) -> str:
    return jwt.encode(_claims(host, address), "", "none", {"kid": "carteiro"})


def _signed_with_the_public_key(host: Instance, address: str) -> str:
    place = host.directory / "state" / "secrets" / "tokens" / "public" / "default" / "ES256" / "carteiro"
    head, body, _ = jwt.encode(_claims(host, address), "x" * 32, "HS256", {"kid": "carteiro"}).split(".")
    return ".".join((head, body, _hmac(place, f"{head}.{body}")))


def _hmac(key: Path, text: str) -> str:
    digest = hmac.new(key.read_bytes(), text.encode(), "sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


WRONG: dict[str, Callable[[Instance, str], str]] = {
    "expired": lambda host, address: _sign(host, address, exp=int(time.time()) - 1),
    "another issuer": lambda host, address: _sign(host, address, iss="mail.evil.test"),
    "another scope": lambda host, address: _sign(host, address, scope="other", aud="other"),
    "forged": _forged,
    "unsigned": _unsigned,
    "public key as a secret": _signed_with_the_public_key,
    "for somebody else": lambda host, address: _sign(host, address.replace("alice", "bob")),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_token_opens_nothing(host: Instance, town: Town, kind: str) -> None:
    # A good one before it: what Dovecot remembers of that one must not open the door to this.
    _imap_login(host, town.alice.address, _sign(host, town.alice.address))
    with pytest.raises(imaplib.IMAP4.error):
        _imap_login(host, town.alice.address, WRONG[kind](host, town.alice.address))


def test_a_token_of_an_inactive_or_unknown_user_neither_reads_nor_sends(host: Instance, town: Town) -> None:
    gone = host.add_person(town.at("gone"))
    _imap_login(host, gone.address, _sign(host, gone.address))
    host.cli("mailbox", "set", gone.address, "--active", "no")
    for person in (gone, Person(town.at("never"), "")):
        with pytest.raises(imaplib.IMAP4.error):
            _imap_login(host, person.address, _sign(host, person.address))
        _assert_cannot_send(host, person.address, town.bob.address)


def _assert_cannot_send(host: Instance, address: str, recipient: str) -> None:
    answer = base64.b64encode(_oauthbearer(host, address, _sign(host, address))).decode()
    for sender in (address, ""):
        with smtp(host, 465) as client:
            client.docmd("AUTH", f"OAUTHBEARER {answer}")
            client.docmd(f"MAIL FROM:<{sender}>")
            assert client.docmd(f"RCPT TO:<{recipient}>")[0] >= 500
