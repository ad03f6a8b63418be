"""`carteiro log`: the instance's logs."""

from typing import Annotated

import typer

from carteiro.cli import show
from carteiro.cli.session import Session
from carteiro.operate import logs

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command()
def tail(
    context: typer.Context,
    service: Annotated[str, typer.Option(help="mail, dovecot, carteiro, projector, worker …")] = "mail",
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, max=100_000, help="How many lines.")] = 50,
) -> None:
    """Show the last lines of a log."""
    session = Session.of(context)
    found = logs.tail(session.instance, service, lines)
    if session.json:
        show.thing({"service": service, "lines": found}, json=True)
    else:
        show.text("\n".join(found))


@app.command("list")
def list_(context: typer.Context) -> None:
    """List the logs that there are."""
    session = Session.of(context)
    rows = [{"service": name} for name in logs.available(session.instance)]
    show.objects(rows, ("service",), json=session.json, empty="-")


@app.callback()
def about() -> None:
    """The instance's logs."""
