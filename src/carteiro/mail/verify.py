"""Whether a password is the one of a stored hash, for every scheme that `password.parse_hash` takes."""

import base64
import ctypes
import functools
import hashlib
import hmac
from collections.abc import Callable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from carteiro.mail.password import LONGEST, hash_password, needs_new_hash, parse_hash

_ARGON2 = PasswordHasher()
# Debian's login needs libcrypt, so it is everywhere. Python's own module for it is gone in 3.13 (PEP 594).
_CRYPT = ctypes.CDLL("libcrypt.so.1")
_CRYPT.crypt_rn.restype = ctypes.c_char_p
_CRYPT.crypt_rn.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int)
_CRYPT_DATA = 32768  # bytes of struct crypt_data (crypt(3))


def matches(stored: str, clear: str) -> bool:
    """Whether `clear` is the password of `stored`; an empty or broken hash has none.

    Every call takes at least the time of one ARGON2ID hash, so that the time tells neither whether there is a hash
    nor of which scheme it is. An account that is missing is looked up with an empty hash.
    """
    secret = clear.encode("utf-8", "surrogatepass")
    if len(secret) > LONGEST or "\0" in clear:
        secret, stored = b"", ""
    current = bool(stored) and not needs_new_hash(stored)
    good = bool(stored) and _check(stored, secret)
    if not current:
        _argon2(_nobodys(), secret)
    return good


@functools.cache
def _nobodys() -> str:
    """The body of a hash that nobody has; hashing takes its time, so only who compares passwords waits for it."""
    return hash_password("nobody has this hash").partition("}")[2]


def _check(stored: str, secret: bytes) -> bool:
    scheme, _, body = parse_hash(stored)[1:].partition("}")
    if scheme in _DIGESTS:
        digest, length = _DIGESTS[scheme]
        return _same_digest(body, secret, digest, length)
    return _OTHERS.get(scheme, _crypt)(body, secret)


def _argon2(body: str, secret: bytes) -> bool:
    try:
        return _ARGON2.verify(body, secret)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def _crypt(body: str, secret: bytes) -> bool:
    scratch = ctypes.create_string_buffer(_CRYPT_DATA)
    made = _CRYPT.crypt_rn(secret, body.encode("ascii"), scratch, _CRYPT_DATA)
    return made is not None and hmac.compare_digest(bytes(made), body.encode("ascii"))


def _pbkdf2(body: str, secret: bytes) -> bool:
    """Dovecot's form: $1$salt$rounds$SHA-1 in hex."""
    _, _, salt, rounds, digest = body.split("$")
    made = hashlib.pbkdf2_hmac("sha1", secret, salt.encode("ascii"), int(rounds))
    return hmac.compare_digest(made.hex(), digest)


def _plain_md5(body: str, secret: bytes) -> bool:
    return hmac.compare_digest(hashlib.md5(secret, usedforsecurity=False).hexdigest(), body.lower())


def _same_digest(body: str, secret: bytes, digest: str, length: int) -> bool:
    """The body is base64 of the digest and, of a salted scheme, the salt that the password was followed by."""
    decoded = base64.b64decode(body)
    made = hashlib.new(digest, secret + decoded[length:], usedforsecurity=False).digest()
    return hmac.compare_digest(made, decoded[:length])


_DIGESTS = {
    "SSHA": ("sha1", 20),
    "SSHA256": ("sha256", 32),
    "SSHA512": ("sha512", 64),
    "SMD5": ("md5", 16),
    "SHA": ("sha1", 20),
    "SHA1": ("sha1", 20),
    "SHA256": ("sha256", 32),
    "SHA512": ("sha512", 64),
    "LDAP-MD5": ("md5", 16),
}
_OTHERS: dict[str, Callable[[str, bytes], bool]] = {
    "ARGON2ID": _argon2,
    "ARGON2I": _argon2,
    "PBKDF2": _pbkdf2,
    "PLAIN-MD5": _plain_md5,
}
