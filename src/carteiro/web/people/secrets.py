"""How allauth keeps the secrets of second factors: sealed, so that a stolen database is not enough."""

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from carteiro.words import N_, Fault


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Seals with a key made of the site's own, which lies outside the database."""

    def encrypt(self, text: str) -> str:
        """The text as the database has it."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text again."""
        try:
            return _seal().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise Fault(
                N_("The second factor of this account was sealed with another key than this host has."),
                N_("Whoever looks after the host puts its secrets back from the backup, or resets the second factor."),
            ) from None

    def _get_site_name(self) -> str:
        return str(settings.CARTEIRO_SETTINGS.hostname)


def _seal() -> Fernet:
    digest = hashlib.sha256(b"carteiro second factors " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
