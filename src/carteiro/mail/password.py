"""Passwords: hashes in Dovecot's `{SCHEME}hash` form, generated ones, and the rules for chosen ones."""

import base64
import binascii
import hashlib
import re
import secrets

from argon2 import PasswordHasher

from carteiro.words import N_, Fault

# RFC 9106 and OWASP's second choice: 19 MiB, two passes; Dovecot's auth worker does it in some 30 ms.
_ARGON2 = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

SHORTEST = 8
"""Characters that a chosen password must have (NIST SP 800-63B section 5.1.1.2)."""

LONGEST = 512
"""Bytes of UTF-8 that a password may have; SASL PLAIN in one line of SMTP takes it (RFC 4954 section 4)."""

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # 32 characters of 5 bits, none that looks like another

_TAG = re.compile(r"\{([A-Za-z0-9-]{2,20})\}(.*)", re.ASCII | re.DOTALL)
_CRYPT = "[./0-9A-Za-z]"
_ARGON2_BODY = r"\$v=19\$m=[0-9]{1,8},t=[0-9]{1,4},p=[0-9]{1,3}\$[A-Za-z0-9+/]{8,128}\$[A-Za-z0-9+/]{16,256}"

# crypt(5) and Dovecot's password schemes; each body as a whole.
_BODIES = {
    "ARGON2ID": r"\$argon2id" + _ARGON2_BODY,
    "ARGON2I": r"\$argon2i" + _ARGON2_BODY,
    "SHA512-CRYPT": rf"\$6\$(rounds=[0-9]{{4,9}}\$)?{_CRYPT}{{0,16}}\${_CRYPT}{{86}}",
    "SHA256-CRYPT": rf"\$5\$(rounds=[0-9]{{4,9}}\$)?{_CRYPT}{{0,16}}\${_CRYPT}{{43}}",
    "BLF-CRYPT": rf"\$2[aby]\$[0-3][0-9]\${_CRYPT}{{53}}",
    "MD5-CRYPT": rf"\$1\${_CRYPT}{{0,8}}\${_CRYPT}{{22}}",
    "DES-CRYPT": rf"{_CRYPT}{{13}}",
    "PBKDF2": r"\$1\$[A-Za-z0-9./+=]{1,64}\$[0-9]{1,8}\$[0-9a-f]{40}",
    "PLAIN-MD5": r"[0-9a-fA-F]{32}",
}
_CRYPTS = ("SHA512-CRYPT", "SHA256-CRYPT", "BLF-CRYPT", "MD5-CRYPT", "DES-CRYPT")
_BSDI = rf"_{_CRYPT}{{19}}"  # the extended form of DES
_YESCRYPT = rf"\$(y|gy)\$[./0-9A-Za-z]{{1,16}}\${_CRYPT}{{0,86}}\${_CRYPT}{{43}}"
_BODIES["CRYPT"] = "|".join([*(_BODIES[name] for name in _CRYPTS), _YESCRYPT, _BSDI])

# Schemes whose body is a digest in base64 or hex: its bytes, and whether a salt follows.
_DIGESTS = {
    "SSHA": (20, True),
    "SSHA256": (32, True),
    "SSHA512": (64, True),
    "SMD5": (16, True),
    "SHA": (20, False),
    "SHA1": (20, False),
    "SHA256": (32, False),
    "SHA512": (64, False),
    "LDAP-MD5": (16, False),
}
_LONGEST_SALT = 64
_ALIASES = {"MD5": "MD5-CRYPT"}  # both releases take {MD5} for MD5-CRYPT
_CLEARTEXT = frozenset({"PLAIN", "CLEAR", "CLEARTEXT", "PLAIN-TRUNC"})
_BARE = {
    "$1$": "MD5-CRYPT",
    "$5$": "SHA256-CRYPT",
    "$6$": "SHA512-CRYPT",
    "$2a$": "BLF-CRYPT",
    "$2b$": "BLF-CRYPT",
    "$2y$": "BLF-CRYPT",
    "$argon2id$": "ARGON2ID",
    "$argon2i$": "ARGON2I",
}


class InvalidPassword(Fault):
    """A password that breaks a rule, or a hash that no engine could check. Its text never holds the password."""

    code = "invalid"


def hash_password(clear: str) -> str:
    """The hash that is stored for a password (ARGON2ID, about 30 ms)."""
    return "{ARGON2ID}" + _ARGON2.hash(clear)


def needs_new_hash(stored: str) -> bool:
    """Whether a hash is of another scheme, or with other costs, than `hash_password` makes."""
    scheme, body = _split(stored)
    return scheme != "ARGON2ID" or _ARGON2.check_needs_rehash(body)


def parse_hash(text: str) -> str:
    """`{SCHEME}hash` as both Dovecot releases can check it; a bare crypt(5) or Argon2 hash gets its scheme.

    Raises InvalidPassword for a cleartext or unknown scheme, and for a body that is not of the scheme's form.
    """
    scheme, body = _split(text)
    if scheme in _CLEARTEXT:
        raise InvalidPassword(
            N_("The scheme {scheme} would store the password itself."),
            N_("Give the password in clear where one is asked for, or a hash."),
            scheme=scheme,
        )
    if scheme in _DIGESTS:
        good = _is_digest(body, *_DIGESTS[scheme])
    elif scheme in _BODIES:
        good = re.fullmatch(_BODIES[scheme], body, re.ASCII) is not None
    else:
        raise InvalidPassword(
            N_("The password scheme {scheme} is not known."),
            N_("Known are {known}."),
            scheme=scheme,
            known=", ".join(sorted({*_BODIES, *_DIGESTS, *_ALIASES})),
        )
    if not good:
        raise InvalidPassword(
            N_("The hash is not of the form that {scheme} has."),
            N_("It may have been cut short or quoted."),
            scheme=scheme,
        )
    return f"{{{scheme}}}{body}"


def generate_password() -> str:
    """A password that is easily read aloud and typed: four groups of four, 80 bits."""
    return _groups(4, 4)


def app_password() -> tuple[str, str]:
    """A new app password (125 bits) and the SHA-256 of it in hex, which is all that is stored.

    A fast hash is enough, since nobody can guess through 125 random bits.
    """
    clear = _groups(5, 5)
    return clear, hashlib.sha256(clear.encode("ascii")).hexdigest()


def check_policy(clear: str) -> None:
    """Refuse a password that is too short, too long, has control characters or hardly any variety."""
    if len(clear) < SHORTEST:
        raise InvalidPassword(
            N_("The password is too short."), N_("Use at least {shortest} characters."), shortest=SHORTEST
        )
    if len(clear.encode("utf-8", "surrogatepass")) > LONGEST:
        raise InvalidPassword(N_("The password is too long."), N_("Use at most {longest} bytes."), longest=LONGEST)
    if not all(character.isprintable() for character in clear):
        raise InvalidPassword(
            N_("The password has control or invisible characters, which some mail programs can't send."),
            N_("Use letters, digits, signs and plain spaces."),
        )
    if len(set(clear)) < 4:
        raise InvalidPassword(
            N_("The password repeats the same few characters."), N_("Use four different ones or more.")
        )


def _split(text: str) -> tuple[str, str]:
    match = _TAG.fullmatch(text)
    if match:
        scheme = match[1].upper()
        return _ALIASES.get(scheme, scheme), match[2]
    for prefix, scheme in _BARE.items():
        if text.startswith(prefix):
            return scheme, text
    raise InvalidPassword(
        N_("That is not a password hash."),
        N_("Write the scheme in braces before it, as Dovecot has it: SHA512-CRYPT, SSHA …"),
    )


def _is_digest(body: str, length: int, salted: bool) -> bool:
    try:
        decoded = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return False
    longest = length + _LONGEST_SALT if salted else length
    shortest = length + 1 if salted else length
    return shortest <= len(decoded) <= longest


def _groups(count: int, size: int) -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(size)) for _ in range(count))
