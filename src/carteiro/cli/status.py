"""`carteiro status`: how every service is."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from carteiro.cli import show
from carteiro.cli.session import Session
from carteiro.host import root
from carteiro.operate import accounts, health
from carteiro.words import N_, translate

if TYPE_CHECKING:
    from carteiro.operate.health import Health

app = typer.Typer(add_completion=False)


@app.command()
def status(context: typer.Context) -> None:
    """Tell how every service is; exit status 1 where something is not well."""
    root.require("carteiro status")
    session = Session.of(context)
    accounts.configure_for(session.instance)
    found = health.examine(session.instance)
    if session.json:
        show.thing({**asdict(found), "well": found.well}, json=True)
    else:
        _tell(session, found)
    if not found.well:
        raise typer.Exit(1)


def _tell(session: Session, found: "Health") -> None:
    if not found.running:
        show.text(translate(N_("{hostname} is not running."), hostname=session.instance.settings.hostname))
    services = [{**asdict(service), "memory": show.megabytes(service.memory)} for service in found.services]
    if services:
        show.objects(services, ("name", "state", "since", "restarts", "memory"), json=False, empty="")
    ports = [{**asdict(port), "serves": not port.fault} for port in found.ports]
    if ports:
        show.objects(ports, ("protocol", "address", "serves", "fault"), json=False, empty="")
    facts = {
        N_("memory in all"): show.megabytes(found.memory),
        N_("generation"): found.generation,
        N_("certificate ends"): translate(
            N_("{date} (in {days} days)"), date=found.certificate_ends[:10], days=found.certificate_days
        ),
        N_("private authority"): found.private_authority,
        N_("messages in the queue"): found.queue_length,
        N_("changes not yet in the directory"): found.directory_lag,
        N_("accounts database"): found.database or translate(N_("answers")),
    }
    show.thing(facts, json=False)
