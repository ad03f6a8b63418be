"""The kinds of values that settings have, each with the sentence that says what is allowed."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from carteiro.mail.address import parse_target
from carteiro.mail.domain import parse_domain
from carteiro.mail.next_hop import parse_next_hop
from carteiro.mail.shown import shown
from carteiro.mail.size import parse_size, show_size
from carteiro.words import N_, Fault

Value = TypeVar("Value")

_NOT_IN_PATHS = re.compile(r"[^A-Za-z0-9._/@:+=,-]", re.ASCII)


@dataclass(frozen=True)
class Allowed:
    """What a setting takes, as a phrase for errors and for the reference; `written` is how the file has its value."""

    text: str
    written: Callable[[Any], object] = lambda value: value


class Refused(Fault):
    """A value that has the right type and is not allowed all the same."""

    code = "invalid"


def reads(parse: Callable[[str], Value]) -> BeforeValidator:
    """A validator that takes a string only, and hands a Fault of `parse` on to whoever shows the error."""

    def read(value: object) -> Value:
        if not isinstance(value, str):
            raise PydanticCustomError("wrong_type", "not a string")
        try:
            return parse(value)
        except Fault as fault:
            raise PydanticCustomError("refused", "refused", {"fault": fault}) from fault

    return BeforeValidator(read)


def _host_name(text: str) -> str:
    return parse_domain(text).ascii


def _address_or_none(text: str) -> str:
    return str(parse_target(text)) if text else ""


def _next_hop_or_none(text: str) -> str:
    return str(parse_next_hop(text)) if text else ""


def file_or_none(text: str) -> str:
    """An absolute path in characters that every engine takes, or nothing. Raises Refused."""
    if text and not text.startswith("/"):
        raise Refused(N_("it is not an absolute path."))
    odd = _NOT_IN_PATHS.search(text)
    if odd or ".." in text.split("/"):
        raise Refused(
            N_("it holds {part}, which not every engine takes."),
            part=shown(odd[0] if odd else ".."),
        )
    return text


def _ip_address(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise Refused(N_("{value} is not an IP address."), value=shown(text)) from None
    if "%" in text:
        raise Refused(N_("{value} has a zone, which the engines don't take."), value=shown(text))
    return str(address)


def _listen_address(text: str) -> str:
    if text == "*":
        return text
    address = _ip_address(text)
    if address in {"0.0.0.0", "::"}:
        raise Refused(N_('{value} is written as "*" here.'), value=shown(text))
    return address


def _ip_address_or_none(text: str) -> str:
    return _ip_address(text) if text else ""


def _one_line(text: str) -> str:
    if not text.isprintable() or len(text) > 255:
        raise Refused(N_("it has control characters or is longer than 255."))
    return text


HostName = Annotated[
    str, reads(_host_name), Allowed(N_("a full host name of two labels or more, such as mail.example.org"))
]
MailAddress = Annotated[str, reads(_address_or_none), Allowed(N_('an e-mail address, or "" for none'))]
Hop = Annotated[
    str, reads(_next_hop_or_none), Allowed(N_('a host with an optional port, such as smtp.example.org:587, or ""'))
]
FilePath = Annotated[
    str,
    reads(file_or_none),
    Allowed(N_('the absolute path of a file (letters, digits and . _ - / @ : + = ,), or ""')),
]
ListenAddress = Annotated[str, reads(_listen_address)]
IpAddress = Annotated[str, reads(_ip_address)]
IpAddressOrNone = Annotated[str, reads(_ip_address_or_none), Allowed(N_('an IP address, or ""'))]
Text = Annotated[str, reads(_one_line), Allowed(N_("a text of at most 255 characters without control characters"))]
Bytes = Annotated[
    int, reads(parse_size), Allowed(N_('a size in quotes, such as "50M" or "2G" (powers of 1024)'), show_size)
]
Flag = Annotated[bool, Field(strict=True), Allowed(N_("true or false"))]
Port = Annotated[int, Field(strict=True, ge=0, le=65535), Allowed(N_("a port from 1 to 65535, or 0 for off"))]
