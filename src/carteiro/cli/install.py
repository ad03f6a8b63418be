"""`carteiro install`: a production instance on this machine."""

from typing import Annotated

import typer

from carteiro.cli import show
from carteiro.cli.arguments import HttpPort, HttpsPort
from carteiro.cli.session import Session
from carteiro.host import root, systemd
from carteiro.operate import install as installing
from carteiro.operate.making import Wishes
from carteiro.words import N_, translate

app = typer.Typer(add_completion=False)


@app.command()
def install(
    context: typer.Context,
    hostname: Annotated[str, typer.Option(help="The host's public name.", metavar="NAME")],
    listen: Annotated[str | None, typer.Option(help="The address to listen on; all if not given.")] = None,
    https_port: HttpsPort = None,
    http_port: HttpPort = None,
    replace_mta: Annotated[
        bool, typer.Option("--replace-mta", help="Let Postfix take the place of another installed mail server.")
    ] = False,
    start: Annotated[bool, typer.Option(help="Start the unit now.")] = True,
) -> None:
    """Put a production instance under /etc/carteiro, /var/lib/carteiro and /var/log/carteiro, with one systemd unit."""
    root.require("carteiro install")
    session = Session.of(context)
    tell = (lambda _: None) if session.json else show.text
    wishes = Wishes(address=listen, http=http_port, https=https_port)
    instance = installing.install(hostname, wishes, tell, replace_mta=replace_mta, start=start)
    if session.json:
        show.thing({"hostname": hostname, "settings": str(instance.layout.settings_file)}, json=True)
        return
    if not systemd.present():
        show.text(translate(N_("This machine runs no systemd; start the host with `carteiro run`.")))
    show.text(
        translate(
            N_("{hostname} is installed. Next: carteiro status · carteiro domain add … · your certificate: {file}."),
            hostname=hostname,
            file=instance.layout.settings_file,
        )
    )
