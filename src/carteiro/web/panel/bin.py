"""The bin: what was removed, and the way back."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from carteiro.hosting import (
    admins,
    alias_domains,
    aliases,
    domains,
    grants,
    listing,
    mailboxes,
    relay_recipients,
    transports,
)
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import NotFound
from carteiro.hosting.models import Binned
from carteiro.web.look.lists import Column, Listing, exactly
from carteiro.web.people.request import PersonRequest
from carteiro.words import N_, Fault, explain

_KINDS = {
    "domain": gettext_lazy("Domain"),
    "alias_domain": gettext_lazy("Alias domain"),
    "mailbox": gettext_lazy("Mailbox"),
    "alias": gettext_lazy("Alias"),
    "admin": gettext_lazy("Administrator"),
    "transport": gettext_lazy("Next hop"),
    "relay_recipient": gettext_lazy("Relay recipient"),
    "sender_grant": gettext_lazy("Granted sender"),
}
_RESTORE: dict[str, Callable[[Actor, str], object]] = {
    "domain": domains.restore,
    "alias_domain": alias_domains.restore,
    "mailbox": mailboxes.restore,
    "alias": aliases.restore,
    "admin": admins.restore,
    "transport": transports.restore,
    "relay_recipient": relay_recipients.restore,
    "sender_grant": lambda actor, key: grants.restore(actor, *key.split(" ", 1)),
}
# Where somebody wants to see what is back.
_PAGES = {
    "domain": "domain",
    "mailbox": "mailbox",
    "alias": "alias",
    "alias_domain": "alias-domain",
    "sender_grant": "mailbox-senders",  # of the login, which its key begins with
}
LIST = Listing(
    columns=(
        Column("key", gettext_lazy("Name"), sort="key"),
        Column("kind", gettext_lazy("Kind")),
        Column("removed", gettext_lazy("Removed"), sort="removed_at", descending=True),
        Column("left", gettext_lazy("Days left"), sort="purge_after", numeric=True),
        Column("restore", gettext_lazy("Restore"), hidden_label=True),
    ),
    order="removed",
    search=("key",),
    filters=(
        exactly(
            "kind",
            gettext_lazy("Kind"),
            "kind",
            tuple((kind, label) for kind, label in _KINDS.items() if kind != "alias_domain"),
        ),
    ),
)


def list_(request: PersonRequest) -> HttpResponse:
    """What was removed from what the person holds."""
    page = LIST.page(request, listing.binned(request.actor))
    return render(request, "panel/bin.html", {"page": page, "rows": [_row(row) for row in page.rows]})


@require_POST
def restore(request: PersonRequest) -> HttpResponse:
    """Have something back."""
    # The toast after a removal has them in its address, the list in its form.
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    key = request.POST.get("key") or request.GET.get("key", "")
    try:
        _restore(request.actor, kind, key)
    except Fault as fault:
        messages.error(request, " ".join(explain(fault, request.LANGUAGE_CODE)).strip())
        return redirect("bin")
    messages.success(request, _("%(key)s is back.") % {"key": key})
    return redirect(_PAGES[kind], key.partition(" ")[0]) if kind in _PAGES else redirect("bin")


def _restore(actor: Actor, kind: str, key: str) -> None:
    if kind not in _RESTORE or (kind == "sender_grant" and " " not in key):
        raise NotFound(N_("The bin holds no {kind} {key}."), kind=kind[:40], key=key[:320])
    _RESTORE[kind](actor, key)


def _row(row: Binned) -> dict[str, object]:
    told = row.record()
    left = row.purge_after - timezone.now()
    return {
        "kind": told["kind"],
        "label": _KINDS.get(told["kind"], told["kind"]),
        "key": row.key,
        "removed": row.removed_at,
        "days": max(left.days, 0),
    }
