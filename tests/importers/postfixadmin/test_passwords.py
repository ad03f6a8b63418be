"""Old hashes: the form that PostfixAdmin, Courier and Dovecot gave them, and that the right password still fits."""

import base64
import hashlib

import pytest

from carteiro.importers.postfixadmin import passwords
from carteiro.mail.password import parse_hash
from carteiro.mail.verify import matches

MD5 = hashlib.md5(b"secret").digest()
SHA = hashlib.sha1(b"secret").digest()
SHA256 = hashlib.sha256(b"secret").digest()
SALTED = hashlib.sha1(b"secretsalt").digest() + b"salt"


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize(
    "stored",
    [
        MD5.hex(),
        MD5.hex().upper(),
        "{MD5RAW}" + MD5.hex(),
        "{PLAIN-MD5}" + MD5.hex(),
        "{MD5}" + b64(MD5),
        "{md5}" + b64(MD5),
        "{LDAP-MD5}" + b64(MD5),
        "{SHA}" + b64(SHA),
        "{SHA1}" + b64(SHA),
        "{SHA.HEX}" + SHA.hex(),
        "{SHA256}" + b64(SHA256),
        "{SHA256.HEX}" + SHA256.hex(),
        "{SHA256.B64}" + b64(SHA256),
        "{SSHA}" + b64(SALTED),
        "{SSHA.HEX}" + SALTED.hex(),
    ],
)
def test_digests_of_all_flavours_fit_their_password(stored: str) -> None:
    read = passwords.read(stored)
    assert matches(read.hashed, "secret")
    assert not matches(read.hashed, "Secret")


@pytest.mark.parametrize(
    ("stored", "password"),
    [
        ("$1$aseMhtWe$jpUOeECWi795KeQFEXv8N.", "segredo-ana"),
        ("{MD5}$1$aseMhtWe$jpUOeECWi795KeQFEXv8N.", "segredo-ana"),
        ("{crypt}$1$aseMhtWe$jpUOeECWi795KeQFEXv8N.", "segredo-ana"),
        (" $1$aseMhtWe$jpUOeECWi795KeQFEXv8N. ", "segredo-ana"),
        ("B89T9bg2k7EuM", "carlos12"),
        ("{CRYPT}B89T9bg2k7EuM", "carlos12"),
        ("{DES-CRYPT}B89T9bg2k7EuM", "carlos12"),
        ("_J9..rasmBYk8r9AiWNc", "rasmuslerdorf"),
    ],
)
def test_crypt_in_all_spellings_fits_its_password(stored: str, password: str) -> None:
    assert matches(passwords.read(stored).hashed, password)


def test_a_crypt_hash_in_base64_is_unpacked() -> None:
    plain = "$1$aseMhtWe$jpUOeECWi795KeQFEXv8N."
    assert matches(passwords.read("{MD5-CRYPT.B64}" + b64(plain.encode())).hashed, "segredo-ana")


@pytest.mark.parametrize("stored", ["{PLAIN}open sesame", "{CLEARTEXT}open sesame", "{plain}open sesame"])
def test_a_password_in_the_clear_is_told_as_such(stored: str) -> None:
    assert passwords.read(stored) == passwords.OldPassword(clear="open sesame")


@pytest.mark.parametrize(
    "stored",
    ["", "!", "*", "x", "open sesame", "{CRAM-MD5}abcdef", "{MD5}not base64", "$1$cut", "*" + SHA.hex().upper(), "{}x"],
)
def test_what_nothing_can_check_is_neither(stored: str) -> None:
    assert passwords.read(stored) == passwords.OldPassword()


def test_a_lock_is_a_hash_that_is_always_the_same_and_that_its_own_seed_does_not_open() -> None:
    lock = passwords.locked("ana@a.test")
    assert parse_hash(lock) == lock == passwords.locked("ana@a.test") != passwords.locked("joao@a.test")
    assert not matches(lock, "locked ana@a.test")
