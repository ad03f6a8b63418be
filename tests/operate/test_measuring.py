"""What mailboxes hold, written down for the panel."""

from pathlib import Path

import pytest

from carteiro.hosting.access import Actor
from carteiro.hosting.models import Mailbox, Usage
from carteiro.hosting.running import machine, usages
from carteiro.hosting.running.readings import Name
from carteiro.operate import measuring
from carteiro.operate.instance import Instance
from carteiro.operate.measuring import UsageChore, walk
from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings
from tests.hosting.world import mailbox


@pytest.fixture
def instance(layout: Layout, root: Actor) -> Instance:
    return Instance(layout, Settings(hostname="mail.example.org"))


def maildir(instance: Instance, box: Mailbox) -> Path:
    place = instance.layout.mail / box.home[:2] / box.home / "Maildir"
    for name in ("cur", "new", ".Sent/cur"):
        (place / name).mkdir(parents=True, exist_ok=True)
    return place


def used() -> dict[str, tuple[int, int]]:
    rows = Usage.objects.values_list("mailbox__address", "size", "messages")
    return {address: (size, messages) for address, size, messages in rows}


def full(actor: Actor) -> list[str]:
    look = machine.looks(actor, Name.FULL)[Name.FULL]
    return [row["address"] for row in look.data]


def test_the_sum_of_each_maildir_is_written_down(instance: Instance, root: Actor) -> None:
    ana, _ = mailbox(root, "ana@example.org", quota=1000), mailbox(root, "bob@example.org", quota=1000)
    (maildir(instance, ana) / "maildirsize").write_text("1000S\n950 3\n")
    chore = UsageChore(instance)
    chore()
    assert used() == {"ana@example.org": (950, 3), "bob@example.org": (0, 0)}
    assert full(root) == ["ana@example.org"]
    (maildir(instance, ana) / "maildirsize").write_text("1000S\n100 1\n")
    chore()
    assert used()["ana@example.org"] == (100, 1)
    assert full(root) == []


def test_a_maildir_without_a_sum_is_counted_once_a_day(instance: Instance, root: Actor) -> None:
    place = maildir(instance, mailbox(root, "ana@example.org", quota=0))
    (place / "cur" / "1.a,S=300,W=310:2,S").write_text("x")
    (place / ".Sent/cur" / "2.a").write_text("four")
    UsageChore(instance)()
    assert used() == {"ana@example.org": (304, 2)}
    (place / "new" / "3.a,S=1000").write_text("x")
    UsageChore(instance)()
    assert used() == {"ana@example.org": (304, 2)}


def test_no_link_is_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "cur").mkdir(parents=True)
    (elsewhere / "cur" / "1,S=5000").write_text("x")
    place = tmp_path / "Maildir"
    place.mkdir()
    (place / "cur").symlink_to(elsewhere / "cur")
    (place / ".Sent").symlink_to(elsewhere)
    assert walk(place).messages == 0


def test_a_large_host_is_looked_at_in_turn(instance: Instance, root: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "_AT_ONCE", 3)
    for number in range(10):
        mailbox(root, f"m{number}@example.org", quota=1000)
    chore = UsageChore(instance)
    seen = []
    for _ in range(5):
        chore()
        seen.append(len(used()))
    assert seen == [3, 6, 9, 10, 10]


def test_a_mailbox_that_goes_meanwhile_is_left_out(root: Actor) -> None:
    usages.note([usages.Found(999_999, 1, 1)])
    assert used() == {}
