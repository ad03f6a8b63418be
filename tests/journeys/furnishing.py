"""Makes one of each thing that a page may be about: `python -m tests.journeys.furnishing DIRECTORY OWN OTHER`.

A process of its own, since Playwright's event loop keeps Django's queries off. Prints the numbers of the things by
the beginnings of the names of their pages.
"""

import json
import sys
from pathlib import Path

from tests import conftest  # noqa: F401 - sets Django up


def main(directory: Path, *addresses: str) -> None:
    """For one's own mailbox, and for that of somebody else."""
    from carteiro.hosting import app_passwords, broadcasts, domains, own_aliases
    from carteiro.hosting.owner import external_accounts, filters
    from carteiro.hosting.owner.external_accounts import NewAccount
    from carteiro.mail.filter_rule import parse_rule
    from carteiro.operate import accounts
    from carteiro.operate.instance import Instance
    from carteiro.settings.layout import Layout

    domain = addresses[0].partition("@")[2]
    rule = parse_rule([{"field": "from", "test": "contains", "value": "shop"}], [{"do": "file", "value": "Shops"}])
    works = broadcasts.NewBroadcast("Works", "At night.", addresses[0], domains=[domain])
    numbers: dict[str, int] = {}
    with accounts.opened(Instance.open(Layout.below(directory))) as actor:
        domains.set_(actor, domain, own_aliases=3)
        own_aliases.add(actor, addresses[0], f"nick@{domain}")
        for owner, address in zip(("account", "mailbox"), addresses, strict=True):
            fetched = NewAccount("imap", "imap.example.net", address, "secret", active=False)
            numbers[f"{owner}-filter"] = filters.add(actor, address, rule).pk
            numbers[f"{owner}-app-password"] = app_passwords.add(actor, address, ["imap"], label="Telephone")[0].pk
            numbers[f"{owner}-external"] = external_accounts.add(actor, address, fetched).pk
        numbers["broadcast"] = broadcasts.add(actor, works).pk
    json.dump(numbers, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
