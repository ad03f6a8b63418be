"""Each line of a log counts once, whatever is rotated, cut short or interrupted meanwhile."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from carteiro.hosting.access import Actor
from carteiro.hosting.errors import DatabaseFault
from carteiro.hosting.models import Login, Sample
from carteiro.hosting.running import figures
from carteiro.operate import tally
from carteiro.operate.instance import Instance
from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings
from tests.hosting.world import mailbox

LINE = "{at} mail postfix/smtpd[1]: 4fXyZ12abcz9: client=mx.world.test[192.0.2.1]\n"
LOGIN = "{at} imap-login: Info: Login: user=<ana@example.org>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1, TLS\n"


@pytest.fixture
def instance(layout: Layout, root: Actor) -> Instance:
    mailbox(root, "ana@example.org")
    layout.log.mkdir()
    return Instance(layout, Settings(hostname="mail.example.org"))


def write(path: Path, text: str, times: int = 1) -> None:
    with path.open("a") as log:
        log.write(text.format(at=datetime.now(UTC).astimezone().strftime("%b %d %H:%M:%S")) * times)


def received() -> int:
    return sum(Sample.objects.filter(series="received", key="").values_list("value", flat=True))


def test_what_was_counted_is_not_counted_again(instance: Instance) -> None:
    log = instance.layout.log / "mail.log"
    write(log, LINE, 3)
    tally.count(instance)
    tally.count(instance)
    assert received() == 3
    write(log, LINE, 2)
    tally.count(instance)
    assert received() == 5


def test_a_line_that_is_being_written_waits_for_its_end(instance: Instance) -> None:
    log = instance.layout.log / "mail.log"
    write(log, LINE + LINE.rstrip("\n"))
    tally.count(instance)
    assert received() == 1
    write(log, "\n")
    tally.count(instance)
    assert received() == 2


def test_a_log_that_was_rotated_is_read_to_its_end_first(instance: Instance) -> None:
    log = instance.layout.log / "mail.log"
    write(log, LINE)
    tally.count(instance)
    write(log, LINE, 2)
    log.rename(log.with_name("mail.log-20261122-1"))
    write(log, LINE, 4)
    log.rename(log.with_name("mail.log-20261123-2"))
    write(log, LINE, 8)
    tally.count(instance)
    assert received() == 15
    tally.count(instance)
    assert received() == 15


def test_a_log_that_was_taken_away_does_no_harm(instance: Instance) -> None:
    log = instance.layout.log / "mail.log"
    write(log, LINE, 5)
    tally.count(instance)
    log.unlink()
    tally.count(instance)
    write(log, LINE)
    tally.count(instance)
    assert received() == 6


def test_a_long_log_is_counted_in_parts(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "_CHUNK", 1000)
    write(instance.layout.log / "mail.log", LINE, 100)
    tally.count(instance)
    assert received() == 100


def test_who_is_stopped_between_two_parts_counts_none_twice(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "_CHUNK", 1000)
    write(instance.layout.log / "mail.log", LINE, 100)
    real, calls = figures.add, iter(range(100))

    def interrupted(*told: object) -> None:
        real(*told)  # type: ignore[arg-type]
        if next(calls) == 3:
            raise DatabaseFault("The disk is full.")

    monkeypatch.setattr(figures, "add", interrupted)
    with pytest.raises(DatabaseFault):
        tally.count(instance)
    assert 0 < received() < 100
    tally.count(instance)
    assert received() == 100


def test_log_ins_are_kept_with_their_mailbox(instance: Instance) -> None:
    log = instance.layout.log / "dovecot.log"
    write(log, LOGIN)
    tally.count(instance)
    write(log, LOGIN, 2)
    write(log, LOGIN.replace("ana@", "unknown@"))
    tally.count(instance)
    login = Login.objects.get()
    assert (login.mailbox.address, login.protocol, login.network, login.count) == (
        *("ana@example.org", "imap", "192.0.2.9"),
        3,
    )
