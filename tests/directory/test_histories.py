"""Directory and accounts agree after any history, and both with what the accounts mean."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carteiro import directory
from carteiro.directory import store
from carteiro.hosting.models import Alias as AliasRow
from carteiro.hosting.models import Domain as DomainRow
from carteiro.hosting.models import Mailbox
from carteiro.settings.layout import Layout
from tests.accounts import Accounts
from tests.directory.conftest import with_accounts
from tests.directory.histories import ASKED, Step, begin, steps, take
from tests.directory.oracle import Alias, Domain, World
from tests.directory.rows import Rows


def meant() -> World:
    """What the accounts say, read from their own database."""
    return World(
        {
            row.name: Domain(row.kind, row.active, row.target.name if row.target else "")
            for row in DomainRow.objects.select_related("target")
        },
        dict(Mailbox.objects.values_list("address", "active")),
        {row.address: Alias(tuple(row.addresses()), row.active) for row in AliasRow.objects.all()},
    )


def may_log_in(address: str, protocol: str) -> set[str]:
    """The password hash that is good for a login."""
    rows = Mailbox.objects.filter(address=address, active=True, domain__active=True, **{protocol: True})
    return set(rows.values_list("password", flat=True))


def hold_against_accounts(layout: Layout) -> None:
    assert directory.check(layout) == []
    world = meant()
    with store.opened(layout.directory_database, store.DIRECTORY) as connection:
        rows = Rows(connection)
        for address in ASKED:
            assert rows.values("routes", address) == world.ends(address), address
            for protocol in ("imap", "smtp"):
                found = {row["password"] for row in rows.ask("password", address, protocol)}
                assert found == may_log_in(address, protocol), address


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(steps() | st.sampled_from(("catch up", "rebuild")), min_size=10, max_size=40))
def test_after_any_history_directory_and_accounts_agree(accounts: Accounts, history: list[Step | str]) -> None:
    place = Path(tempfile.mkdtemp(prefix="carteiro-history-"))
    layout = Layout.below(place)
    try:
        with with_accounts(layout, accounts):
            begin()
            directory.catch_up(layout)
            for step in history:
                if step == "catch up":
                    directory.catch_up(layout)
                elif step == "rebuild":
                    directory.rebuild(layout)
                else:
                    take(step)  # type: ignore[arg-type]
            hold_against_accounts(layout)
    finally:
        shutil.rmtree(place)
