"""Rules across settings, each with an id and a hint; what one value may be is in the schema."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from carteiro.mail.next_hop import parse_next_hop
from carteiro.mail.size import show_size
from carteiro.settings.schema import Settings
from carteiro.words import N_

SERVICES = (
    "smtp",
    "submission",
    "submissions",
    "imap",
    "imaps",
    "pop3",
    "pop3s",
    "managesieve",
    "https",
    "http",
    "reinject",
)
"""The settings of `[listen]` that are ports."""


@dataclass(frozen=True)
class Finding:
    """Where the settings break a rule: the setting to look at, the reason and the hint."""

    key: str
    text: str
    hint: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """A rule across settings: its lasting id, what it asks (for the reference), and what finds where it is broken."""

    id: str
    asks: str
    find: Callable[[Settings], Iterator[Finding]]


def findings(settings: Settings) -> tuple[tuple[Rule, Finding], ...]:
    """Every place where `settings` break a rule, in the order of the ids."""
    return tuple((rule, finding) for rule in RULES for finding in rule.find(settings))


def _two_services_on_a_port(settings: Settings) -> Iterator[Finding]:
    taken: dict[int, str] = {}
    for service in SERVICES:
        port = getattr(settings.listen, service)
        if port and port in taken:
            yield Finding(
                f"listen.{service}",
                N_("port {port} is the one of {other} too."),
                N_("Give each service a port of its own, or 0 to turn it off."),
                {"port": port, "other": f"listen.{taken[port]}"},
            )
        taken.setdefault(port, service)


def _every_address_and_one(settings: Settings) -> Iterator[Finding]:
    if "*" in settings.listen.addresses and len(settings.listen.addresses) > 1:
        yield Finding(
            "listen.addresses",
            N_('"*" means every address already.'),
            N_('Leave out "*", or everything else.'),
        )


def _half_a_certificate(settings: Settings) -> Iterator[Finding]:
    given = {"tls.certificate": settings.tls.certificate, "tls.key": settings.tls.key}
    if any(given.values()) and not all(given.values()):
        present, absent = sorted(given, key=lambda name: not given[name])
        yield Finding(
            present,
            N_("it is given without {absent}."),
            N_("Give the certificate and its key, or neither."),
            {"absent": absent},
        )


def _half_a_login(settings: Settings) -> Iterator[Finding]:
    given = {"outgoing.username": settings.outgoing.username, "outgoing.password_file": settings.outgoing.password_file}
    if any(given.values()) and not all(given.values()):
        present, absent = sorted(given, key=lambda name: not given[name])
        yield Finding(
            present,
            N_("it is given without {absent}."),
            N_("Give the user name and the file with the password, or neither."),
            {"absent": absent},
        )


def _login_without_a_smarthost(settings: Settings) -> Iterator[Finding]:
    if settings.outgoing.username and not settings.outgoing.smarthost:
        yield Finding(
            "outgoing.username",
            N_("there is no smarthost to log in to."),
            N_("Set outgoing.smarthost; the login of one domain's next hop belongs to carteiro transport."),
        )


def _password_in_the_clear(settings: Settings) -> Iterator[Finding]:
    if settings.outgoing.username and settings.outgoing.tls != "required":
        yield Finding(
            "outgoing.tls",
            N_("with opportunistic TLS the password could go out in the clear."),
            N_('Set outgoing.tls = "required".'),
        )


def _smarthost_is_this_host(settings: Settings) -> Iterator[Finding]:
    if settings.outgoing.smarthost and parse_next_hop(settings.outgoing.smarthost).host == settings.hostname:
        yield Finding(
            "outgoing.smarthost",
            N_("it is this host itself, so that mail would go in a circle."),
            N_("Name the provider's host, or leave it empty."),
        )


def _message_larger_than_a_mailbox(settings: Settings) -> Iterator[Finding]:
    mail = settings.mail
    if 0 < mail.default_quota < mail.message_size_limit:
        yield Finding(
            "mail.message_size_limit",
            N_("a message of {limit} fits in no mailbox of {quota}."),
            N_("Lower it, or raise mail.default_quota."),
            {"limit": show_size(mail.message_size_limit), "quota": show_size(mail.default_quota)},
        )


def _postmaster_at_this_host(settings: Settings) -> Iterator[Finding]:
    if settings.postmaster.endswith(f"@{settings.hostname}"):
        yield Finding(
            "postmaster",
            N_("the host's own name has no mailboxes, so that mail would go in a circle."),
            N_("Name a mailbox of a hosted domain, or an address elsewhere."),
        )


def _more_connections_than_processes(settings: Settings) -> Iterator[Finding]:
    limits = settings.limits
    if limits.connections_per_client > limits.smtp_processes:
        yield Finding(
            "limits.connections_per_client",
            N_("one client could hold all {processes} processes of SMTP."),
            N_("Lower it, or raise limits.smtp_processes."),
            {"processes": limits.smtp_processes},
        )


RULES: tuple[Rule, ...] = (
    Rule("E001", "Each service has a port of its own.", _two_services_on_a_port),
    Rule("E002", '`"*"` stands alone in `listen.addresses`.', _every_address_and_one),
    Rule("E003", "A certificate and its key are given together.", _half_a_certificate),
    Rule("E004", "The user name and the password file for the smarthost are given together.", _half_a_login),
    Rule("E005", "A login needs a smarthost.", _login_without_a_smarthost),
    Rule("E006", 'A login at the smarthost needs `tls = "required"`.', _password_in_the_clear),
    Rule("E007", "The smarthost is another host.", _smarthost_is_this_host),
    Rule("E008", "The largest message fits in a mailbox of the default quota.", _message_larger_than_a_mailbox),
    Rule("E009", "The postmaster is not an address at the host's own name.", _postmaster_at_this_host),
    Rule("E010", "One client can't hold every process of SMTP.", _more_connections_than_processes),
)
"""Every rule; an id is never given to another one."""
