"""A process that changes accounts, for tests of many at once: python -m tests.hosting.writer DIR URL NAME COUNT."""

import os
import sys
from pathlib import Path

from carteiro.hosting.database import configure
from carteiro.settings.layout import Layout


def main(directory: str, database: str, name: str, count: int) -> None:
    configure.setup(Layout.below(Path(directory)), database)
    from carteiro.hosting import feed, mailboxes
    from carteiro.hosting.access import Actor
    from tests.hosting.world import HASH

    actor = Actor.root(origin=name)
    for number in range(count):
        news = [mailboxes.NewMailbox(f"{name}-{number}-{part}@example.org", HASH) for part in range(3)]
        mailboxes.add_many(actor, news)
        print(feed.head().number, flush=True)
        if name == "dies":
            die_in_a_transaction(actor, number)


def die_in_a_transaction(actor: "object", number: int) -> None:
    """Stop with everything written and nothing committed, until somebody kills the process."""
    from carteiro.hosting import feed
    from carteiro.hosting.access import Actor
    from carteiro.hosting.models import Domain, Mailbox

    assert isinstance(actor, Actor)
    with feed.changes(actor) as ledger:
        domain = Domain.objects.get(name="example.org")
        row = Mailbox.objects.create(address="half@example.org", domain=domain, password="")
        ledger.note(feed.Action.ADD, feed.Kind.MAILBOX, row.pk, row.address, domain.name)
        ledger.append()
        print("inside", flush=True)
        os.read(0, 1)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
