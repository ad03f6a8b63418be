"""What the owner of a mailbox set up for arriving mail, as the bin keeps it: notice, rules, external accounts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone

from carteiro.hosting.models import Contact, ExternalAccount, FilterRule, Identity, Mailbox, Preference, Vacation

PREFETCHED = ("vacation", "filter_rules", "external_accounts", "contacts", "identities", "preferences")
_VACATION = ("active", "subject", "text", "days")
_MOMENTS = ("starts", "ends")
_RULE = ("position", "name", "active", "match", "conditions", "actions")
_IDENTITY = ("position", "name", "address", "reply_to", "signature")
_CONTACT = ("nickname", "first_name", "last_name", "addresses", "note")
_PREFERENCE = ("name", "value")
_ACCOUNT = (
    *("protocol", "host", "port", "username", "sealed", "folder"),
    *("keep", "poll_minutes", "active", "well", "result"),
)


def of_mailbox(mailbox: Mailbox) -> dict[str, Any]:
    """The rows as JSON."""
    vacation = getattr(mailbox, "vacation", None)
    return {
        "vacation": _columns(vacation, _VACATION) | _moments(vacation) if vacation else None,
        "filter_rules": [_columns(row, _RULE) for row in mailbox.filter_rules.all()],
        "external_accounts": [_columns(row, _ACCOUNT) for row in mailbox.external_accounts.all()],
        "contacts": [_columns(row, _CONTACT) for row in mailbox.contacts.all()],
        "identities": [_columns(row, _IDENTITY) for row in mailbox.identities.all()],
        "preferences": [_columns(row, _PREFERENCE) for row in mailbox.preferences.all()],
    }


def make(pairs: Sequence[tuple[Mailbox, dict[str, Any]]]) -> None:
    """The rows again, of mailboxes that came back with their snapshots; what was due to be fetched is due now."""
    now = timezone.now()
    Vacation.objects.bulk_create(
        Vacation(mailbox=mailbox, **_known(kept, _VACATION), **{name: _moment(kept[name]) for name in _MOMENTS})
        for mailbox, snapshot in pairs
        if (kept := snapshot.get("vacation"))
    )
    FilterRule.objects.bulk_create(
        FilterRule(mailbox=mailbox, **_known(kept, _RULE))
        for mailbox, snapshot in pairs
        for kept in snapshot.get("filter_rules", ())
    )
    ExternalAccount.objects.bulk_create(
        ExternalAccount(mailbox=mailbox, due=now, **_known(kept, _ACCOUNT))
        for mailbox, snapshot in pairs
        for kept in snapshot.get("external_accounts", ())
    )
    _make_webmail(pairs)


def _make_webmail(pairs: Sequence[tuple[Mailbox, dict[str, Any]]]) -> None:
    tables: tuple[tuple[str, type[Model], Sequence[str]], ...] = (
        ("contacts", Contact, _CONTACT),
        ("identities", Identity, _IDENTITY),
        ("preferences", Preference, _PREFERENCE),
    )
    for name, model, columns in tables:
        model._default_manager.bulk_create(
            model(mailbox=mailbox, **_known(kept, columns))
            for mailbox, snapshot in pairs
            for kept in snapshot.get(name, ())
        )


def _columns(row: Model, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _known(kept: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: kept[name] for name in names if name in kept}


def _moments(vacation: Vacation) -> dict[str, str | None]:
    told = {name: getattr(vacation, name) for name in _MOMENTS}
    return {name: moment.isoformat() if moment else None for name, moment in told.items()}


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
