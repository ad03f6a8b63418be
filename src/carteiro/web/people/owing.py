"""What somebody has to do before anything else: choose another password, set up a second factor."""

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from carteiro.web.people import entering

_FIRST = {entering.PASSWORD: "account-password", entering.SECOND_FACTOR: "security"}
# What is open meanwhile: the page itself, what hangs on it, and the way out.
_OPEN = {
    entering.PASSWORD: frozenset({"account-password"}),
    entering.SECOND_FACTOR: frozenset({"security", "security-app", "security-key", "security-codes", "sudo"}),
}
_ALWAYS = frozenset({"sign-out", "look-theme", "look-language"})


def page_for(request: HttpRequest) -> str:
    """The name of the page that the person must go to first; nothing when nothing is owed, or on that page."""
    owed = entering.owed(request)
    if not owed:
        return ""
    try:
        here = resolve(request.path_info).url_name or ""
    except Resolver404:
        here = ""
    return "" if here in _ALWAYS or here in _OPEN[owed[0]] else _FIRST[owed[0]]
