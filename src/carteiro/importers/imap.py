"""An account on an IMAP server as a source, over TLS; RFC 3501, RFC 2342 (namespaces).

The server's UIDVALIDITY and UIDs are taken over, so that programs that leave it for us fetch nothing again.
"""

import contextlib
import hashlib
import imaplib
import itertools
import os
import sqlite3
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from carteiro.host.files import Unwritable
from carteiro.importers.maildirs import state
from carteiro.importers.maildirs.places import Place
from carteiro.importers.maildirs.source import Brought, Found, Numbers, Refuse, Unreadable, Wanted, canonical
from carteiro.words import N_, Fault, translate

_SECONDS = 60.0
_LISTED_AT_ONCE = 1000  # messages
_FETCHED_AT_ONCE = 50
_LARGE = 1 << 20  # bytes: what is larger comes in parts
_LETTERS = {b"\\seen": "S", b"\\answered": "R", b"\\flagged": "F", b"\\deleted": "T", b"\\draft": "D"}
_ERRORS = (IMAPClientError, imaplib.IMAP4.error, OSError, EOFError)


@dataclass(frozen=True)
class Account:
    """Where to log in, and as whom."""

    host: str
    user: str
    password: str = field(repr=False)
    port: int = 993
    starttls: bool = False  # first in clear, as on port 143
    authority: Path | None = None  # a certificate to trust besides the system's


@contextlib.contextmanager
def opened(account: Account, exclude: frozenset[str] = frozenset()) -> Iterator["ImapSource"]:
    """Log in; folders named in `exclude` are left out. Raises Fault."""
    try:
        context = ssl.create_default_context(cafile=str(account.authority) if account.authority else None)
        if account.authority:
            context.load_default_certs()
        client = IMAPClient(account.host, account.port, ssl=not account.starttls, ssl_context=context, timeout=_SECONDS)
        if account.starttls:
            client.starttls(context)
        client.normalise_times = False
    except _ERRORS as error:
        raise _lost(account, error) from error
    try:
        _log_in(client, account)
        yield ImapSource(client, account, exclude)
    finally:
        with contextlib.suppress(*_ERRORS):
            client.logout()


def _log_in(client: Any, account: Account) -> None:  # noqa: ANN401 - the library has no types
    try:
        client.login(account.user, account.password)
    except LoginError as error:
        # The library makes a lost connection one of these, too.
        if isinstance(error.__context__, imaplib.IMAP4.abort):
            raise _lost(account, error) from error
        raise Fault(
            N_("{host} refuses the password of {user}: {reason}."),
            N_("Look whether name and password are right, and whether IMAP is allowed there."),
            code="refused",
            host=account.host,
            user=account.user,
            reason=_text(error),
        ) from error
    except _ERRORS as error:
        raise _lost(account, error) from error


class ImapSource:
    """An account that is logged in to."""

    def __init__(self, client: Any, account: Account, exclude: frozenset[str]) -> None:  # noqa: ANN401 - no types
        self._client = client
        self._account = account
        self._exclude = {name.lower() for name in exclude}
        self.origin = f"imap:{account.user}@{account.host}"

    def folders(self, refuse: Refuse) -> Iterator["ImapFolder"]:
        """All folders that hold messages, the inbox first."""
        found = []
        for flags, separator, name in self._asked(self._client.list_folders):
            if b"\\noselect" in {flag.lower() for flag in flags} or str(name).lower() in self._exclude:
                continue
            found.append((self._levels(name, separator), str(name)))
        for levels, name in sorted(found):
            yield ImapFolder(self._client, self._account, name, levels)

    def subscriptions(self) -> frozenset[tuple[str, ...]] | None:
        """What the server lists as subscribed."""
        return frozenset(
            self._levels(name, separator) for _, separator, name in self._asked(self._client.list_sub_folders)
        )

    def messages(self) -> int:
        """How many there are in all, for a progress bar."""
        total = 0
        for folder in self.folders(lambda _name, _reason: None):
            with contextlib.suppress(*_ERRORS):
                total += int(self._client.folder_status(folder.name, ["MESSAGES"])[b"MESSAGES"])
        return total

    def _levels(self, name: str, separator: bytes | None) -> tuple[str, ...]:
        if name.upper() == "INBOX":
            return ()
        sign = (separator or b"").decode()
        for prefix in self._prefixes():
            if name.startswith(prefix):
                name = name.removeprefix(prefix)
                break
        return tuple(name.split(sign)) if sign else (name,)

    def _prefixes(self) -> list[str]:
        """What stands before the names of one's own folders: Courier's "INBOX.", for instance."""
        if not hasattr(self, "_own"):
            self._own: list[str] = []
            if b"NAMESPACE" in self._client.capabilities():
                told = self._asked(self._client.namespace)
                self._own = [str(prefix) for prefix, _ in (told.personal or ()) if prefix]
        return self._own

    def _asked(self, question: Any) -> Any:  # noqa: ANN401 - no types
        try:
            return question()
        except _ERRORS as error:
            raise _lost(self._account, error) from error


class ImapFolder:
    """A folder of such an account."""

    def __init__(self, client: Any, account: Account, name: str, levels: tuple[str, ...]) -> None:  # noqa: ANN401
        self._client = client
        self._account = account
        self.name = name
        self.levels = levels
        place = f"{account.user}@{account.host}/{name}"
        self._mark = hashlib.sha256(place.encode()).hexdigest()[:12]
        self._withheld: set[int] = set()  # what was asked for once, and did not come

    def scan(self, pad: sqlite3.Connection, refuse: Refuse) -> Numbers:
        """List its messages, some at a time."""
        try:
            told = self._client.select_folder(self.name, readonly=True)
            validity, following = int(told[b"UIDVALIDITY"]), int(told.get(b"UIDNEXT", 0))
            uids = iter(self._client.search(["ALL"]))
            while some := list(itertools.islice(uids, _LISTED_AT_ONCE)):
                for uid, row in self._client.fetch(some, ["FLAGS"]).items():
                    state.note_found(pad, self._found(validity, uid, row[b"FLAGS"]))
        except IMAPClientError as error:
            if isinstance(error, imaplib.IMAP4.abort):
                raise _lost(self._account, error) from error
            raise Unreadable(_text(error)) from error
        except _ERRORS as error:
            raise _lost(self._account, error) from error
        return Numbers(validity, following)

    def _found(self, validity: int, uid: int, flags: Iterable[bytes]) -> Found:
        letters = {_LETTERS[flag.lower()] for flag in flags if flag.lower() in _LETTERS}
        words = {flag.decode("utf-8", "replace") for flag in flags if not flag.startswith(b"\\")}
        fresh = not letters and not words and b"\\recent" in {flag.lower() for flag in flags}
        key = b"%d.%d_%s.imap" % (uid, validity, self._mark.encode())
        return Found(key, b"%d" % uid, fresh, uid, canonical("".join(letters), words), order=uid)

    def bring(self, wanted: Iterable[Wanted], tmp: Place, owner: tuple[int, int], refuse: Refuse) -> Iterator[Brought]:
        """Fetch messages: small ones some at a time, large ones in parts."""
        messages = iter(wanted)
        try:
            while some := list(itertools.islice(messages, _FETCHED_AT_ONCE)):
                yield from self._bring(some, tmp, owner, refuse)
        except _ERRORS as error:
            raise _lost(self._account, error) from error

    def _bring(self, some: list[Wanted], tmp: Place, owner: tuple[int, int], refuse: Refuse) -> Iterator[Brought]:
        numbers = [int(message.handle) for message in some]
        known = self._client.fetch(numbers, ["RFC822.SIZE", "INTERNALDATE"])
        small = [uid for uid in numbers if uid in known and known[uid][b"RFC822.SIZE"] <= _LARGE // 4]
        bodies = self._client.fetch(small, ["BODY.PEEK[]"]) if small else {}
        for message in some:
            uid = int(message.handle)
            if uid not in known:
                continue  # deleted there meanwhile
            body = bodies.get(uid, {}).get(b"BODY[]")
            parts = iter((body,)) if body is not None else self._parts(uid, known[uid][b"RFC822.SIZE"])
            try:
                size = tmp.write(os.fsdecode(message.base), _plain(parts), owner, _seconds(known[uid]))
            except _Gone:
                if uid in self._withheld:  # the folder has been listed anew since, and still has it
                    text = N_("The server lists it, and does not give its content.")
                    refuse(f"{self.name}/{message.key.decode()}", translate(text))
                self._withheld.add(uid)
                continue
            except OSError as error:
                raise Unwritable(tmp.path, error) from error
            yield Brought(message.key, message.base, size)

    def _parts(self, uid: int, size: int) -> Iterator[bytes]:
        """Part after part. Raises _Gone.

        What servers tell of sizes is not always so, and some give less than they are asked for: the end is where a part
        is empty, or is short and all of the size is there.
        """
        at, part = 0, b""
        while at < max(size, 1) or len(part) == _LARGE:
            try:
                told = self._client.fetch([uid], [f"BODY.PEEK[]<{at}.{_LARGE}>"])
            except _ERRORS as error:
                raise _lost(self._account, error) from error
            if uid not in told:
                raise _Gone
            part = told[uid].get(f"BODY[]<{at}>".encode())
            if part is None and at < max(size, 1):
                raise _Gone  # as Dovecot tells of a message that was deleted meanwhile
            if not part:
                return
            at += len(part)
            yield part


class _Gone(Exception):
    """A message was deleted there while it came."""


def _plain(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Line ends as a Maildir has them: LF alone."""
    held = b""
    for part in parts:
        text = held + part
        held = b"\r" if text.endswith(b"\r") else b""
        yield text[: len(text) - len(held)].replace(b"\r\n", b"\n")
    yield held


def _seconds(row: dict[bytes, Any]) -> int:
    date = row.get(b"INTERNALDATE")
    return max(0, int(date.timestamp())) if isinstance(date, datetime) else 0


def _lost(account: Account, error: BaseException) -> Fault:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Fault(
            N_("The certificate of {host} can't be trusted: {reason}."),
            N_("Use the name that is in it, or give the authority's certificate with --ca-file."),
            code="untrusted",
            host=account.host,
            reason=error.verify_message,
        )
    return Fault(
        N_("The IMAP server {host} does not answer as it should: {reason}."),
        N_("Run this again: it goes on from where it was."),
        code="unreachable",
        host=account.host,
        reason=_text(error),
    )


def _text(error: BaseException) -> str:
    return " ".join((str(error) or type(error).__name__).split())[:300]
