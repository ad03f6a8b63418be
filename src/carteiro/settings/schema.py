"""Every host setting: its type, its default, and one sentence that says what it does."""

from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from carteiro.mail.size import parse_size, show_size
from carteiro.settings.database import Database
from carteiro.settings.kinds import (
    Allowed,
    Bytes,
    FilePath,
    Flag,
    Hop,
    HostName,
    IpAddress,
    IpAddressOrNone,
    ListenAddress,
    MailAddress,
    Port,
    Text,
)
from carteiro.words import N_


def _without_repetition(values: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(values)) != len(values):
        raise PydanticCustomError("repeated", "repeated")
    return values


def _ascending(values: tuple[int, ...]) -> tuple[int, ...]:
    if list(values) != sorted(set(values)):
        raise PydanticCustomError("order", "not ascending")
    return values


class Section(BaseModel):
    """A table of the settings file."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=False)


class Listen(Section):
    """Where the host answers. A port of 0 turns that service off."""

    addresses: Annotated[
        tuple[ListenAddress, ...],
        Field(min_length=1),
        AfterValidator(_without_repetition),
        Allowed(N_('a list of different IP addresses, or ["*"] for all that the machine has')),
    ] = Field(("*",), description="The addresses that every service listens on.")
    smtp: Port = Field(25, description="Mail from other hosts (SMTP with STARTTLS).")
    submission: Port = Field(587, description="Mail from the users' programs (STARTTLS).")
    submissions: Port = Field(465, description="Mail from the users' programs (TLS from the first byte).")
    imap: Port = Field(143, description="IMAP with STARTTLS.")
    imaps: Port = Field(993, description="IMAP over TLS.")
    pop3: Port = Field(110, description="POP3 with STLS.")
    pop3s: Port = Field(995, description="POP3 over TLS.")
    managesieve: Port = Field(4190, description="Filter scripts (ManageSieve with STARTTLS).")
    https: Port = Field(443, description="The panel (HTTPS); 0 turns the whole panel off.")
    http: Port = Field(
        80, description="Redirects to the panel, and answers whoever issues certificates (ACME) in the instance's name."
    )
    reinject: Annotated[int, Field(strict=True, ge=1, le=65535), Allowed(N_("a port from 1 to 65535"))] = Field(
        10025,
        description="Internal loopback port through which filters send mail; only our own certificate may use it.",
    )

    @property
    def internal(self) -> str:
        """The loopback address of what only this host may use: the instance's own if it has one."""
        first = self.addresses[0]
        return first if first != "*" and ip_address(first).is_loopback else "127.0.0.1"


class Tls(Section):
    """The host's certificate."""

    certificate: FilePath = Field(
        "",
        description="The certificate with its chain, PEM; empty means tls/host.crt beside the settings file.",
    )
    key: FilePath = Field(
        "", description="The key of the certificate, PEM; empty means tls/host.key beside the settings file."
    )


class Mail(Section):
    """Sizes, limits and what is done with stored mail."""

    message_size_limit: Annotated[
        Bytes,
        Field(ge=parse_size("64K"), le=parse_size("2047M")),
        Allowed(N_('a size in quotes from "64K" to "2047M"'), show_size),
    ] = Field(
        parse_size("50M"),
        description="The largest message that is taken or sent, as it travels (attachments grow by a third).",
    )
    default_quota: Bytes = Field(
        parse_size("2G"),
        description='The quota of a new mailbox where its domain says nothing else; "0" means no limit.',
    )
    bin_days: Annotated[int, Field(strict=True, ge=0, le=3650), Allowed(N_("days from 0 to 3650"))] = Field(
        30, description="Days that a removed domain, mailbox or alias and its mail can be restored."
    )
    quota_warnings: Annotated[
        tuple[Annotated[int, Field(strict=True, ge=1, le=99)], ...],
        Field(max_length=5),
        AfterValidator(_ascending),
        Allowed(N_("a list of at most five ascending percentages from 1 to 99")),
    ] = Field((80, 95), description="How full a mailbox is, in per cent, when its owner is told.")
    full_text_search: Flag = Field(
        True, description="Keep an index of the words in every mailbox, so that searches are fast."
    )


class Outgoing(Section):
    """How mail leaves the host."""

    smarthost: Hop = Field(
        "", description="The host that all outgoing mail is handed to; empty means each domain's own MX."
    )
    username: Text = Field("", description="The name to log in to the smarthost with; empty means no login.")
    password_file: FilePath = Field("", description="A file whose only line is the password for the smarthost.")
    bind_address: IpAddressOrNone = Field(
        "", description="The address that outgoing connections come from; empty leaves it to the system."
    )
    tls: Annotated[Literal["opportunistic", "required"], Allowed(N_('"opportunistic" or "required"'))] = Field(
        "opportunistic",
        description="Whether TLS is a must for mail that leaves; DANE is used by itself where the resolver validates.",
    )


class Dns(Section):
    """Where names are looked up."""

    nameservers: Annotated[
        tuple[IpAddress, ...],
        Field(max_length=3),
        AfterValidator(_without_repetition),
        Allowed(N_("a list of at most three different IP addresses")),
    ] = Field(
        (), description="The resolvers that the engines ask; empty means those of the machine's /etc/resolv.conf."
    )


class Fetch(Section):
    """Mail fetched from the users' accounts elsewhere."""

    private_networks: Flag = Field(
        False,
        description="Whether those servers may be on private networks or this machine, and not only on the internet.",
    )
    authorities: FilePath = Field(
        "", description="Who signs the certificates of those servers, PEM; empty means those that the system trusts."
    )


class Limits(Section):
    """Bounds that keep one client from using the host up."""

    connections_per_client: Annotated[
        int, Field(strict=True, ge=1, le=1000), Allowed(N_("a number from 1 to 1000"))
    ] = Field(50, description="SMTP connections that one address may hold at a time.")
    recipients_per_message: Annotated[
        int, Field(strict=True, ge=100, le=100_000), Allowed(N_("a number from 100 to 100000"))
    ] = Field(1000, description="Recipients that one message may have (RFC 5321 asks for 100 at least).")
    smtp_processes: Annotated[int, Field(strict=True, ge=10, le=5000), Allowed(N_("a number from 10 to 5000"))] = Field(
        100, description="Processes that each of Postfix's services may have."
    )
    connections_per_user: Annotated[int, Field(strict=True, ge=1, le=1000), Allowed(N_("a number from 1 to 1000"))] = (
        Field(20, description="IMAP, and again POP3, connections that one user may hold from one address at a time.")
    )
    sessions: Annotated[int, Field(strict=True, ge=10, le=100_000), Allowed(N_("a number from 10 to 100000"))] = Field(
        2000, description="IMAP, and again POP3, sessions that the host holds at a time."
    )


class Settings(Section):
    """The host itself."""

    hostname: HostName = Field(
        description="The full name of this host, as in its MX and PTR records and in its certificate.",
    )
    database: Database = Field(
        "sqlite",
        description="Where the accounts are; sqlite is the embedded database of this instance. "
        "`carteiro database move` changes it and takes the accounts along.",
    )
    postmaster: MailAddress = Field(
        "", description="Who gets the mail for postmaster and the notices of this host; empty means nobody."
    )
    listen: Listen = Listen()
    tls: Tls = Tls()
    mail: Mail = Mail()
    outgoing: Outgoing = Outgoing()
    dns: Dns = Dns()
    fetch: Fetch = Fetch()
    limits: Limits = Limits()
