"""The change records: the audit log that people read and the feed that the projection follows."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import Error, connection, transaction
from django.db.models import F
from django.utils import timezone

from carteiro.hosting import doings, requests, troubles
from carteiro.hosting.access import Actor
from carteiro.hosting.database import configure
from carteiro.hosting.errors import DatabaseFault, translated
from carteiro.hosting.models import Change, FeedHead
from carteiro.words import N_

_BATCH = 2000


class Kind(StrEnum):
    """The tables whose rows the feed tells of, and what the bin holds."""

    DOMAIN = "domain"
    MAILBOX = "mailbox"
    ALIAS = "alias"
    APP_PASSWORD = "app_password"  # noqa: S105 - a kind, no password
    SENDER_GRANT = "sender_grant"
    TRANSPORT = "transport"
    ADMIN = "admin"
    RELAY_RECIPIENT = "relay_recipient"  # in the bin only: the feed tells of it as a change of its domain
    PERSON = "person"  # second factors, recovery address
    POLICY = "policy"
    VACATION = "vacation"
    FILTER_RULE = "filter_rule"
    SIEVE_SCRIPT = "sieve_script"  # of the owner's own hand
    EXTERNAL_ACCOUNT = "external_account"
    BROADCAST = "broadcast"
    TEXT = "text"
    QUEUE = "queue"  # messages in Postfix's queue
    SERVICE = "service"
    WEBMAIL = "webmail"  # address book, identities, preferences of a mailbox
    OLD_HOST = "old_host"  # what the log of a host told from which things were imported


class Action(StrEnum):
    """What was done."""

    ADD = "add"
    SET = "set"
    RENAME = "rename"
    REMOVE = "remove"
    RESTORE = "restore"
    DO = "do"  # an act on the running host, which `after` names


@dataclass(frozen=True)
class Head:
    """Where the feed ends, and of which database it is."""

    number: int
    identity: str


@dataclass(frozen=True)
class Deed:
    """What somebody did on another host."""

    at: datetime
    actor: str
    origin: str
    key: str
    domain_name: str
    after: dict[str, Any]


class Ledger:
    """The change records of one transaction."""

    def __init__(self, actor: Actor) -> None:
        self._who = (actor.name, actor.origin, actor.on_behalf_of)
        self._waiting: list[tuple[object, ...]] = []
        self.appended = False

    def note(
        self,
        action: Action,
        kind: Kind,
        object_id: int,
        key: str,
        domain_name: str,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """Record one change of one object; `before` and `after` hold no secret."""
        self._waiting.append((action.value, kind.value, object_id, key, domain_name, before or {}, after or {}))
        if len(self._waiting) >= _BATCH:
            self.append()

    def note_past(self, deeds: Sequence["Deed"]) -> None:
        """Record what others did, elsewhere and earlier; it concerns nothing that is here.

        The numbers follow the order of commits as any others; only the dates are those of the deeds.
        """
        self.append()
        what = (Action.DO.value, Kind.OLD_HOST.value, 0)
        self._number(
            [(one.at, one.actor, one.origin, "", *what, one.key, one.domain_name, {}, one.after) for one in deeds]
        )

    def append(self) -> None:
        """Give the waiting records their numbers and write them."""
        if self._waiting:
            # Not before what the records tell of was made: a reader may go by that.
            who = (timezone.now(), *self._who)
            self._number([(*who, *told) for told in self._waiting])
            self._waiting = []

    def _number(self, records: list[tuple[object, ...]]) -> None:
        count = len(records)
        FeedHead.objects.filter(pk=1).update(number=F("number") + count)
        first = FeedHead.objects.get(pk=1).number - count + 1
        _insert([(number, *record) for number, record in enumerate(records, start=first)])
        self.appended = True

    def request(self, wanted: requests.TypedRequest) -> None:
        """Ask the privileged worker for something, if the transaction comes to its end."""
        requests.record(wanted)


@contextmanager
def changes(actor: Actor) -> Iterator[Ledger]:
    """The transaction of a use case: all of it and its change records, or nothing.

    The feed's head is locked from the beginning, so that use cases run one after the other on every
    database, as SQLite has it anyway: numbers follow the order of commits without gaps, and no rule
    about other rows (limits, loops) can be got round by two at once. Compute hashes before.
    """
    configure.require_no_move()
    with translated(), _head_held():
        ledger = Ledger(actor)
        yield ledger
        ledger.append()
    if ledger.appended:
        doings.changed()


def _head_held() -> ExitStack:
    """A transaction that holds the feed's head.

    A connection that was lost since it was last used is only seen now, when nothing is done yet: then another one is
    made, and so after two transactions stood in each other's way. Later it would be for who knows all that was done.
    """
    inside = connection.in_atomic_block
    for last in (False, False, True):
        try:
            with ExitStack() as stack:
                stack.enter_context(transaction.atomic())
                if not FeedHead.objects.select_for_update().filter(pk=1).exists():
                    raise DatabaseFault(N_("The accounts database has no feed."), N_("Run 'carteiro apply' as root."))
                return stack.pop_all()
        except Error as error:
            if last or inside or not troubles.passes(error):
                raise
            connection.close()
    raise AssertionError


def head() -> Head:
    """The number of the last change (0 before the first) and the database's identity."""
    with translated():
        row = FeedHead.objects.filter(pk=1).first()
    if row is None:
        raise DatabaseFault(N_("The accounts database has no feed."), N_("Run 'carteiro apply' as root."))
    return Head(row.number, row.identity)


def after(position: int, limit: int = 1000) -> list[Change]:
    """The next changes after a position, in order, at most `limit`."""
    with translated():
        return list(Change.objects.filter(number__gt=position).order_by("number")[:limit])


def _insert(rows: Sequence[tuple[object, ...]]) -> None:
    # Half of a bulk import's time went into model instances and statements for these rows; one prepared
    # statement for all takes a tenth of that. The fields still turn values into the database's form.
    fields = [field for field in Change._meta.concrete_fields if not field.primary_key]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(Change._meta.db_table)
    prepared = [
        [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", prepared)  # noqa: S608 - own names only


def differences(before: dict[str, Any], now: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of two records of one object, the entries that differ."""
    names = [name for name in now if before.get(name) != now[name]]
    return {name: before.get(name) for name in names}, {name: now[name] for name in names}
