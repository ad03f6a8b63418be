"""What is written out and taken back without any engine: odd names, what can't be, and what was there before."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from carteiro.cli import importing
from carteiro.cli.session import Session
from carteiro.host import files, users
from carteiro.hosting import aliases, domains, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.aliases import NewAlias
from carteiro.hosting.errors import Conflict
from carteiro.hosting.mailboxes import NewMailbox
from carteiro.hosting.models import Mailbox, Vacation
from carteiro.hosting.owner import external_accounts, vacations
from carteiro.hosting.owner.external_accounts import NewAccount
from carteiro.importers import exporting, maildirs
from carteiro.importers.exporting import Form, names
from carteiro.importers.maildirs.copying import MailboxMerge
from carteiro.importers.mbox import LONGEST
from carteiro.operate.instance import Instance
from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings
from carteiro.words import Fault

from .building import Courier

HASH = "{BLF-CRYPT}$2y$05$abcdefghijklmnopqrstuuqPpXrBl4uQXPOVYz5t0Hn9gbAmJZzCC"
ODD = ("", ".Work", ".work", ".Work.mbx", ".x&AC8-", ".Sub.INBOX", ".a_b", ".dot.sbd", ".new", ".%41")


@pytest.fixture
def instance(layout: Layout, actor: Actor) -> Instance:
    """A host with Ana and Bia on it."""
    layout.mail.mkdir(parents=True)
    os.chown(layout.mail, *files.ids(users.MAIL, users.MAIL))
    domains.add(actor, "a.test")
    for name in ("ana", "bia"):
        mailboxes.add(actor, NewMailbox(f"{name}@a.test", HASH))
    return Instance(layout, Settings(hostname="mail.carteiro.test"))


def _home(actor: Actor, name: str) -> str:
    return mailboxes.get(actor, f"{name}@a.test").home


def _mail(instance: Instance, home: str) -> dict[str, list[tuple[str, bytes]]]:
    """The messages of each folder."""
    maildir = instance.layout.mail / home[:2] / home / "Maildir"
    found: dict[str, list[tuple[str, bytes]]] = {}
    for folder in (maildir, *(place.parent for place in maildir.glob(".*/cur"))):
        rows = [(file.name.partition(":2,")[2], file.read_bytes()) for file in sorted((folder / "cur").iterdir())]
        found[folder.name.removeprefix("Maildir")] = sorted(rows)
    return found


def _out(actor: Actor, instance: Instance, to: Path, form: Form) -> list[str]:
    written = exporting.write_domain(actor, instance, "a.test", to, form, lambda _done: None)
    return [f"{row.name}: {row.reason}" for row in (*written.refused, *written.failed)]


def _in(actor: Actor, instance: Instance, directory: Path) -> list[str]:
    taken = exporting.read_domain(actor, instance, directory, lambda _done: None)
    remarks = [row for _, outcome in taken.mailboxes for row in outcome.refused]
    return [f"{row.name}: {row.reason}" for row in (*remarks, *taken.failed)]


def _emptied(actor: Actor) -> None:
    domains.remove(actor, "a.test")


@pytest.mark.parametrize("form", ["maildir", "mbox"])
def test_folders_with_odd_names_come_back_as_themselves(
    actor: Actor, instance: Instance, there: Courier, tmp_path: Path, form: Form
) -> None:
    for number, folder in enumerate(ODD):
        long = "x" * LONGEST + "From "
        content = f"Subject: {number}\n\n>From one\nFrom two\n{long * (number == 1)}\n\nlast\n".encode()
        there.add(f"12000000{number:02}.M{number}.old", "FS", folder=folder, content=content)
    (there.path / "courierimapsubscribed").write_text("INBOX.Work\nINBOX.a_b\n")
    maildirs.copy(there.path, instance, _home(actor, "ana"))
    before = _mail(instance, _home(actor, "ana"))
    assert _out(actor, instance, tmp_path / "out", form) == []
    _emptied(actor)
    assert _in(actor, instance, tmp_path / "out") == []
    home = _home(actor, "ana")
    assert _mail(instance, home) == before
    listed = instance.layout.mail / home[:2] / home / "Maildir" / "subscriptions"
    assert {"Work", "a_b"} == set(listed.read_text().split("\n\n")[-1].split()) - {"INBOX"}


@pytest.mark.parametrize("form", ["maildir", "mbox"])
def test_what_was_deleted_since_the_last_export_is_not_in_the_next_one(
    actor: Actor, instance: Instance, there: Courier, tmp_path: Path, form: Form
) -> None:
    for number in range(3):
        there.add(f"120000000{number}.M{number}.old", "S", folder=".Work")
    home = _home(actor, "ana")
    maildirs.copy(there.path, instance, home)
    _out(actor, instance, tmp_path / "out", form)
    for file in (instance.layout.mail / home[:2] / home / "Maildir/.Work/cur").glob("120000000[12]*"):
        file.unlink()
    mailboxes.remove(actor, "bia@a.test")
    (told,) = _out(actor, instance, tmp_path / "out", form)
    assert told.startswith("mailboxes/bia: ")
    _emptied(actor)
    _in(actor, instance, tmp_path / "out")
    assert len(_mail(instance, _home(actor, "ana"))[".Work"]) == 1


@pytest.mark.parametrize("form", ["maildir", "mbox"])
@pytest.mark.parametrize("own", ["Maildir/cur/1:2,S", "mbox/Work.mbox", "sieve/main.sieve", "contacts.vcf"])
def test_somebodys_own_files_are_taken_for_no_export(
    actor: Actor, instance: Instance, there: Courier, tmp_path: Path, form: Form, own: str
) -> None:
    maildirs.copy(there.path, instance, _home(actor, "ana"))
    (tmp_path / "bob" / own).parent.mkdir(parents=True)
    (tmp_path / "bob/Maildir/new").mkdir(parents=True, exist_ok=True)
    (tmp_path / "bob" / own).write_text("Bob's own\n")
    before = sorted((tmp_path / "bob").rglob("*"))
    with pytest.raises(Fault, match="something else"):
        exporting.write_mailbox(actor, instance, "ana@a.test", tmp_path / "bob", form, lambda _done: None)
    assert sorted((tmp_path / "bob").rglob("*")) == before
    assert (tmp_path / "bob" / own).read_text() == "Bob's own\n"


def test_an_export_is_of_one_mailbox_and_one_domain(actor: Actor, instance: Instance, tmp_path: Path) -> None:
    domains.add(actor, "b.test")
    _out(actor, instance, tmp_path / "out", "maildir")
    before = {file: file.read_bytes() for file in (tmp_path / "out").rglob("*") if file.is_file()}
    with pytest.raises(Fault, match="something else"):
        exporting.write_domain(actor, instance, "b.test", tmp_path / "out", "maildir", lambda _done: None)
    place = tmp_path / "out/mailboxes/ana"
    with pytest.raises(Fault, match="something else"):
        exporting.write_mailbox(actor, instance, "bia@a.test", place, "maildir", lambda _done: None)
    assert {file: file.read_bytes() for file in (tmp_path / "out").rglob("*") if file.is_file()} == before
    (tmp_path / "out" / names.DOMAIN).unlink()
    with pytest.raises(Fault, match="something else"):
        _out(actor, instance, tmp_path / "out", "maildir")


def test_an_interrupted_export_is_gone_on_with_and_never_taken_back(
    actor: Actor, instance: Instance, there: Courier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.add("1200000001.M1.old", "S")
    maildirs.copy(there.path, instance, _home(actor, "ana"))
    whole = MailboxMerge.run

    def killed(*arguments: Any) -> None:
        whole(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(MailboxMerge, "run", killed)
        _out(actor, instance, tmp_path / "out", "maildir")
    (told,) = _in(actor, instance, tmp_path / "out")
    assert "did not come to its end" in told
    assert _out(actor, instance, tmp_path / "out", "maildir") == []
    assert _in(actor, instance, tmp_path / "out") == []


def test_half_a_maildir_is_told_and_keeps_no_other_mailbox_out(
    actor: Actor, instance: Instance, tmp_path: Path
) -> None:
    home = _home(actor, "ana")
    (instance.layout.mail / home[:2] / home / "Maildir/cur").mkdir(parents=True)
    written = exporting.write_domain(actor, instance, "a.test", tmp_path / "out", "maildir", lambda _done: None)
    assert [row.name for row in written.failed] == ["ana@a.test"]
    assert (tmp_path / "out/mailboxes/bia/mailbox.yaml").exists()


def test_a_mailbox_into_which_nobody_looked_is_exported(actor: Actor, instance: Instance, tmp_path: Path) -> None:
    home = _home(actor, "bia")
    (instance.layout.mail / home[:2] / home / "Maildir").mkdir(parents=True)
    assert _out(actor, instance, tmp_path / "out", "maildir") == []


def test_aliases_come_back_in_whatever_order_they_lead_to_each_other(
    actor: Actor, instance: Instance, tmp_path: Path
) -> None:
    for address, goal in (("z", "ana"), ("m", "z"), ("b", "m"), ("", "b")):
        aliases.add(actor, NewAlias(f"{address}@a.test", [f"{goal}@a.test"]))
    mailboxes.set_(actor, "ana@a.test", forward_to=["bia@a.test", "x@world.test"], keep_copy=True)
    mailboxes.set_(actor, "bia@a.test", forward_to=["x@world.test"])
    aliases.set_(actor, "bia@a.test", active=False)
    before = {row.address: row.record() for row in aliases.list_(actor)}
    _out(actor, instance, tmp_path / "out", "maildir")
    _emptied(actor)
    assert _in(actor, instance, tmp_path / "out") == []
    assert {row.address: row.record() for row in aliases.list_(actor)} == before


def test_what_can_not_be_is_told_and_keeps_nothing_else_away(actor: Actor, instance: Instance, tmp_path: Path) -> None:
    aliases.add(actor, NewAlias("team@a.test", ["ana@a.test"]))
    _out(actor, instance, tmp_path / "out", "maildir")
    _emptied(actor)
    _edit(tmp_path / "out/mailboxes/ana/mailbox.yaml", lambda row: row.update(identities=[{"name": "Ana"}]))
    told = _in(actor, instance, tmp_path / "out")
    assert [line.partition(":")[0] for line in told] == ["ana", "team@a.test"]
    assert [row.address for row in Mailbox.objects.all()] == ["bia@a.test"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"targets": ["ana@a.test"], "active": True}, "aliases 1: address is missing"),
        ({"address": "team@a.test", "targets": ["ana@a.test"]}, "team@a.test: active is missing"),
        ({"address": "team@a.test", "targets": [5], "active": True}, "team@a.test: A value in the file"),
        ("team@a.test", "aliases 1: A value in the file"),
        (None, "aliases 1: A value in the file"),
    ],
)
def test_a_bad_row_is_told_in_words_and_keeps_no_other_away(
    actor: Actor, instance: Instance, tmp_path: Path, row: object, told: str
) -> None:
    aliases.add(actor, NewAlias("last@a.test", ["ana@a.test"]))
    _out(actor, instance, tmp_path / "out", "maildir")
    _emptied(actor)
    _edit(tmp_path / "out/domain.yaml", lambda domain: domain.update(aliases=[row, *domain["aliases"]]))
    (line,) = _in(actor, instance, tmp_path / "out")
    assert line.startswith(told)
    assert [alias.address for alias in aliases.list_(actor)] == ["last@a.test"]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("quota", "2G", "ana: A value in the file is of the wrong kind."),
        ("imap", "perhaps", "ana: A value in the file is of the wrong kind."),
        ("identities", [{"name": "Ana"}], "ana: address is missing in the file."),
        ("sender_grants", 5, "ana@a.test: A value in the file is of the wrong kind."),
    ],
)
def test_a_bad_value_of_a_mailbox_is_told_in_words(
    actor: Actor, instance: Instance, tmp_path: Path, name: str, value: object, told: str
) -> None:
    _out(actor, instance, tmp_path / "out", "maildir")
    _emptied(actor)
    _edit(tmp_path / "out/mailboxes/ana/mailbox.yaml", lambda row: row.update({name: value}))
    (line,) = _in(actor, instance, tmp_path / "out")
    assert line.startswith(told)


def test_what_could_not_be_made_is_no_success(
    actor: Actor, instance: Instance, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    account = NewAccount("imap", "imap.example.net", "ana", "hidden")
    external_accounts.add(actor, "ana@a.test", account)
    _out(actor, instance, tmp_path / "out", "maildir")
    _emptied(actor)
    session = Session(instance.layout, json=False)
    good = exporting.read_domain(actor, instance, tmp_path / "out", lambda _done: None)
    importing.tell_all(session, good.mailboxes, good.failed)
    assert "ana@a.test ana imap.example.net: It is off" in capsys.readouterr().err
    _edit(tmp_path / "out/mailboxes/ana/mailbox.yaml", lambda row: row.update(sender_grants=["no address"]))
    bad = exporting.read_mailbox(actor, instance, tmp_path / "out/mailboxes/ana", lambda _done: None)
    with pytest.raises(typer.Exit) as told:
        importing.tell_all(session, bad.mailboxes, bad.failed)
    assert told.value.exit_code == 1
    assert "ana@a.test: " in capsys.readouterr().err


def test_a_notice_that_is_over_comes_back_switched_off(actor: Actor, instance: Instance, tmp_path: Path) -> None:
    vacations.set_(actor, "ana@a.test", active=True, subject="Away", text="Back soon.", days=3)
    over = datetime(2020, 1, 1, tzinfo=UTC)
    Vacation.objects.update(ends=over)
    _out(actor, instance, tmp_path / "out", "maildir")
    _emptied(actor)
    assert _in(actor, instance, tmp_path / "out") == []
    row = vacations.get(actor, "ana@a.test")
    assert (row.active, row.subject, row.text, row.ends) == (False, "Away", "Back soon.", over)


def test_only_hosted_domains_can_be_exported(actor: Actor, instance: Instance, tmp_path: Path) -> None:
    domains.add(actor, "relay.test", kind="relay", recipients="verify")
    with pytest.raises(Conflict):
        exporting.write_domain(actor, instance, "relay.test", tmp_path / "out", "maildir", lambda _done: None)


def _edit(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    content = yaml.safe_load(file.read_text())
    change(content)
    file.write_text(yaml.safe_dump(content))
