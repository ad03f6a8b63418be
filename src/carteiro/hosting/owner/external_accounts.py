"""External accounts: mailboxes elsewhere whose mail the worker fetches into one of ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypedDict, Unpack

from django.conf import settings as django_settings
from django.utils import timezone

from carteiro.hosting import finding, texts
from carteiro.hosting.access import Actor, Right
from carteiro.hosting.errors import Invalid, Limit, translated
from carteiro.hosting.feed import Action, Kind, Ledger, changes, differences
from carteiro.hosting.models import ExternalAccount, Mailbox
from carteiro.mail.address import parse_domain
from carteiro.mail.filter_rule import parse_folder
from carteiro.mail.sealing import seal
from carteiro.words import N_, Fault
from carteiro.words.carrying import packed

PORTS = {ExternalAccount.Protocol.IMAP: 993, ExternalAccount.Protocol.POP3: 995}
"""Where TLS comes first (RFC 8314); nothing else is asked."""
MOST = 10  # of a mailbox
LEAST_MINUTES, MOST_MINUTES = 5, 24 * 60
# As the fetcher's own file takes it: no line of it may begin something else.
_NOT_IN_NAMES = frozenset('"\\')


@dataclass(frozen=True)
class NewAccount:
    """An account to be fetched from; the password is in the clear and is sealed before it is stored.

    One that is off may be without, until it is switched on.
    """

    protocol: str
    host: str
    username: str
    password: str
    port: int | None = None  # None: the usual one
    folder: str = "INBOX"
    keep: bool = True
    poll_minutes: int = 15
    active: bool = True


class Fields(TypedDict, total=False):
    """What can be set on an account."""

    protocol: str
    host: str
    port: int
    username: str
    password: str
    folder: str
    keep: bool
    poll_minutes: int
    active: bool


# With another one of these the password goes somewhere else: whoever changes them must know it.
_BOUND = ("protocol", "host", "port", "username")


def add(actor: Actor, address: str, new: NewAccount) -> ExternalAccount:
    """Have an account fetched from, the first time at once."""
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.MANAGE_EXTERNAL_ACCOUNTS, address)
        if mailbox.external_accounts.count() >= MOST:
            raise Limit(
                N_("{address} has {most} external accounts already."),
                N_("Remove one first."),
                address=mailbox.address,
                most=MOST,
            )
        row = ExternalAccount(
            mailbox=mailbox,
            protocol=new.protocol,
            host=new.host,
            port=PORTS.get(_protocol(new.protocol), 0) if new.port is None else new.port,
            username=new.username,
            folder=new.folder,
            keep=new.keep,
            poll_minutes=new.poll_minutes,
            active=new.active,
            due=timezone.now(),
        )
        _check(row)
        if new.active or new.password:
            _seal(row, new.password)
        row.save()
        _tell(ledger, Action.ADD, row, after=row.record())
    return row


def set_(actor: Actor, address: str, number: int, **fields: Unpack[Fields]) -> ExternalAccount:
    """Change what is given and nothing else; a change of where it is needs the password again."""
    password = fields.pop("password", None)
    with changes(actor) as ledger:
        row = _find(actor, Right.MANAGE_EXTERNAL_ACCOUNTS, address, number)
        before = row.record()
        for name, value in fields.items():
            setattr(row, name, value)
        _check(row)
        old, new = differences(before, row.record())
        if password is None and any(name in new for name in _BOUND):
            raise Invalid(
                N_("The password is needed again: it would go to another server or name."), N_("Type the password.")
            )
        if password is None and row.active and not row.sealed:
            raise Invalid(N_("The password is not here."), N_("Type the password."))
        if password is not None:
            _seal(row, password)
        if new or password is not None:
            row.due = timezone.now()
            row.save(update_fields=[*new, "sealed", "due"])
            _tell(ledger, Action.SET, row, before=old, after=new | ({} if password is None else {"password": "***"}))
    return row


def remove(actor: Actor, address: str, number: int) -> None:
    """Fetch no more from an account; what was fetched stays."""
    with changes(actor) as ledger:
        row = _find(actor, Right.MANAGE_EXTERNAL_ACCOUNTS, address, number)
        _tell(ledger, Action.REMOVE, row, before=row.record())
        row.delete()


def fetch_now(actor: Actor, address: str, number: int) -> ExternalAccount:
    """Let the worker look at once."""
    with translated():
        row = _find(actor, Right.MANAGE_EXTERNAL_ACCOUNTS, address, number)
        row.due = timezone.now()
        row.save(update_fields=["due"])
    return row


def get(actor: Actor, address: str, number: int) -> ExternalAccount:
    """The account of a mailbox that has that number."""
    with translated():
        return _find(actor, Right.SEE_MAILBOX, address, number)


def list_(actor: Actor, address: str) -> list[ExternalAccount]:
    """The accounts that a mailbox fetches from, the oldest first."""
    with translated():
        return list(finding.mailbox(actor, Right.SEE_MAILBOX, address).external_accounts.order_by("pk"))


def claim_due(most: int) -> Iterator[ExternalAccount]:
    """For the worker: accounts whose turn it is, at most so many; each is nobody else's until its next turn."""
    now = timezone.now()
    waiting = ExternalAccount.objects.filter(
        active=True, due__lte=now, mailbox__active=True, mailbox__domain__active=True
    )
    for row in waiting.select_related("mailbox").order_by("due")[:most]:
        following = now + timedelta(minutes=row.poll_minutes)
        if ExternalAccount.objects.filter(pk=row.pk, due=row.due).update(due=following):
            yield row


def ended(row: ExternalAccount, outcome: int | Fault, *, more: bool = False) -> None:
    """For the worker: how a turn ended, with so many messages or with a fault; with `more` the next turn is at once."""
    result = {"fault": packed(outcome)} if isinstance(outcome, Fault) else {"fetched": outcome}
    columns = {"ran": timezone.now(), "well": "fetched" in result, "result": result}
    ExternalAccount.objects.filter(pk=row.pk).update(**columns, **({"due": timezone.now()} if more else {}))


def purpose(row: ExternalAccount) -> list[str]:
    """What a password was sealed for: this mailbox, that name on that server, and nothing else."""
    return [row.mailbox.home, row.protocol, row.host, str(row.port), row.username]


def _check(row: ExternalAccount) -> None:
    row.protocol = _protocol(row.protocol)
    row.host = parse_domain(row.host).ascii
    row.folder = parse_folder(row.folder) if row.protocol == ExternalAccount.Protocol.IMAP else "INBOX"
    _one_word("username", row.username)
    _one_word("folder", row.folder)
    _within("port", row.port, 1, 65535)
    _within("poll_minutes", row.poll_minutes, LEAST_MINUTES, MOST_MINUTES)


def _protocol(name: str) -> ExternalAccount.Protocol:
    try:
        return ExternalAccount.Protocol(name)
    except ValueError:
        raise Invalid(
            N_("{given} is no protocol to fetch mail with."),
            N_("Choose of {known}."),
            given=name,
            known=", ".join(ExternalAccount.Protocol.values),
        ) from None


def _one_word(field: str, value: str) -> None:
    texts.one_line(field, value)
    if not value.strip() or _NOT_IN_NAMES & set(value):
        raise Invalid(
            N_("The {field} is empty, or holds quotes or backslashes."), N_("Write it without these."), field=field
        )


def _within(field: str, value: int, least: int, largest: int) -> None:
    if not least <= value <= largest:
        raise Invalid(
            N_("{field} can't be {value}."),
            N_("Give a number from {least} to {largest}."),
            field=field,
            value=value,
            least=least,
            largest=largest,
        )


def _seal(row: ExternalAccount, password: str) -> None:
    if not password or not password.isprintable():
        raise Invalid(N_("The password is empty or holds control characters."), N_("Type it again."))
    public = Path(django_settings.CARTEIRO_SEALING_KEY)
    try:
        key = public.read_bytes()
    except OSError as error:
        raise Invalid(
            N_("The key to seal passwords with can't be read: {reason}."),
            N_("Run 'carteiro apply' as root."),
            reason=error.strerror,
        ) from error
    row.sealed = seal(key, password, purpose(row))


def _find(actor: Actor, right: Right, address: str, number: int) -> ExternalAccount:
    mailbox: Mailbox = finding.mailbox(actor, right, address)
    row = mailbox.external_accounts.filter(pk=number).first()
    if row is None:
        known = [str(key) for key in mailbox.external_accounts.values_list("pk", flat=True)]
        raise finding.missing(N_("There is no external account {key} of that mailbox."), str(number), known)
    return row


def _tell(
    ledger: Ledger,
    action: Action,
    row: ExternalAccount,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    box = row.mailbox
    ledger.note(action, Kind.EXTERNAL_ACCOUNT, row.pk, box.address, box.domain.name, before=before, after=after)
