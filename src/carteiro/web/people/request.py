"""A request as views see it: somebody signed in, and what the use cases know of them."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from carteiro.hosting.access import Actor
from carteiro.hosting.models import Person


class PersonRequest(HttpRequest):
    """A request behind `people.acting.middleware`."""

    user: Person
    actor: Actor
    htmx: HtmxDetails


def origin(request: HttpRequest) -> str:
    """Where a change comes from, for the audit log."""
    return f"panel {network(request)}"


def network(request: HttpRequest) -> str:
    """The address on the network that a request came from: nginx sets the header, whatever the client said."""
    return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()[:64]
