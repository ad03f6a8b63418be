"""What an administrator should look at first: each with what it means and where to go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from carteiro.hosting.running.readings import Look, Name
from carteiro.web.panel.reasons import in_words
from carteiro.words import explain, unpacked

_STALE = timedelta(minutes=5)
_STUCK = timedelta(hours=1)
_CERTIFICATE_DAYS = 14
_CERTIFICATE_BAD_DAYS = 3
_FREE_SHARE = 0.1
_FREE_BAD_SHARE = 0.03
_WORST_FIRST = ("bad", "warn", "info")

Looks = Mapping[Name, Look]


@dataclass(frozen=True)
class Item:
    """One thing to look at. `tone` is bad or warn; no `url` where there is no page for the person."""

    tone: str
    title: str
    text: str
    url: str
    link: str


def items(looks: Looks, *, host: bool) -> list[Item]:
    """All of them, the worst first; those of the `host` itself are for who manages it."""
    found = [*_queue(looks, host=host), *_full(looks)]
    if host:
        found += [*_services(looks), *_listeners(looks), *_certificate(looks), *_lag(looks), *_disk(looks)]
    return sorted(found, key=lambda item: _WORST_FIRST.index(item.tone))


def _services(looks: Looks) -> Iterator[Item]:
    look = looks.get(Name.SERVICES)
    url = reverse("services")
    if look is None:
        yield Item(
            *("info", _("This host is new")),
            _("Its worker looks at it for the first time within half a minute."),
            *(url, _("See the services")),
        )
        return
    if look.older_than(_STALE):
        yield Item(
            *("bad", _("Nobody looks after the host")),
            _("The worker has written down nothing for some minutes: what stands here may be old. Start it again."),
            *(url, _("See the services")),
        )
        return
    failing = [service["name"] for service in look.data if service["state"] not in {"RUNNING", "STARTING", "STOPPING"}]
    if failing:
        yield Item(
            *("bad", _("Services fail: %(names)s") % {"names": ", ".join(failing)}),
            _("They are started again by themselves, with a growing wait. Their log says what is wrong."),
            *(url, _("See the services")),
        )


def _listeners(looks: Looks) -> Iterator[Item]:
    look = looks.get(Name.LISTENERS)
    silent = [f"{told['protocol']} {told['address']}" for told in look.data if told["fault"]] if look else []
    if silent:
        yield Item(
            *("bad", _("No answer from %(names)s") % {"names": ", ".join(silent)}),
            _("People and other hosts can't get through there."),
            *(reverse("services"), _("See what is wrong")),
        )


def _certificate(looks: Looks) -> Iterator[Item]:
    look = looks.get(Name.CERTIFICATE)
    if look is None:
        return
    url, link = reverse("services"), _("See the certificate")
    if "fault" in look.data:
        reason, remedy = explain(unpacked(look.data["fault"]), get_language() or "")
        yield Item("bad", reason, remedy, url, link)
        return
    days = (datetime.fromisoformat(look.data["ends"]) - timezone.now()).days
    if days < 0:
        yield Item(
            "bad", _("The certificate has ended"), _("Mail programs refuse to connect. Renew it now."), url, link
        )
    elif days < _CERTIFICATE_DAYS:
        title = ngettext("The certificate ends in %(n)d day", "The certificate ends in %(n)d days", days) % {"n": days}
        tone = "bad" if days < _CERTIFICATE_BAD_DAYS else "warn"
        yield Item(tone, title, _("Renew it before mail programs refuse to connect."), url, link)


def _lag(looks: Looks) -> Iterator[Item]:
    look = looks.get(Name.LAG)
    if look is None or not look.data:
        return
    title = ngettext("%(n)d change is not live yet", "%(n)d changes are not live yet", look.data) % {"n": look.data}
    text = _("Mail and log-in follow the accounts within a second as a rule. See whether the projector runs.")
    yield Item("warn", title, text, reverse("services"), _("See the services"))


def _disk(looks: Looks) -> Iterator[Item]:
    look = looks.get(Name.DISK)
    if look is None or look.data["free"] > look.data["total"] * _FREE_SHARE:
        return
    tone = "bad" if look.data["free"] < look.data["total"] * _FREE_BAD_SHARE else "warn"
    title = _("The disk is nearly full: %(free)s left") % {"free": filesizeformat(look.data["free"])}
    text = _("When it is full, mail is put off and nothing can be changed. Make room, or lower quotas.")
    yield Item(tone, title, text, reverse("services"), _("See the disk"))


def _queue(looks: Looks, *, host: bool) -> Iterator[Item]:
    look = looks.get(Name.QUEUE)
    before = timezone.now() - _STUCK
    stuck = [told for told in look.data["messages"] if _is_stuck(told, before)] if look else []
    if not stuck:
        return
    count = len(stuck)
    title = ngettext(
        "%(n)d message has been waiting for more than an hour",
        "%(n)d messages have been waiting for more than an hour",
        count,
    ) % {"n": count}
    waits = ", ".join(sorted({recipient for told in stuck for recipient in told["recipients"]})[:3])
    reasons = [reason for told in stuck for reason in told["reasons"]][:1]
    text = _("For %(recipients)s.") % {"recipients": waits}
    url = reverse("queue") + "?state=deferred" if host else ""
    yield Item("warn", title, " ".join([text, *(str(in_words(reason)) for reason in reasons)]), url, _("See the queue"))


def _is_stuck(told: Mapping[str, Any], before: datetime) -> bool:
    return told["state"] == "deferred" and datetime.fromisoformat(told["arrived"]) < before


def _full(looks: Looks) -> Iterator[Item]:
    look = looks.get(Name.FULL)
    rows = look.data if look else []
    over = [row["address"] for row in rows if row["size"] >= row["quota"]]
    near = [row["address"] for row in rows if row["size"] < row["quota"]]
    for tone, addresses, title, text in (
        (
            *("bad", over),
            ngettext("%(n)d mailbox is full", "%(n)d mailboxes are full", len(over)),
            _("No mail reaches %(addresses)s. Raise the quota, or have something deleted."),
        ),
        (
            *("warn", near),
            ngettext("%(n)d mailbox is nearly full", "%(n)d mailboxes are nearly full", len(near)),
            _("Less than a tenth is left for %(addresses)s."),
        ),
    ):
        if addresses:
            named = ", ".join(addresses[:3]) + (" …" if len(addresses) > 3 else "")
            url = f"{reverse('mailboxes')}?q={addresses[0]}" if len(addresses) == 1 else reverse("mailboxes")
            yield Item(tone, title % {"n": len(addresses)}, text % {"addresses": named}, url, _("See the mailboxes"))
