"""The menu: the pages that somebody may open."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from carteiro.hosting import notices
from carteiro.hosting.access import Actor
from carteiro.hosting.models import Person
from carteiro.web.look.preferences import chosen_theme
from carteiro.web.people.pages import may_open
from carteiro.web.site.settings import languages


@dataclass(frozen=True)
class Entry:
    """A line of the menu."""

    label: str | Promise
    name: str  # of the address
    icon: str
    url: str = ""
    current: str = ""  # aria-current: "page" for the page that is open, "true" for one above it


@dataclass(frozen=True)
class Group:
    """Lines that belong together."""

    label: str | Promise
    entries: tuple[Entry, ...]
    mailbox: bool = False  # for who has a mailbox here
    administers: bool = False  # for who administers something


MENU = (
    Group(
        _("Mail"),
        (
            Entry(_("Start"), "start", "home"),
            Entry(_("Domains"), "domains", "globe"),
            Entry(_("Mailboxes"), "mailboxes", "mailbox"),
            Entry(_("Aliases"), "aliases", "alias"),
            Entry(_("Alias domains"), "alias-domains", "link"),
            Entry(_("What would happen?"), "route", "route"),
        ),
        administers=True,
    ),
    Group(
        _("Host"),
        (
            Entry(_("Queue"), "queue", "queue"),
            Entry(_("Services"), "services", "server"),
            Entry(_("Broadcasts"), "broadcasts", "megaphone"),
            Entry(_("Administrators"), "administrators", "users"),
            Entry(_("Audit log"), "log", "log"),
            Entry(_("Bin"), "bin", "trash"),
            Entry(_("Policies"), "policies", "shield"),
            Entry(_("Message of the day"), "notice", "megaphone"),
            Entry(_("Welcome letter"), "welcome", "mail"),
        ),
    ),
    Group(
        _("My mailbox"),
        (
            Entry(_("Overview"), "account", "user"),
            Entry(_("Forwarding"), "account-forwarding", "forward"),
            Entry(_("Vacation"), "account-vacation", "sun"),
            Entry(_("Filters"), "account-filters", "filter"),
            Entry(_("App passwords"), "account-app-passwords", "key"),
            Entry(_("External accounts"), "account-external", "download"),
            Entry(_("Set up programs"), "account-programs", "device"),
        ),
        mailbox=True,
    ),
    Group(
        _("My account"),
        (
            Entry(_("Password"), "account-password", "lock"),
            Entry(_("Security"), "security", "shield"),
        ),
    ),
)


def context(request: HttpRequest) -> dict[str, object]:
    """What every page of ours is given besides its own."""
    shown: dict[str, object] = {"languages": languages(), "theme": chosen_theme(request)}
    if isinstance(getattr(request, "user", None), Person):
        shown["navigation"] = menu(request)
        # Only asked for where a whole page is shown.
        shown["notice"] = SimpleLazyObject(lambda: notices.read(request.actor, get_language() or ""))  # type: ignore[attr-defined]
    return shown


def menu(request: HttpRequest) -> list[Group]:
    """The groups with the entries that the person of a request may open."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = [group for group in MENU if _is_for(group, actor)]
    entries = [entry for group in shown for entry in group.entries if may_open(actor, entry.name)]
    urls = {entry.name: reverse(entry.name) for entry in entries}
    here = _nearest(request.path, urls.values())
    current = {here: "page" if here == request.path else "true"}
    groups = [
        replace(
            group,
            entries=tuple(
                replace(entry, url=urls[entry.name], current=current.get(urls[entry.name], ""))
                for entry in group.entries
                if entry.name in urls
            ),
        )
        for group in shown
    ]
    return [group for group in groups if group.entries]


def _is_for(group: Group, actor: Actor) -> bool:
    return (actor.mailbox is not None or not group.mailbox) and (actor.administers or not group.administers)


def _nearest(path: str, urls: Iterable[str]) -> str:
    """The page of the menu that is open, or the one that the open page is below of; the start is above nothing."""
    return max((url for url in urls if path == url or (url != "/" and path.startswith(url))), key=len, default="")
