"""Transports: the next hop of all mail for a domain, in place of its MX."""

from collections.abc import Iterator

from carteiro.hosting import finding, texts
from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.errors import Exists, Invalid, translated
from carteiro.hosting.feed import Action, Kind, changes, differences
from carteiro.hosting.models import Binned, Transport
from carteiro.hosting.wastebin import bin as bins
from carteiro.hosting.wastebin import snapshots
from carteiro.mail.address import parse_domain
from carteiro.mail.next_hop import NextHop
from carteiro.words import N_

_LONGEST_PASSWORD = 512


def set_(actor: Actor, domain: str, hop: NextHop, *, username: str = "", password: str = "") -> Transport:
    """Send mail for a domain, hosted here or not, to a next hop; with a user name it authenticates there."""
    name = parse_domain(domain).ascii
    require(actor, Right.MANAGE_TRANSPORTS, thing=name)
    _check_login(username, password)
    with changes(actor) as ledger:
        row = Transport.objects.filter(domain_name=name).first()
        before = row.record() if row else {}
        changed = row is None or row.password != password
        row = row or Transport(domain_name=name)
        row.host, row.port, row.username, row.password = hop.host, hop.port, username, password
        row.save()
        old, new = differences(before, row.record())
        if password and changed:
            new["password"] = "changed"  # noqa: S105 - a word for the log, no password
        if new or changed:
            action = Action.SET if before else Action.ADD
            ledger.note(action, Kind.TRANSPORT, row.pk, name, name, before=old if before else {}, after=new)
    return row


def remove(actor: Actor, domain: str) -> Binned:
    """Move a transport to the bin: mail for the domain goes where its MX says again."""
    with changes(actor) as ledger:
        row = _find(actor, domain)
        name = row.domain_name
        ledger.note(Action.REMOVE, Kind.TRANSPORT, row.pk, name, name, before=row.record())
        binned = bins.put(Kind.TRANSPORT, name, name, snapshots.of_transport(row))
        row.delete()
    return binned


def restore(actor: Actor, domain: str) -> Transport:
    """Have a removed transport back, with its login."""
    name = parse_domain(domain).ascii
    require(actor, Right.MANAGE_TRANSPORTS, thing=name)
    with changes(actor) as ledger:
        binned = bins.latest(Kind.TRANSPORT, name)
        if Transport.objects.filter(domain_name=name).exists():
            raise Exists(
                N_("{domain} has another next hop by now."),
                N_("Remove that one first, and restore again."),
                domain=name,
            )
        row = snapshots.make_transport(binned.snapshot)
        binned.delete()
        ledger.note(Action.RESTORE, Kind.TRANSPORT, row.pk, name, name, after=row.record())
    return row


def get(actor: Actor, domain: str) -> Transport:
    """The transport of a domain."""
    with translated():
        return _find(actor, domain)


def find(actor: Actor, domain: str) -> Transport | None:
    """The transport of a domain, or None where its MX record says where its mail goes."""
    name = parse_domain(domain).ascii
    require(actor, Right.MANAGE_TRANSPORTS, thing=name)
    with translated():
        return Transport.objects.filter(domain_name=name).first()


def list_(actor: Actor) -> Iterator[Transport]:
    """All transports by domain."""
    require(actor, Right.MANAGE_TRANSPORTS, thing="transports")
    with translated():
        yield from Transport.objects.order_by("domain_name")


def _find(actor: Actor, domain: str) -> Transport:
    name = parse_domain(domain).ascii
    require(actor, Right.MANAGE_TRANSPORTS, thing=name)
    row = Transport.objects.filter(domain_name=name).first()
    if row is None:
        known = Transport.objects.order_by("domain_name").values_list("domain_name", flat=True)
        raise finding.missing(N_("There is no transport of {key}."), name, known)
    return row


def _check_login(username: str, password: str) -> None:
    texts.one_line("username", username)
    # smtp_sasl_password_maps holds "username:password" on one line.
    if ":" in username:
        raise Invalid(N_("The user name can't hold a colon."), N_("Ask the other host for one without."))
    if len(password) > _LONGEST_PASSWORD or not password.isprintable():
        raise Invalid(N_("The password is too long or holds control characters."), N_("Give one line of at most 512."))
    if bool(username) != bool(password):
        raise Invalid(N_("A user name and a password go together."), N_("Give both, or none."))
