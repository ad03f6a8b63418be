"""`carteiro queue`: Postfix's queue."""

from dataclasses import asdict
from typing import Annotated

import typer

from carteiro.cli import show
from carteiro.cli.session import Session
from carteiro.operate import queue
from carteiro.words import N_, translate

app = typer.Typer(add_completion=False, no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The queue id, as `queue list` shows it.", metavar="ID")]


@app.command("list")
def list_(context: typer.Context) -> None:
    """List what is in the queue, and why it is still there."""
    session = Session.of(context)
    rows = [asdict(message) for message in queue.messages(session.instance)]
    columns = ("id", "state", "arrived", "size", "sender", "recipients", "reasons")
    show.objects(rows, columns, json=session.json, empty=N_("The queue is empty."))


@app.command("show")
def show_(context: typer.Context, queue_id: Id) -> None:
    """Show the envelope and the text of one message."""
    session = Session.of(context)
    content = queue.content(session.instance, queue_id)
    if session.json:
        show.thing({"id": queue_id, "content": content}, json=True)
    else:
        show.text(content)


@app.command()
def flush(context: typer.Context) -> None:
    """Try every deferred message now."""
    queue.flush(Session.of(context).instance)
    _done(context, N_("Delivery of all deferred messages is tried now."))


@app.command()
def hold(context: typer.Context, queue_id: Id) -> None:
    """Keep a message from being delivered until it is released."""
    queue.hold(Session.of(context).instance, queue_id)
    _done(context, N_("{id} is on hold."), queue_id)


@app.command()
def release(context: typer.Context, queue_id: Id) -> None:
    """Let a held message go."""
    queue.release(Session.of(context).instance, queue_id)
    _done(context, N_("{id} is released."), queue_id)


@app.command()
def delete(context: typer.Context, queue_id: Id) -> None:
    """Remove a message from the queue for good; its sender is not told."""
    queue.delete(Session.of(context).instance, queue_id)
    _done(context, N_("{id} is deleted."), queue_id)


def _done(context: typer.Context, line: str, queue_id: str = "") -> None:
    if Session.of(context).json:
        show.thing({"id": queue_id, "done": True}, json=True)
    else:
        show.text(translate(line, id=queue_id))
