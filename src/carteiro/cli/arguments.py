"""The kinds of values that options take, and how they are read."""

import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import typer

from carteiro.mail.size import parse_size
from carteiro.words import N_, Fault


class YesNo(StrEnum):
    """A switch that can be left as it is."""

    YES = "yes"
    NO = "no"


Switch = YesNo | None


def size(text: str | None) -> int | None:
    """ "2G" as bytes; None stays None."""
    return None if text is None else parse_size(text)


def limit(text: str, read: Callable[[str], int] = int) -> int | None:
    """A limit: a number, or "none" for no limit. Raises Fault for anything else."""
    if text.lower() == "none":
        return None
    try:
        return read(text)
    except ValueError:
        raise Fault(
            N_("{value!r} is not a limit."), N_('Give a number from 0 on, or "none".'), code="invalid", value=text
        ) from None


def given(**options: object) -> dict[str, Any]:
    """The options that were given: those that are not None, switches as booleans."""
    return {
        name: value is YesNo.YES if isinstance(value, YesNo) else value
        for name, value in options.items()
        if value is not None
    }


def limits(**texts: str | None) -> dict[str, Any]:
    """The limits that were given; those that hold sizes are named with "quota"."""
    return {
        name: limit(text, parse_size if "quota" in name else int) for name, text in texts.items() if text is not None
    }


def words(text: str | None) -> list[str] | None:
    """ "one, two" as a list; None stays None."""
    return None if text is None else text.replace(",", " ").split()


def confirm(question: str, *, yes: bool) -> None:
    """Ask before something that hurts; without a terminal only --yes will do."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Fault(N_("This needs a yes, and there is nobody to ask."), N_("Add --yes."), code="unconfirmed")
    typer.confirm(question, abort=True)


HttpsPort = Annotated[
    int | None,
    typer.Option(metavar="PORT", min=0, max=65535, help="The panel's port, 443 if not given; 0 for no panel."),
]
HttpPort = Annotated[
    int | None,
    typer.Option(metavar="PORT", min=0, max=65535, help="The port that leads to it, 80 if not given; 0 for none."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
DomainName = Annotated[str, typer.Argument(metavar="DOMAIN", help="The domain's name.")]
AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="The address, local@domain.")]
SizeOption = Annotated[str | None, typer.Option(metavar="SIZE", help='A size such as "2G"; 0 means unlimited.')]
