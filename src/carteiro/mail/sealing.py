"""Secrets that one process may store and only another one read: sealed with a public key (RSAES-OAEP, RFC 8017)."""

import base64
import binascii
import json
from collections.abc import Sequence

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from carteiro.words import N_, Fault

KEY_BITS = 3072
LONGEST = KEY_BITS // 8 - 2 * 32 - 2
"""Bytes that fit in one message (RFC 8017 section 7.1.1)."""


class Unsealed(Fault):
    """A secret can't be sealed, or not be read again."""

    code = "sealed"


def make_key() -> tuple[bytes, bytes]:
    """A private and a public key, in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, public


def seal(public: bytes, secret: str, purpose: Sequence[str]) -> str:
    """The secret as text that only the private key opens, and only for the same purpose. Raises Unsealed."""
    clear = secret.encode()
    if len(clear) > LONGEST:
        raise Unsealed(N_("The secret is too long."), N_("It may have {longest} bytes."), longest=LONGEST)
    key = serialization.load_pem_public_key(public)
    if not isinstance(key, rsa.RSAPublicKey):
        raise Unsealed(N_("The key to seal with is of another kind."))
    return base64.b64encode(key.encrypt(clear, _padding(purpose))).decode()


def unseal(private: bytes, sealed: str, purpose: Sequence[str]) -> str:
    """The secret. Raises Unsealed if it was sealed with another key or for another purpose."""
    key = serialization.load_pem_private_key(private, password=None)
    try:
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError("not RSA")
        return key.decrypt(base64.b64decode(sealed, validate=True), _padding(purpose)).decode()
    except (ValueError, binascii.Error) as error:
        raise Unsealed(
            N_("A stored secret can't be read."), N_("Type it again; it was stored for another key or purpose.")
        ) from error


def _padding(purpose: Sequence[str]) -> padding.OAEP:
    # The label binds the secret to what it is for: moved to another row it opens no more.
    label = json.dumps(list(purpose)).encode()
    return padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=label)
