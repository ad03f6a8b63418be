"""What a mail program must be told to reach a mailbox, in the forms in which programs ask for it."""

import plistlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

# Setting of [listen] → protocol, and whether TLS is there from the first byte (RFC 8314 prefers it).
_KINDS = {
    "imaps": ("imap", True),
    "imap": ("imap", False),
    "pop3s": ("pop3", True),
    "pop3": ("pop3", False),
    "submissions": ("smtp", True),
    "submission": ("smtp", False),
}


@dataclass(frozen=True)
class Server:
    """A listener as programs are told of it."""

    protocol: str  # imap, pop3 or smtp
    host: str
    port: int
    implicit_tls: bool

    @property
    def security(self) -> str:
        """As programs call it."""
        return "SSL/TLS" if self.implicit_tls else "STARTTLS"


def servers_of(host: str, ports: Mapping[str, int]) -> list[Server]:
    """The listeners that are on, the best of each protocol first; `ports` by the names of the settings."""
    return [Server(protocol, host, ports[name], tls) for name, (protocol, tls) in _KINDS.items() if ports.get(name)]


def autoconfig(domain: str, servers: Sequence[Server]) -> str:
    """Thunderbird's config-v1.1.xml (https://wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat)."""
    name = escape(domain)
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <emailProvider id={quoteattr(domain)}>
    <domain>{name}</domain>
    <displayName>{name}</displayName>
    <displayShortName>{name}</displayShortName>
{"".join(_autoconfig_server(server) for server in servers)}\
  </emailProvider>
</clientConfig>
"""


def _autoconfig_server(server: Server) -> str:
    kind = "outgoingServer" if server.protocol == "smtp" else "incomingServer"
    return f"""\
    <{kind} type="{server.protocol}">
      <hostname>{escape(server.host)}</hostname>
      <port>{server.port}</port>
      <socketType>{"SSL" if server.implicit_tls else "STARTTLS"}</socketType>
      <authentication>password-cleartext</authentication>
      <username>%EMAILADDRESS%</username>
    </{kind}>
"""


_OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover"


def autodiscover(address: str, servers: Sequence[Server]) -> str:
    """Outlook's answer, plain old XML ([MS-OXDSCLI] section 2.2.4)."""
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<Autodiscover xmlns="{_OUTLOOK}/responseschema/2006">
  <Response xmlns="{_OUTLOOK}/outlook/responseschema/2006a">
    <Account>
      <AccountType>email</AccountType>
      <Action>settings</Action>
{"".join(_autodiscover_server(address, server) for server in _best(servers))}\
    </Account>
  </Response>
</Autodiscover>
"""


def _autodiscover_server(address: str, server: Server) -> str:
    encryption = "" if server.implicit_tls else "        <Encryption>TLS</Encryption>\n"
    return f"""\
      <Protocol>
        <Type>{server.protocol.upper()}</Type>
        <Server>{escape(server.host)}</Server>
        <Port>{server.port}</Port>
        <LoginName>{escape(address)}</LoginName>
        <SPA>off</SPA>
        <SSL>on</SSL>
{encryption}\
        <AuthRequired>on</AuthRequired>
      </Protocol>
"""


def mobileconfig(address: str, name: str, servers: Sequence[Server]) -> bytes:
    """Apple's profile for an account of Mail (Device Management: com.apple.mail.managed); the password is asked for."""
    best = {server.protocol: server for server in _best(servers)}
    incoming, outgoing = best.get("imap") or best.get("pop3"), best.get("smtp")
    mail: dict[str, object] = {
        **_payload("com.apple.mail.managed", f"mail.{address}", address),
        "EmailAccountDescription": address,
        "EmailAccountName": name or address,
        "EmailAddress": address,
    }
    if incoming is not None:
        mail["EmailAccountType"] = "EmailTypeIMAP" if incoming.protocol == "imap" else "EmailTypePOP"
        mail |= _apple_server("Incoming", address, incoming)
    if outgoing is not None:
        mail |= _apple_server("Outgoing", address, outgoing)
        mail["OutgoingPasswordSameAsIncomingPassword"] = incoming is not None
    profile = {**_payload("Configuration", f"profile.{address}", address), "PayloadContent": [mail]}
    return plistlib.dumps(profile)


def _payload(kind: str, identifier: str, shown: str) -> dict[str, object]:
    # The same each time, so that a profile that is loaded again takes the place of the earlier one.
    number = uuid.uuid5(uuid.NAMESPACE_DNS, f"carteiro.{identifier}")
    return {
        "PayloadType": kind,
        "PayloadVersion": 1,
        "PayloadIdentifier": f"carteiro.{identifier}",
        "PayloadUUID": str(number).upper(),
        "PayloadDisplayName": shown,
    }


def _apple_server(way: str, address: str, server: Server) -> dict[str, object]:
    return {
        f"{way}MailServerHostName": server.host,
        f"{way}MailServerPortNumber": server.port,
        f"{way}MailServerUseSSL": True,
        f"{way}MailServerUsername": address,
        f"{way}MailServerAuthentication": "EmailAuthPassword",
    }


def _best(servers: Sequence[Server]) -> list[Server]:
    """The first of each protocol."""
    first: dict[str, Server] = {}
    for server in servers:
        first.setdefault(server.protocol, server)
    return list(first.values())
