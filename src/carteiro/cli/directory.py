"""`carteiro directory`: the projection that Postfix and Dovecot read."""

import typer

from carteiro.cli import show
from carteiro.cli.session import Session
from carteiro.host import root
from carteiro.operate import projecting
from carteiro.words import N_, translate

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command()
def check(context: typer.Context) -> None:
    """Compare the directory with the accounts; exit status 1 where they differ."""
    root.require("carteiro directory check")
    session = Session.of(context)
    differences = projecting.check(session.instance)
    if session.json:
        show.thing({"differences": [str(difference) for difference in differences]}, json=True)
    else:
        lines = [translate(difference.text, **difference.values) for difference in differences]
        show.text("\n".join(lines) or translate(N_("The directory says what the accounts say.")))
    if differences:
        raise typer.Exit(1)


@app.command()
def rebuild(context: typer.Context) -> None:
    """Make the directory anew from the accounts; mail flows meanwhile."""
    root.require("carteiro directory rebuild")
    session = Session.of(context)
    projecting.rebuild(session.instance)
    if session.json:
        show.thing({"rebuilt": True}, json=True)
    else:
        show.text(translate(N_("The directory is made anew.")))
