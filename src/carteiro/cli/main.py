"""`carteiro [--instance DIR] [--json] NOUN VERB …`: the entry, and the one place that tells faults."""

import gc
import importlib
import io
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from carteiro import __version__
from carteiro.cli import show, speaking
from carteiro.cli.session import Session, find_layout
from carteiro.hosting.database import configure
from carteiro.words import Fault, lend

# Noun or verb → (module, one line of help). Modules are loaded when asked for, so that each command starts fast.
COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("up", "Make an instance if there is none, run it, and prove that mail flows."),
    "run": ("run", "Run the instance's process tree in the foreground."),
    "stop": ("run", "Stop the running instance in order."),
    "status": ("status", "Tell how every service is."),
    "plan": ("apply", "Show what an apply would change."),
    "apply": ("apply", "Make the settings take effect, or go back by itself."),
    "rollback": ("apply", "Go back to an earlier generation of the configuration."),
    "history": ("apply", "List the generations of the configuration."),
    "install": ("install", "Put a production instance on this machine."),
    "domain": ("domain", "Hosted domains and backup-MX domains."),
    "alias-domain": ("alias_domain", "Domains whose every address lands in another domain."),
    "mailbox": ("mailbox", "Mailboxes, their passwords, quotas and forwarding."),
    "alias": ("alias", "Aliases and catch-alls."),
    "app-password": ("app_password", "Passwords for one device and chosen protocols."),
    "vacation": ("vacation", "What answers while somebody is away."),
    "external-account": ("external_account", "Accounts elsewhere whose mail is fetched."),
    "grant": ("grant", "Further sender addresses that a login may use."),
    "relay-recipient": ("relay_recipient", "The known recipients of backup-MX domains."),
    "transport": ("transport", "Next hops of domains, with credentials if need be."),
    "admin": ("admin", "Superadmins and domain administrators."),
    "bin": ("bin", "What was removed and can be brought back."),
    "bulk": ("bulk", "Many domains, mailboxes and aliases from or to one CSV file."),
    "import": ("import_", "Mail and accounts from elsewhere: Maildirs, mbox files, IMAP servers, whole hosts."),
    "export": ("export", "Domains and mailboxes as standard files: Maildir or mbox, Sieve, vCard, YAML."),
    "queue": ("queue", "Postfix's queue."),
    "log": ("log", "The instance's logs."),
    "directory": ("directory", "The projection that Postfix and Dovecot read."),
    "database": ("database", "Where the accounts are, and moving them to another database."),
    "service": ("service", "The control plane's own daemons; the supervisor starts them."),
}


# Django is another one for the panel, and for whoever wants to know its tables, than for everything else.
_PREPARE_THEMSELVES = frozenset({"service", "database"})


class LazyGroup(TyperGroup):
    """A group whose commands' modules are imported when one is asked for."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - typer vendors the classes
        super().__init__(**attributes)
        # What lists and suggestions need to know of a command: its name and its line of help.
        self.commands = {name: TyperCommand(name, help=line) for name, (_, line) in COMMANDS.items()}

    def list_commands(self, _: Any) -> list[str]:  # noqa: ANN401
        """All nouns and verbs, in the order of the table."""
        return list(self.commands)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - typer vendors the class
        """The command that is to be run or completed: now its module is imported."""
        name, found, rest = super().resolve_command(ctx, args)
        command = load(name) if name in COMMANDS else found
        gc.freeze()
        gc.enable()
        return name, command, rest


def load(name: str) -> Any:  # noqa: ANN401 - typer vendors the class
    """Import the module of a noun or verb and make its command; its help is in the language of the terminal."""
    command = make(name)
    speaking.speak(command)
    return command


def make(name: str) -> Any:  # noqa: ANN401 - typer vendors the class
    """As `load`, with the help as it is written."""
    module_name, line = COMMANDS[name]
    if name not in _PREPARE_THEMSELVES:
        configure.prepare()
    module = importlib.import_module(f"carteiro.cli.{module_name}")
    command = typer.main.get_command(getattr(module, "apps", {}).get(name) or module.app)
    command.name = name
    command.help = command.help or line
    return command


app = typer.Typer(
    cls=LazyGroup,
    name="carteiro",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    instance: Annotated[
        Path | None, typer.Option(envvar="CARTEIRO_INSTANCE", help="The directory of the instance.", metavar="DIR")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Tell the version.", is_eager=True, callback=_tell_version)
    ] = False,
) -> None:
    """Administer a Carteiro mail host."""
    context.obj = Session(find_layout(instance), json=json)


def _speak_to_anybody() -> None:
    """Files and programs get UTF-8 (RFC 8259 section 8.1); a terminal that lacks a letter shows "?", nothing fails."""
    if not isinstance(sys.stdout, io.TextIOWrapper):
        return
    if sys.stdout.isatty():
        sys.stdout.reconfigure(errors="replace")
    else:
        sys.stdout.reconfigure(encoding="utf-8")


def main() -> None:
    """Run the command line; every Fault becomes one line (or one JSON object) and exit status 1."""
    lend()
    _speak_to_anybody()
    command = typer.main.get_command(app)
    speaking.speak(command)
    try:
        command()
    except Fault as fault:
        show.faults(fault, json="--json" in sys.argv)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(141)
