"""Where the accounts are, as one text: an embedded file, or a server with all that is needed to reach it."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from carteiro.mail.shown import shown
from carteiro.settings.kinds import Allowed, Refused, file_or_none, reads
from carteiro.words import N_

_KNOWN = ("socket", "password_file", "tls", "ca", "certificate", "key")
_SOCKETS = {"mysql": "/run/mysqld/mysqld.sock", "postgresql": "/run/postgresql"}
_PORTS = {"mysql": 3306, "postgresql": 5432}
_IN_NAMES = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")


class Encryption(StrEnum):
    """What is asked of the way to the server."""

    OFF = "off"  # in the clear
    ENCRYPT = "encrypt"  # TLS, with whatever certificate
    VERIFY = "verify"  # TLS, with a certificate of a trusted authority in the host's name


@dataclass(frozen=True)
class Location:
    """One accounts database. `kind` is sqlite, mysql (MariaDB and MySQL) or postgresql.

    For SQLite `path` is its file; empty is the instance's own. For a server `host` is a name or an IP address, or empty
    where `socket` is used: the socket itself (MySQL) or the directory that it is in (PostgreSQL).
    """

    kind: str
    text: str  # as it is in the settings; it never holds a secret
    path: str = ""
    user: str = ""
    host: str = ""
    port: int = 0
    name: str = ""
    socket: str = ""
    password_file: str = ""
    tls: Encryption = Encryption.OFF
    ca: str = ""
    certificate: str = ""
    key: str = ""

    def shown(self) -> str:
        """What people know it by: without the options."""
        return self.text.partition("?")[0]


def parse_location(text: str) -> Location:
    """Read `sqlite`, `sqlite:///path`, `mysql://user@host:port/name?option=value` or `postgresql://…` (RFC 3986).

    Raises Refused, whose text never repeats a password.
    """
    if text == "sqlite":
        return Location("sqlite", text)
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise Refused(N_("it is no address of a database.")) from None
    if any(character.isspace() or not character.isprintable() for character in text):
        raise Refused(N_("it holds white space."))
    if url.scheme == "sqlite":
        return _file(text, url)
    if url.scheme not in _PORTS:
        raise Refused(N_("it is of a kind that is not known here."))
    if url.password is not None or url.fragment:
        raise Refused(
            N_("a password does not belong here. Write it into a file and add ?password_file=/path/of/the/file.")
        )
    return _server(text, url, port)


def _file(text: str, url: SplitResult) -> Location:
    if url.netloc or url.query or url.fragment:
        raise Refused(N_("a file is named as sqlite:///path, with three slashes."))
    path = "/" + unquote(url.path).lstrip("/")
    if path == "/" or path.endswith("/"):
        raise Refused(N_("it names no file."))
    return Location("sqlite", text, path=file_or_none(path))


def _server(text: str, url: SplitResult, port: int | None) -> Location:
    options = _options(url.query)
    host = (url.hostname or "").lower()
    if host and "socket" in options:
        raise Refused(N_("it has a host and a socket."))
    if port == 0 or (port is not None and not host and url.scheme == "mysql"):
        raise Refused(N_("its port is none, or has no host."))
    location = Location(
        kind=url.scheme,
        text=text,
        user=_name(unquote(url.username or "carteiro"), N_("its user {value} has characters other than a-z 0-9 . _ -")),
        host=host,
        # PostgreSQL's sockets have the port in their names.
        port=(port or _PORTS[url.scheme]) if host or url.scheme == "postgresql" else 0,
        name=_name(unquote(url.path[1:]), N_("its database {value} has characters other than a-z 0-9 . _ -")),
        socket="" if host else options.get("socket") or _SOCKETS[url.scheme],
        password_file=options.get("password_file", ""),
        tls=_encryption(options, host),
        ca=options.get("ca", ""),
        certificate=options.get("certificate", ""),
        key=options.get("key", ""),
    )
    _check_tls(location)
    return location


def _options(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, strict_parsing=True, keep_blank_values=True) if query else []
    except ValueError:
        raise Refused(N_("what follows ? is written as name=value, with & between.")) from None
    options: dict[str, str] = {}
    for name, value in pairs:
        if name not in _KNOWN:
            raise Refused(N_("{name} is no option; known are {known}."), name=shown(name), known=", ".join(_KNOWN))
        if name in options or not value:
            raise Refused(N_("{name} is given twice, or is empty."), name=shown(name))
        options[name] = value if name == "tls" else file_or_none(value)
    return options


def _encryption(options: dict[str, str], host: str) -> Encryption:
    given = options.get("tls")
    if given is None:
        return Encryption.VERIFY if host and (not _on_this_machine(host) or "ca" in options) else Encryption.OFF
    if given not in Encryption.__members__.values():
        raise Refused(N_("tls is one of {known}."), known=", ".join(Encryption))
    return Encryption(given)


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_tls(location: Location) -> None:
    if location.tls is Encryption.OFF and (location.ca or location.certificate or location.key):
        raise Refused(N_("certificates need TLS, which is off here."))
    if location.tls is not Encryption.OFF and not location.host:
        raise Refused(N_("TLS needs a host; a socket has none."))
    if bool(location.certificate) != bool(location.key):
        raise Refused(N_("certificate and key belong together."))


def _name(value: str, reason: str) -> str:
    if not value or len(value) > 63 or not _IN_NAMES.issuperset(value):
        raise Refused(reason, value=shown(value))
    return value


def sqlite_text(path: str) -> str:
    """The text of an embedded database at `path`."""
    return f"sqlite://{quote(path)}"


def _location(text: str) -> str:
    return parse_location(text).text


Database = Annotated[
    str,
    reads(_location),
    Allowed(
        N_(
            '"sqlite", "sqlite:///PATH", "mysql://USER@HOST/NAME" or "postgresql://USER@HOST/NAME"; a server may have '
            "?password_file=PATH, &socket=PATH, &tls=off, encrypt or verify, &ca=PATH, &certificate=PATH and &key=PATH"
        )
    ),
]
