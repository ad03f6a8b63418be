"""Signing in: an address and its password against one person, slowly for who guesses, and telling them nothing."""

import time
from dataclasses import dataclass

from carteiro.hosting.errors import NotSignedIn, translated
from carteiro.hosting.models import Person
from carteiro.hosting.people import persons, slowing
from carteiro.mail.verify import matches
from carteiro.words import N_

# Whoever is refused waits as long as the slowest way to a refusal takes, so that its time tells nothing.
REFUSAL_SECONDS = 0.25


@dataclass(frozen=True)
class Attempt:
    """Who somebody says to be, and from where; `device` names one on which this address signed in before."""

    address: str
    password: str
    network: str
    device: str = ""


def sign_in(attempt: Attempt) -> Person:
    """The person, if the password is theirs. Raises NotSignedIn, or Slowed before the password is looked at."""
    begun = time.monotonic()
    address = persons.normal(attempt.address)
    held = slowing.brakes(address, attempt.network, attempt.device)
    with translated():
        slowing.count(held)
        good = matches(persons.credential(address), attempt.password)
        person = persons.find(address) if good else None
        if person is None:
            time.sleep(max(0.0, begun + REFUSAL_SECONDS - time.monotonic()))
            raise NotSignedIn(
                N_("The address and the password do not belong together."),
                N_("Check both, and whether the Caps Lock key is on."),
            )
        slowing.forgive(held)
    if not person.is_active:
        raise NotSignedIn(N_("This account is switched off."), N_("Ask your administrator to switch it on."))
    persons.hash_anew(person, attempt.password, f"panel {attempt.network}")
    return person
