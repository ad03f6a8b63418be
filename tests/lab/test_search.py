"""Full-text search answers from the index that Dovecot keeps beside the mail."""

from pathlib import Path

from .clients import deliver, imap, letter, wait_for_letter
from .instance import Instance, Person, Town


def _receive(host: Instance, person: Person, subject: str, body: str) -> None:
    deliver(host, letter(subject, "eve@world.test", person.address, body), "eve@world.test", person.address)
    wait_for_letter(host, person, subject)


def _find(host: Instance, person: Person, *query: str) -> list[bytes]:
    with imap(host, person) as client:
        client.select("INBOX")
        found: list[bytes] = client.search(None, *query)[1][0].split()
    return found


def _index(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file() and ("xapian" in str(path) or "flatcurve" in str(path))]


def test_words_of_body_and_subject_are_found(host: Instance, town: Town) -> None:
    _receive(host, town.alice, "Bird seen", "The heron stands in shallow water, motionless.\n")
    _receive(host, town.alice, "Nothing seen", "An empty pond.\n")
    _receive(host, town.alice, "Birds heard", "A grey heronry.\n")
    assert _find(host, town.alice, "BODY", "heron") == [b"1", b"3"]
    assert _find(host, town.alice, "SUBJECT", "nothing") == [b"2"]
    assert _find(host, town.alice, "TEXT", "penguin") == []


def test_mail_that_came_after_the_last_search_is_found_too(host: Instance, town: Town) -> None:
    _receive(host, town.bob, "First", "One albatross.\n")
    assert _find(host, town.bob, "BODY", "albatross") == [b"1"]
    _receive(host, town.bob, "Second", "Another albatross.\n")
    assert _find(host, town.bob, "BODY", "albatross") == [b"1", b"2"]


def test_the_answer_comes_from_the_index_and_not_from_reading_the_mail(host: Instance, town: Town) -> None:
    _receive(host, town.charlie, "Evidence", "A lonely puffin.\n")
    assert _find(host, town.charlie, "BODY", "puffin") == [b"1"]
    home = host.home(town.charlie)
    assert _index(home)
    # Put another word of the same length into the stored file: who reads the mail would not find the old one.
    (stored,) = (path for folder in ("cur", "new") for path in (home / "Maildir" / folder).iterdir())
    stored.write_bytes(stored.read_bytes().replace(b"puffin", b"magpie"))
    assert _find(host, town.charlie, "BODY", "puffin") == [b"1"]
    assert _find(host, town.charlie, "BODY", "magpie") == []
