"""`carteiro vacation`: the notice that answers while the owner of a mailbox is away."""

from datetime import datetime
from typing import Annotated

import typer

from carteiro.cli import show
from carteiro.cli.arguments import AddressArgument, Switch, given
from carteiro.cli.session import Session
from carteiro.hosting.owner import vacations
from carteiro.words import N_, Fault

app = typer.Typer(add_completion=False, no_args_is_help=True)

Moment = Annotated[
    str | None, typer.Option(metavar="TIME", help='Such as 2026-12-20 or 2026-12-20T18:00-03:00; "none" for none.')
]


@app.command("set")
def set_(
    context: typer.Context,
    address: AddressArgument,
    active: Annotated[Switch, typer.Option(help="Whether it answers.")] = None,
    subject: Annotated[str | None, typer.Option(metavar="TEXT", help="The answer's subject.")] = None,
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="What people are told.")] = None,
    starts: Moment = None,
    ends: Moment = None,
    days: Annotated[int | None, typer.Option(metavar="N", help="One answer per sender in so many days.")] = None,
) -> None:
    """Change what is given of a notice and nothing else."""
    session = Session.of(context)
    fields = given(active=active, subject=subject, text=text, days=days)
    fields |= {name: _moment(value) for name, value in (("starts", starts), ("ends", ends)) if value is not None}
    with session.accounts() as actor:
        row = vacations.set_(actor, address, **fields)
    line = N_("The notice of {address} is on.") if row.active else N_("The notice of {address} is off.")
    show.done(row.record(), line, json=session.json, address=row.mailbox.address)


@app.command("show")
def show_(context: typer.Context, address: AddressArgument) -> None:
    """Show the notice of a mailbox."""
    session = Session.of(context)
    with session.accounts() as actor:
        show.thing(vacations.get(actor, address).record(), json=session.json)


def _moment(text: str) -> datetime | None:
    """A moment; without a zone, this machine's."""
    if text.lower() == "none":
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise Fault(
            N_("{value} is no time."), N_("Write it as 2026-12-20 or 2026-12-20T18:00."), code="invalid", value=text
        ) from None
