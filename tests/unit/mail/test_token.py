"""Tokens: signed, short-lived, with the claims that both Dovecot releases ask for."""

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from carteiro.mail.address import InvalidAddress
from carteiro.mail.token import issue

ISSUER = "https://mail.example.org"
NOW = 1_700_000_000


@pytest.fixture(scope="module")
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def test_a_token_is_signed_by_the_key_and_names_the_user(key: ec.EllipticCurvePrivateKey) -> None:
    token = issue(_pem(key), "carteiro", "Ana@example.org", ISSUER, 60)
    claims = jwt.decode(token, key.public_key(), algorithms=["ES256"], audience="carteiro", issuer=ISSUER)
    assert claims["email"] == claims["sub"] == "ana@example.org"
    assert claims["scope"] == "carteiro"


def test_another_key_does_not_verify_it(key: ec.EllipticCurvePrivateKey) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(
            issue(_pem(key), "k", "ana@example.org", ISSUER, 60), other, algorithms=["ES256"], audience="carteiro"
        )


def test_the_header_names_the_key_and_the_type(key: ec.EllipticCurvePrivateKey) -> None:
    header = jwt.get_unverified_header(issue(_pem(key), "carteiro", "ana@example.org", ISSUER, 60))
    assert header == {"alg": "ES256", "kid": "carteiro", "typ": "JWT"}


def test_it_is_back_dated_since_dovecot_forgives_no_clock(key: ec.EllipticCurvePrivateKey) -> None:
    token = issue(_pem(key), "carteiro", "ana@example.org", ISSUER, 60, now=NOW)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["iat"] == claims["nbf"] == NOW - 30
    assert claims["exp"] == NOW + 60
    assert "azp" not in claims


def test_a_token_has_an_end(key: ec.EllipticCurvePrivateKey) -> None:
    token = issue(_pem(key), "carteiro", "ana@example.org", ISSUER, 60, now=NOW)
    with pytest.raises(jwt.ExpiredSignatureError):
        jwt.decode(token, key.public_key(), algorithms=["ES256"], audience="carteiro")


@pytest.mark.parametrize("email", ["", "ana", "ana+x@example.org", "ana@example.org\0"])
def test_only_a_mailbox_address_gets_a_token(key: ec.EllipticCurvePrivateKey, email: str) -> None:
    with pytest.raises(InvalidAddress):
        issue(_pem(key), "carteiro", email, ISSUER, 60)
