"""`carteiro service`: the control plane's own daemons, as the supervisor starts them."""

import logging
import sys

import typer

from carteiro.cli.session import Session

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command()
def projector(context: typer.Context) -> None:
    """Bring every change of the accounts into the directory."""
    _prepare()
    from carteiro.operate import projecting

    _log()
    projecting.follow(Session.of(context).instance)


@app.command()
def worker(context: typer.Context) -> None:
    """Carry out requests that need root, and what is due by the clock."""
    _prepare()
    from carteiro.operate import worker as working

    _log()
    working.work(Session.of(context).instance)


@app.command()
def web(context: typer.Context) -> None:
    """Answer the requests for the panel, which come from nginx."""
    from carteiro.host import users
    from carteiro.settings import load
    from carteiro.web.site import serve

    _log()
    layout = Session.of(context).layout
    serve.serve(layout, load.load(layout), lambda: users.become(users.CONTROL))


def _prepare() -> None:
    from carteiro.hosting.database import configure

    configure.prepare()


def _log() -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
