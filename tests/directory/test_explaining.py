"""What the panel says would happen to mail is what the engines' queries do with it."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carteiro import directory
from carteiro.directory import store
from carteiro.hosting import domains, route
from carteiro.hosting.access import Actor
from carteiro.hosting.route import Outcome
from carteiro.settings.layout import Layout
from carteiro.words import Fault
from tests.accounts import Accounts
from tests.directory.conftest import with_accounts
from tests.directory.histories import ASKED, HOSTED, Step, begin, steps, take
from tests.directory.rows import Rows

ROOT = Actor.root(origin="test")


def _pause(name: str, paused: bool) -> None:
    try:
        domains.set_(ROOT, name, paused=paused)
    except Fault:
        return


PAUSING = st.tuples(st.just(_pause), st.tuples(st.sampled_from((*HOSTED, "relay.test")), st.booleans()), st.just({}))


def engines_say(rows: Rows, address: str) -> tuple[Outcome, set[str]]:
    """The answer to RCPT TO, and where a message then ends."""
    name = address.rpartition("@")[2]
    if not rows.values("local_domains", name) and not rows.values("relay_domains", name):
        return Outcome.NOT_OURS, set()
    (status,) = rows.values("recipient_status", address)
    if status[:1] in "45":
        return (Outcome.PUT_OFF if status.startswith("4") else Outcome.REFUSED), set()
    if rows.values("relay_domains", name):
        # Postfix asks for the address, for it without its detail (recipient_delimiter), and for the domain.
        asked = (address, f"{address.partition('+')[0]}@{name}", f"@{name}")
        listed = set().union(*(rows.values("relay_recipients", each) for each in asked))
        return (Outcome.TAKEN, {address}) if listed else (Outcome.REFUSED, set())
    ends = rows.values("routes", address)
    return (Outcome.TAKEN if ends else Outcome.REFUSED), ends


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(steps() | PAUSING, min_size=10, max_size=40))
def test_after_any_history_the_words_agree_with_the_queries(accounts: Accounts, history: list[Step]) -> None:
    place = Path(tempfile.mkdtemp(prefix="carteiro-explaining-"))
    layout = Layout.below(place)
    try:
        with with_accounts(layout, accounts):
            begin()
            for step in history:
                take(step)
            directory.catch_up(layout)
            with store.opened(layout.directory_database, store.DIRECTORY) as connection:
                for address in (*ASKED, "b+t@two.test", "a+t@three.test", "x@unknown.test"):
                    told = route.explain(ROOT, address)
                    assert (told.outcome, told.recipients) == engines_say(Rows(connection), address), address
    finally:
        shutil.rmtree(place)
