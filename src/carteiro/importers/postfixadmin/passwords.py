"""Old hashes in the one form in which they are stored here; no password is ever asked for.

PostfixAdmin's `encrypt` of all releases: crypt(3) without a mark, md5 in hex, Courier's `{MD5RAW}` and kin (authlib),
Dovecot's `{SCHEME}` with `.B64` and `.HEX`, and passwords in the clear.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field

from carteiro.mail.password import parse_hash
from carteiro.words import Fault

_TAG = re.compile(r"\{([A-Za-z0-9_-]{2,24})(?:\.(B64|BASE64|HEX))?\}(.*)", re.IGNORECASE | re.DOTALL)
_CLEAR = frozenset({"PLAIN", "CLEAR", "CLEARTEXT", "PLAIN-TRUNC"})
_RENAMED = {"MD5RAW": "PLAIN-MD5", "SHA1": "SHA", "DES": "DES-CRYPT", "SMD5": "SMD5"}
_OF_BYTES = frozenset({"SHA", "SHA256", "SHA512", "SSHA", "SSHA256", "SSHA512", "SMD5", "LDAP-MD5"})
_HEX = re.compile(r"[0-9a-fA-F]+")
_DES = re.compile(r"[./0-9A-Za-z]{13}")
_BSDI = re.compile(r"_[./0-9A-Za-z]{19}")


@dataclass(frozen=True)
class OldPassword:
    """A hash as it is stored here, or a password in the clear, or (both empty) something that nothing could check."""

    hashed: str = ""
    clear: str = field(default="", repr=False)


def read(stored: str) -> OldPassword:
    """What an old host's column of passwords holds."""
    told = stored.strip()
    if tagged := _TAG.fullmatch(told):
        scheme, encoding, body = tagged[1].upper(), (tagged[2] or "").upper(), tagged[3]
        if scheme in _CLEAR:
            return OldPassword(clear=body)
        return OldPassword(_good(*_in_its_form(scheme, encoding, body)))
    return OldPassword(_bare(told))


def locked(address: str) -> str:
    """A hash for which nobody knows a password, always the same one for an address."""
    digest = hashlib.sha512(f"locked {address}".encode()).digest()
    return "{SHA512}" + base64.b64encode(digest[::-1]).decode()


def _in_its_form(scheme: str, encoding: str, body: str) -> tuple[str, str]:
    scheme = _RENAMED.get(scheme, scheme)
    if scheme == "MD5":
        # Courier's is the digest in base64, Dovecot's is crypt(3)'s.
        scheme = "MD5-CRYPT" if body.startswith("$1$") else "LDAP-MD5"
    if scheme in _OF_BYTES:
        if encoding == "HEX" or (_HEX.fullmatch(body) and len(body) in {32, 40, 64, 128}):
            body = _base64_of_hex(body)
            scheme = "LDAP-MD5" if scheme == "MD5" else scheme
    elif encoding in {"B64", "BASE64"}:
        body = _from_base64(body)
    elif scheme == "CRYPT" and (bare := _bare(body)):
        scheme, _, body = bare[1:].partition("}")
    return scheme, body


def _bare(told: str) -> str:
    if told.startswith("$"):
        return _good("", told) or _good("CRYPT", told)
    if re.fullmatch(r"[0-9a-fA-F]{32}", told):
        return _good("PLAIN-MD5", told)
    if _DES.fullmatch(told):
        return _good("DES-CRYPT", told)
    return _good("CRYPT", told) if _BSDI.fullmatch(told) else ""


def _good(scheme: str, body: str) -> str:
    try:
        return parse_hash(f"{{{scheme}}}{body}" if scheme else body)
    except Fault:
        return ""


def _base64_of_hex(body: str) -> str:
    try:
        return base64.b64encode(bytes.fromhex(body)).decode()
    except ValueError:
        return body


def _from_base64(body: str) -> str:
    try:
        return base64.b64decode(body, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return body
