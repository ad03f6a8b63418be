"""What the owner of a mailbox keeps for the webmail: address book, identities with signatures, preferences."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from carteiro.hosting import finding, texts
from carteiro.hosting.access import Actor, Right
from carteiro.hosting.errors import Invalid, translated
from carteiro.hosting.feed import Action, Kind, changes
from carteiro.hosting.models import Contact, Identity, Mailbox, Preference
from carteiro.words import N_

LONGEST_NOTE = 1000
LONGEST_SIGNATURE = 10_000

NAMES = frozenset(
    {
        "language",  # pt-br
        "time_zone",  # America/Sao_Paulo
        "page_size",  # messages in a list
        "show_html",
        "wrap_at",  # characters of a line that is written
        "sent_folder",
        "drafts_folder",
        "trash_folder",
        "reply_style",  # none, author, date
        "reply_includes_me",
        "signature_first",  # above what is cited
        "highlights",  # [{"name", "color", "value", "field"}]: messages that are shown in a colour
    }
)
"""The preferences that there are."""


@dataclass(frozen=True)
class NewContact:
    """Somebody to be put into an address book; a group has several addresses."""

    nickname: str
    first_name: str
    last_name: str
    addresses: Sequence[str]
    note: str = ""


@dataclass(frozen=True)
class NewIdentity:
    """A name and an address to write as."""

    name: str
    address: str
    reply_to: str = ""
    signature: str = ""


@dataclass(frozen=True)
class Kept:
    """All of it, of one mailbox."""

    contacts: Sequence[NewContact] = ()
    identities: Sequence[NewIdentity] = ()
    preferences: Mapping[str, Any] | None = None


def get(actor: Actor, address: str) -> Kept:
    """What is kept for a mailbox."""
    with translated():
        mailbox = finding.mailbox(actor, Right.SEE_MAILBOX, address)
        return Kept(
            tuple(NewContact(**row.record()) for row in mailbox.contacts.order_by("pk")),
            tuple(NewIdentity(**row.record()) for row in mailbox.identities.order_by("position")),
            {row.name: row.value for row in mailbox.preferences.order_by("name")},
        )


def replace(actor: Actor, address: str, kept: Kept) -> Mailbox:
    """Let a mailbox have just these contacts, identities and preferences."""
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.EDIT_FILTERS, address)
        for rows in (mailbox.contacts, mailbox.identities, mailbox.preferences):
            rows.all().delete()
        Contact.objects.bulk_create(Contact(mailbox=mailbox, **_contact(each)) for each in kept.contacts)
        Identity.objects.bulk_create(
            Identity(mailbox=mailbox, position=at, **_identity(each)) for at, each in enumerate(kept.identities)
        )
        preferences = kept.preferences or {}
        Preference.objects.bulk_create(
            Preference(mailbox=mailbox, name=_known(name), value=value) for name, value in preferences.items()
        )
        after = {
            "contacts": len(kept.contacts),
            "identities": [each.address for each in kept.identities],
            "preferences": sorted(preferences),
        }
        ledger.note(Action.SET, Kind.WEBMAIL, mailbox.pk, mailbox.address, mailbox.domain.name, after=after)
    return mailbox


def _contact(new: NewContact) -> dict[str, Any]:
    for name in ("nickname", "first_name", "last_name"):
        texts.one_line(name, getattr(new, name))
    texts.lines("note", new.note, LONGEST_NOTE)
    return asdict(new) | {"addresses": [texts.one_line("address", each) for each in new.addresses]}


def _identity(new: NewIdentity) -> dict[str, Any]:
    for name in ("name", "address", "reply_to"):
        texts.one_line(name, getattr(new, name))
    return asdict(new) | {"signature": texts.lines("signature", new.signature, LONGEST_SIGNATURE)}


def _known(name: str) -> str:
    if name not in NAMES:
        raise Invalid(
            N_("There is no preference {name}."), N_("Known are {known}."), name=name, known=", ".join(sorted(NAMES))
        )
    return name
