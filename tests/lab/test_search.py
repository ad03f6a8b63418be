"""Full-text search comes from the index that Dovecot keeps at delivery."""

import time
from pathlib import Path

from .clients import deliver, imap, letter, wait_for_letter
from .instance import Instance, Person, Town

TEXT = "The heron stands in shallow water, motionless.\n"


def _index(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file() and ("xapian" in str(path) or "flatcurve" in str(path))]


def _find(host: Instance, person: Person, *query: str) -> list[bytes]:
    with imap(host, person) as client:
        client.select("INBOX")
        found: list[bytes] = client.search(None, *query)[1][0].split()
    return found


def test_a_word_of_the_body_is_found_and_an_index_exists(host: Instance, town: Town) -> None:
    for number, body in enumerate((TEXT, "Nothing of note.\n", "A grey heronry.\n")):
        message = letter(f"Bird {number}", "eve@world.test", town.alice.address, body)
        deliver(host, message, "eve@world.test", town.alice.address)
        wait_for_letter(host, town.alice, f"Bird {number}")
    assert _find(host, town.alice, "BODY", "heron") == [b"1", b"3"]
    assert _find(host, town.alice, "SUBJECT", '"Bird 1"') == [b"2"]
    assert _find(host, town.alice, "BODY", "penguin") == []
    assert _index(host.home(town.alice))


def test_delivery_itself_writes_the_index(host: Instance, town: Town) -> None:
    message = letter("Unread", "eve@world.test", town.bob.address, TEXT)
    deliver(host, message, "eve@world.test", town.bob.address)
    deadline = time.monotonic() + 20
    home = host.home(town.bob)
    while not _index(home) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert _index(home), "no index was written without a search"
