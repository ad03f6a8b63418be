"""Second factors of a person, which allauth checks and keeps: codes of an app, security keys, recovery codes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef

from carteiro.hosting import texts
from carteiro.hosting.errors import Conflict, NotFound, NotSignedIn
from carteiro.hosting.models import Person
from carteiro.hosting.people import slowing
from carteiro.words import N_

Kind = Authenticator.Type
_REAL = (Kind.TOTP, Kind.WEBAUTHN)


def has(person: Person) -> bool:
    """Whether the person signs in with a second factor."""
    return bool(Authenticator.objects.filter(user=person, type__in=_REAL).exists())


def held_by_owner() -> Exists:
    """For a query of mailboxes: whether the owner of each signs in with a second factor."""
    return Exists(Authenticator.objects.filter(user__home=OuterRef("home"), type__in=_REAL))


def of(person: Person) -> list[Authenticator]:
    """The app and the keys of a person, the oldest first."""
    return list(Authenticator.objects.filter(user=person, type__in=_REAL).order_by("created_at"))


def codes_left(person: Person) -> int:
    """How many recovery codes are not used yet."""
    held = Authenticator.objects.filter(user=person, type=Kind.RECOVERY_CODES).first()
    return len(RecoveryCodes(held).get_unused_codes()) if held else 0


def check_code(person: Person, code: str) -> None:
    """Take a code of the app, once, or a recovery code. Raises NotSignedIn, or Slowed after many wrong ones."""
    typed = code.replace(" ", "").replace("-", "")
    taking = Authenticator.objects.select_for_update().filter(user=person, type__in=(Kind.TOTP, Kind.RECOVERY_CODES))
    with _counted(person), transaction.atomic():
        for held in taking:
            if _takes(held, typed):
                held.record_usage()
                return
        raise _wrong()


def check_key(person: Person, answer: object) -> None:
    """Take what a security key answered to the challenge of this session. Raises NotSignedIn or Slowed."""
    with _counted(person), _told():
        webauthn.parse_authentication_response(answer)
        webauthn.complete_authentication(person, answer).record_usage()


def challenge(person: Person) -> dict[str, Any] | None:
    """What the browser asks a key of the person's for; None for who has no key."""
    if not Authenticator.objects.filter(user=person, type=Kind.WEBAUTHN).exists():
        return None
    return dict(webauthn.begin_authentication(person))


def new_secret() -> str:
    """A secret for an app that shows codes (RFC 6238)."""
    return str(totp.generate_totp_secret())


def add_app(person: Person, secret: str, code: str) -> None:
    """Keep the secret, now that the app showed with a code that it has it. Raises NotSignedIn or Conflict."""
    with _counted(person):
        if not totp.validate_totp_code(secret, code.replace(" ", "")):
            raise _wrong()
    with transaction.atomic():
        list(Person.objects.select_for_update().filter(pk=person.pk).values_list("pk"))
        if Authenticator.objects.filter(user=person, type=Kind.TOTP).exists():
            raise Conflict(N_("There is an app already."), N_("Remove it first."))
        totp.TOTP.activate(person, secret)


def offer(person: Person) -> dict[str, Any]:
    """What the browser makes a new credential with, on a key or in itself."""
    return dict(webauthn.begin_registration(person, passwordless=False))


def add_key(person: Person, name: str, answer: object) -> None:
    """Keep a key that answered the offer of this session. Raises NotSignedIn."""
    label = texts.one_line("name", name.strip())
    with _told():
        webauthn.parse_registration_response(answer)
        webauthn.complete_registration(answer)
    webauthn.WebAuthn.add(person, label, answer)


def remove(person: Person, number: int) -> str:
    """Forget an app or a key, with the last one the recovery codes too; gives what it was."""
    held = Authenticator.objects.filter(user=person, type__in=_REAL, pk=number).first()
    if held is None:
        raise NotFound(N_("There is no such second factor."), N_("It may be removed already."))
    name = shown(held)
    held.delete()
    if not has(person):
        Authenticator.objects.filter(user=person).delete()
    return name


def renew_codes(person: Person) -> list[str]:
    """New recovery codes; the old ones are good no more."""
    with transaction.atomic():
        Authenticator.objects.filter(user=person, type=Kind.RECOVERY_CODES).delete()
        return list(RecoveryCodes.activate(person).get_unused_codes())


def shown(held: Authenticator) -> str:
    """What an authenticator is called, for the audit log and for people."""
    return str(held.data.get("name", "")) if held.type == Kind.WEBAUTHN else "TOTP"


def _takes(held: Authenticator, code: str) -> bool:
    if held.type == Kind.RECOVERY_CODES:
        return bool(held.wrap().validate_code(code))
    # A code that somebody looked at over a shoulder is good no second time, in whichever process.
    if held.data.get("used") == code or not held.wrap().validate_code(code):
        return False
    held.data["used"] = code
    held.save(update_fields=["data"])
    return True


@contextmanager
def _counted(person: Person) -> Iterator[None]:
    brakes = slowing.second_factor_brakes(person.uid)
    slowing.count(brakes)
    yield
    slowing.forgive(brakes)


@contextmanager
def _told() -> Iterator[None]:
    """allauth says with an error of a form that an answer is wrong, and its library now and then with others."""
    try:
        yield
    except (ValidationError, ValueError, TypeError, KeyError) as error:
        raise NotSignedIn(N_("The key did not answer as it should."), N_("Try again, or use another way.")) from error


def _wrong() -> NotSignedIn:
    return NotSignedIn(
        N_("The code is wrong, or it was used already."),
        N_("Wait for the next one, and check the clock of the device."),
    )
