"""The old host's Maildirs in a mailbox here: programs find what Courier had told them, and fetch nothing again."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from carteiro.importers.maildirs import names
from tests.importers.courier_told import compare
from tests.importers.old_host import OldHost, snapshot, unpacked

from .clients import imap, pop3
from .instance import Instance, Person

PASSWORD = "four small words"


@pytest.fixture(scope="module", params=["vmail.tar.gz", "vmail-utf8.tar.gz"])
def moved(host: Instance, request: pytest.FixtureRequest) -> Iterator[tuple[OldHost, dict[str, Person]]]:
    """Every mailbox of the old host, brought here under an address of this run's own."""
    with tempfile.TemporaryDirectory() as place:
        old = unpacked(request.param, Path(place))
        label = "utf8" if "utf8" in request.param else "utf7"
        people = {name: Person(f"{label}-{name.lower()}", PASSWORD) for name in old.mailboxes}
        _make(host, people)
        before = snapshot(old.vmail)
        for name, person in people.items():
            done = host.cli("import", "maildir", str(old.maildir(old.mailboxes[name])), person.address, "--verify")
            assert (done["refused"], done["differences"]) == ([], [])
        assert snapshot(old.vmail) == before
        yield old, people


def _make(host: Instance, people: dict[str, Person]) -> None:
    known = {row["name"] for row in host.cli("domain", "list")}
    for domain in {person.address.partition("@")[2] for person in people.values()} - known:
        host.cli("domain", "add", domain)
    for person in people.values():
        host.add_person(person.address, password=person.password)


def test_imap_reports_what_courier_reported(host: Instance, moved: tuple[OldHost, dict[str, Person]]) -> None:
    old, people = moved
    for name, row in old.mailboxes.items():
        with imap(host, people[name]) as client:
            for folder in row["folders"].values():
                if "noselect" not in folder:
                    compare(client, folder, row)


def test_old_programs_see_their_folders_and_subscriptions_under_their_old_names(
    host: Instance, moved: tuple[OldHost, dict[str, Person]]
) -> None:
    old, people = moved
    for name, row in old.mailboxes.items():
        with imap(host, people[name]) as client:
            theirs = {each["imap_name"] for each in row["folders"].values() if "noselect" not in each} - {"INBOX"}
            assert theirs <= _names(client.list('""', '"INBOX.*"'))
            subscribed = {names.encode(each) for each in row["subscribed"]} - {"INBOX"}
            assert subscribed <= _names(client.lsub('""', '"INBOX.*"'))
            # Folders that this host makes for everybody are subscribed, too.
            own = {f"INBOX.{each}" for each in ("Archive", "Drafts", "Junk", "Sent", "Trash")}
            assert _names(client.lsub('""', '"INBOX.*"')) - own <= subscribed


def test_pop3_gives_out_the_same_uidls(host: Instance, moved: tuple[OldHost, dict[str, Person]]) -> None:
    old, people = moved
    for name, row in old.mailboxes.items():
        if "pop3" not in row:
            continue
        with closing(pop3(host)) as client:
            client.user(people[name].address)
            client.pass_(people[name].password)
            told = [line.decode().split(" ")[1] for line in client.uidl()[1]]
            sizes = [int(line.split()[1]) for line in client.list()[1]]
        known = [uidl for _, uidl, _, _ in row["pop3"]]
        assert told[: len(known)] == known, name
        assert len(told) == len(known) + len(row.get("new_without_uid", ())), name
        assert all(one >= other for (_, _, one, _), other in zip(row["pop3"], sizes, strict=False))


def _names(answer: tuple[str, list[Any]]) -> set[str]:
    return {re.sub(rb'.*\) "." "?|"$', b"", line).decode() for line in answer[1] if line}
