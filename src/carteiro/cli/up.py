"""`carteiro up`: from nothing to a host that answers."""

import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from carteiro.cli import show
from carteiro.cli.arguments import HttpPort, HttpsPort
from carteiro.cli.session import TRIAL, Session, layout_arguments
from carteiro.host import processes, root
from carteiro.host.supervise.control import Control
from carteiro.hosting.errors import DatabaseFault
from carteiro.hosting.people import setup
from carteiro.operate import accounts, engines, making, running, trial
from carteiro.operate.instance import Instance
from carteiro.operate.making import Wishes
from carteiro.settings.layout import Layout
from carteiro.words import N_, Fault, translate

app = typer.Typer(add_completion=False)


@app.command()
def up(
    context: typer.Context,
    hostname: Annotated[
        str | None, typer.Option(help="The host's name; without it a trial is made.", metavar="NAME")
    ] = None,
    listen: Annotated[
        str | None, typer.Option(help="The address to listen on; 127.0.0.1 for a trial, else all.", metavar="ADDRESS")
    ] = None,
    instance: Annotated[
        Path | None, typer.Option(help="The directory of the instance.", metavar="DIR", show_default=str(TRIAL))
    ] = None,
    https_port: HttpsPort = None,
    http_port: HttpPort = None,
    detach: Annotated[bool, typer.Option("--detach", help="Return when everything answers.")] = False,
    replace_mta: Annotated[
        bool, typer.Option("--replace-mta", help="Let Postfix take the place of another installed mail server.")
    ] = False,
) -> None:
    """Make an instance if there is none, run it, and prove that mail flows."""
    layout = Layout.below(instance.absolute()) if instance else Session.of(context).layout
    root.require("./up")
    engines.install(_tell, replace_mta=replace_mta)
    wishes = Wishes(address=listen, http=http_port, https=https_port)
    making.write_settings(
        layout,
        hostname or trial.HOSTNAME,
        replace(wishes, address="127.0.0.1") if hostname is None and listen is None else wishes,
    )
    _start(Instance.open(layout), hostname, wishes, detach=detach)


def _start(instance: Instance, hostname: str | None, wishes: Wishes, *, detach: bool) -> None:
    _refuse_another(instance, hostname, wishes)
    if Control(instance.layout.supervisor_socket).answers():
        _tell_running(instance, detach=detach)
        return
    running.prepare(instance, follow_settings=True)
    people = trial.populate(instance) if instance.settings.hostname == trial.HOSTNAME else []
    _run(instance, people, detach=detach)


def _run(instance: Instance, people: list[trial.Person], *, detach: bool) -> None:
    with _Watched(running.start(instance)) as supervisor:
        _tell(translate(N_("Starting …")))
        running.wait_until_ready(instance, supervisor.process_id)
        _tell_ready(instance, people)
        if people:
            seconds = trial.prove(instance, people[0], people[1])
            trial.told(instance)
            _tell(
                translate(
                    N_("{sender} sent {receiver} a message; IMAP and POP3 show it. That took {seconds:.1f} s."),
                    sender=people[0].address,
                    receiver=people[1].address,
                    seconds=seconds,
                )
            )
        _tell_next(instance)
        if detach:
            supervisor.let_go()
        else:
            supervisor.wait()


class _Watched:
    """The supervisor as our child: what ends us ends it, unless it was let go."""

    def __init__(self, process_id: int) -> None:
        self.process_id = process_id
        self._ours = True
        self._asked = False

    def __enter__(self) -> "_Watched":
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        if self._ours and processes.alive(self.process_id):
            running.end(self.process_id)

    def _ask(self, number: int, _: FrameType | None) -> None:
        if not self._asked:
            self._asked = True
            raise KeyboardInterrupt(number)

    def let_go(self) -> None:
        """From now on it lives on without us."""
        self._ours = False

    def wait(self) -> None:
        """Return when somebody asks us to stop; raise Fault if it ends on its own."""
        try:
            while processes.alive(self.process_id):
                time.sleep(0.2)
        except KeyboardInterrupt:
            _tell(translate(N_("Stopping …")))
            running.end(self.process_id)
            return
        if not self._asked:
            raise Fault(N_("The instance has stopped."), N_("`carteiro log tail` tells why."))


def _refuse_another(instance: Instance, hostname: str | None, wishes: Wishes) -> None:
    """Options that an existing instance contradicts must not be ignored in silence."""
    if hostname is not None and hostname != instance.settings.hostname:
        raise Fault(
            N_("The instance in {directory} is {existing}, not {wanted}."),
            N_("Name another directory with --instance, or change hostname in {file}."),
            code="conflict",
            directory=instance.layout.config,
            existing=instance.settings.hostname,
            wanted=hostname,
            file=instance.layout.settings_file,
        )
    listens = instance.settings.listen
    if wishes.address is not None and wishes.address not in listens.addresses:
        raise Fault(
            N_("The instance in {directory} listens on {existing}, not on {wanted}."),
            N_("Change [listen] addresses in {file}."),
            code="conflict",
            directory=instance.layout.config,
            existing=", ".join(listens.addresses),
            wanted=wishes.address,
            file=instance.layout.settings_file,
        )
    for name, wanted, existing in (("https", wishes.https, listens.https), ("http", wishes.http, listens.http)):
        if wanted not in {None, existing}:
            raise Fault(
                N_("The instance in {directory} has port {existing} for {service}, not {wanted}."),
                N_("Change [listen] {service} in {file}."),
                code="conflict",
                directory=instance.layout.config,
                existing=existing,
                service=name,
                wanted=wanted,
                file=instance.layout.settings_file,
            )


def _tell_running(instance: Instance, *, detach: bool) -> None:
    process_id = Control(instance.layout.supervisor_socket).process_id()
    if not detach:
        raise Fault(
            N_("The instance in {directory} runs already, as process {process}."),
            N_("`{command} status` shows it, `{command} stop` stops it."),
            code="locked",
            directory=instance.layout.config,
            process=process_id,
            command=_command(instance.layout),
        )
    _tell(translate(N_("{hostname} runs already."), hostname=instance.settings.hostname))


def _tell_ready(instance: Instance, people: list[trial.Person]) -> None:
    ports = instance.settings.listen
    _tell(
        translate(
            N_(
                "{hostname} answers on {address}: SMTP {smtp}, submission {submission} and {submissions}, "
                "IMAP {imap} and {imaps}, POP3 {pop3} and {pop3s}, ManageSieve {managesieve}."
            ),
            hostname=instance.settings.hostname,
            address=", ".join(map(str, ports.addresses)),
            **{name: getattr(ports, name) for name in type(ports).model_fields if name != "addresses"},
        )
    )
    _tell_panel(instance)
    _tell_setup(instance)
    for person in people:
        _tell(
            translate(
                N_("Mailbox {address}, password {password} (shown this once)."),
                address=person.address,
                password=person.password,
            )
        )


def _tell_panel(instance: Instance) -> None:
    """Where the panel is, and how a browser finds a trial's, whose name no name server knows."""
    port = instance.settings.listen.https
    if not port:
        return
    hostname = instance.settings.hostname
    _tell(translate(N_("Panel: {url}"), url=_url(hostname, port)))
    if hostname == trial.HOSTNAME:
        _tell(
            translate(
                N_("Your browser finds it with `{address} {hostname}` in /etc/hosts, or as {url}"),
                address=instance.address(),
                hostname=hostname,
                url=_url(instance.address(), port),
            )
        )


def _tell_setup(instance: Instance) -> None:
    """As long as there is no superadmin: the link with which one is made, good once and for a day."""
    if not instance.settings.listen.https:
        return
    try:
        with accounts.opened(instance):
            secret = setup.issue() if setup.open_() else ""
    except DatabaseFault as fault:  # mail flows all the same
        show.fault(fault, json=False)
        return
    if not secret:
        return
    _tell(translate(N_("Make the first superadmin here: {link}"), link=f"{instance.panel}setup/{secret}/"))


def _url(host: str, port: int) -> str:
    place = f"[{host}]" if ":" in host else host
    return f"https://{place}/" if port == 443 else f"https://{place}:{port}/"


def _tell_next(instance: Instance) -> None:
    command = _command(instance.layout)
    if instance.own_authority:
        _tell(
            translate(
                N_("The certificate is from a private authority; clients trust it with {file}."),
                file=instance.layout.tls / "ca.crt",
            )
        )
    _tell(
        translate(
            N_("Next: {command} status · {command} domain add example.org · {command} mailbox add ana@example.org"),
            command=command,
        )
    )
    _tell(translate(N_("Stop with Ctrl-C or `{command} stop`."), command=command))


def _command(layout: Layout) -> str:
    arguments = () if layout == Layout.below(TRIAL) else layout_arguments(layout)
    return " ".join(("carteiro" if layout == Layout.installed() else "./carteiro", *arguments))


def _tell(line: str) -> None:
    Console(soft_wrap=True, highlight=False, markup=False, file=sys.stdout).print(line)
