"""A mailbox at a glance, as its owner wants to see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from carteiro.hosting import finding, listing
from carteiro.hosting.access import Actor, Right
from carteiro.hosting.errors import translated
from carteiro.hosting.listing import MailboxRow
from carteiro.hosting.models import Alias, Login, Mailbox, Vacation

_LOGINS = 8


@dataclass(frozen=True)
class Glance:
    """What a mailbox holds and what is set up for it."""

    row: MailboxRow
    vacation: Vacation | None
    rules: int  # in use
    app_passwords: int
    external_accounts: int
    aliases: Sequence[Alias]  # of its owner's making
    logins: Sequence[Login]

    @property
    def mailbox(self) -> Mailbox:
        """The mailbox itself."""
        return self.row.mailbox

    @property
    def targets(self) -> list[str]:
        """Where its mail goes on to."""
        return [target for target in self.row.targets if target != self.mailbox.address]


def glance(actor: Actor, address: str) -> Glance:
    """A look at one mailbox."""
    with translated():
        found = finding.mailbox(actor, Right.SEE_MAILBOX, address)
        counted = Mailbox.objects.select_related("domain", "usage", "vacation").annotate(
            rules=Count("filter_rules", filter=Q(filter_rules__active=True), distinct=True),
            keys=Count("app_passwords", distinct=True),
            accounts=Count("external_accounts", distinct=True),
        )
        mailbox = counted.get(pk=found.pk)
        return Glance(
            row=listing.mailbox_rows([mailbox])[0],
            vacation=getattr(mailbox, "vacation", None),
            rules=mailbox.rules,
            app_passwords=mailbox.keys,
            external_accounts=mailbox.accounts,
            aliases=list(mailbox.own_aliases.order_by("address")),
            logins=list(mailbox.logins.order_by("-at")[:_LOGINS]),
        )
