"""Whose mailbox a page is about: one's own, or that of somebody for whom an administrator acts."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from carteiro.hosting.errors import NotFound
from carteiro.web.people.request import PersonRequest
from carteiro.words import N_


@dataclass(frozen=True)
class Whose:
    """A mailbox, and by which of its two addresses in the site it is looked at."""

    address: str
    own: bool

    def url(self, noun: str, *places: object) -> str:
        """The page of a noun for this mailbox."""
        if self.own:
            return reverse(f"account-{noun}", args=places)
        return reverse(f"mailbox-{noun}", args=(self.address, *places))

    def go(self, noun: str, *places: object) -> HttpResponse:
        """A redirect to that page."""
        return redirect(self.url(noun, *places))


def whose(request: PersonRequest, address: str) -> Whose:
    """The mailbox of a page's address, or one's own where there is none in it. Raises NotFound.

    What the request does to somebody else's is done on their behalf from here on, and the audit log says so.
    """
    if address:
        request.actor = request.actor.acting_for(address.lower())
        return Whose(address.lower(), own=False)
    mailbox = request.user.mailbox
    if mailbox is None:
        raise NotFound(N_("You have no mailbox here."), N_("An administrator needs none; ask one if you want one."))
    return Whose(mailbox.address, own=True)
