"""Whether an IMAP server says of a folder what Courier had said of it: `expected.json` of the fixture."""

import imaplib
import re
from typing import Any


def compare(client: imaplib.IMAP4, folder: dict[str, Any], row: dict[str, Any]) -> None:
    """Numbers, flags, dates, Message-IDs and sizes; `row` is the mailbox's."""
    name = folder["imap_name"]
    kind, _ = client.select(f'"{name}"', readonly=True)
    assert kind == "OK", name
    fresh = row.get("new_without_uid", ()) if name == "INBOX" else ()
    assert client.response("UIDVALIDITY")[1] == [str(folder["uidvalidity"]).encode()]
    assert client.response("UIDNEXT")[1] == [str(folder["uidnext"] + len(fresh)).encode()], name
    found = _messages(client)
    known = [(uid, frozenset(flags), date, message_id) for uid, message_id, flags, date, _ in folder["messages"]]
    assert [each[:4] for each in found[: len(known)]] == known, name
    assert [each[3] for each in found[len(known) :]] == list(fresh), name
    for (uid, _, _, _, size), (_, _, _, _, courier) in zip(found, folder["messages"], strict=False):
        # Courier counts a line end on the disk twice, CRLF or not.
        assert size == courier or _line_ends(client, uid) == courier - size, (name, uid)


def _messages(client: imaplib.IMAP4) -> list[tuple[int, frozenset[str], str, str, int]]:
    _, answer = client.uid("FETCH", "1:*", "(FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
    found = []
    for part in answer:
        if isinstance(part, tuple):
            head = part[0].decode()
            uid, size = re.search(r"UID (\d+)", head), re.search(r"RFC822.SIZE (\d+)", head)
            flags, date = re.search(r"FLAGS \(([^)]*)\)", head), re.search(r'INTERNALDATE "([^"]+)"', head)
            assert uid and size and flags and date, head
            told = re.search(rb"(?i)message-id:\s*(<[^>]*>)", part[1])
            words = frozenset(flags[1].split()) - {"\\Recent"}
            found.append((int(uid[1]), words, date[1], told[1].decode() if told else "", int(size[1])))
    return found


def _line_ends(client: imaplib.IMAP4, uid: int) -> int:
    _, answer = client.uid("FETCH", str(uid), "(BODY.PEEK[])")
    part = answer[0]
    assert isinstance(part, tuple)
    return int(part[1].count(b"\r\n"))
