"""`carteiro run` and `carteiro stop`: the process tree of an instance."""

import sys

import typer

from carteiro.cli.session import Session
from carteiro.host import root, run
from carteiro.operate import running
from carteiro.words import N_, translate

run_app = typer.Typer(add_completion=False)
stop_app = typer.Typer(add_completion=False)
apps = {"run": run_app, "stop": stop_app}


@run_app.command()
def run_(context: typer.Context) -> None:
    """Run the instance's process tree in the foreground until SIGTERM or SIGINT."""
    root.require("carteiro run")
    instance = Session.of(context).instance
    running.prepare(instance, follow_settings=False)
    run.replace(running.command(instance))


@stop_app.command()
def stop(context: typer.Context) -> None:
    """Stop the running instance in order; returns when it is gone."""
    root.require("carteiro stop")
    stopped = running.stop(Session.of(context).instance)
    sys.stdout.write(translate(N_("Stopped.") if stopped else N_("It was not running.")) + "\n")
