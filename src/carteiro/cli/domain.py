"""`carteiro domain`: hosted domains, and those held for another host."""

from typing import Annotated

import typer

from carteiro.cli import binned, show
from carteiro.cli.arguments import DomainName, Switch, Yes, confirm, given, limits, words
from carteiro.cli.session import Session
from carteiro.hosting import domains
from carteiro.words import N_, translate

app = typer.Typer(add_completion=False, no_args_is_help=True)

Quota = Annotated[str | None, typer.Option(metavar="SIZE", help='What all its mailboxes may hold together, or "none".')]
MaxMailboxes = Annotated[str | None, typer.Option(metavar="N", help='How many mailboxes it may have, or "none".')]
MaxAliases = Annotated[str | None, typer.Option(metavar="N", help='How many aliases it may have, or "none".')]
MaxMailboxQuota = Annotated[str | None, typer.Option(metavar="SIZE", help='The largest quota of a mailbox, or "none".')]
DefaultQuota = Annotated[str | None, typer.Option(metavar="SIZE", help="The quota of a new mailbox.")]
Description = Annotated[str | None, typer.Option(metavar="TEXT", help="A note for people.")]
Tags = Annotated[str | None, typer.Option(metavar="WORDS", help="Words to find it by, with commas between.")]
Days = Annotated[str | None, typer.Option(metavar="N", help='After how many days a password has to change, or "none".')]
Factor = Annotated[Switch, typer.Option(help="Whether its people have to sign in with a second factor.")]
OwnAliases = Annotated[int | None, typer.Option(min=0, help="How many aliases each of its people may make.")]
Relay = Annotated[
    str | None,
    typer.Option(
        metavar="list|verify",
        help="Be a backup MX: take mail for listed recipients, or for those that the next hop knows.",
    ),
]


@app.command()
def add(
    context: typer.Context,
    name: DomainName,
    quota: Quota = None,
    max_mailboxes: MaxMailboxes = None,
    max_aliases: MaxAliases = None,
    max_mailbox_quota: MaxMailboxQuota = None,
    default_mailbox_quota: DefaultQuota = None,
    description: Description = None,
    tags: Tags = None,
    password_days: Days = None,
    second_factor: Factor = None,
    own_aliases: OwnAliases = None,
    special_to: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="Make abuse, hostmaster, postmaster and webmaster, which lead there."),
    ] = "",
    relay: Relay = None,
) -> None:
    """Host a domain here, or hold its mail as a backup MX."""
    session = Session.of(context)
    fields = limits(
        quota=quota,
        max_mailboxes=max_mailboxes,
        max_aliases=max_aliases,
        max_mailbox_quota=max_mailbox_quota,
        default_mailbox_quota=default_mailbox_quota,
        password_days=password_days,
    ) | given(
        description=description,
        tags=words(tags),
        second_factor=second_factor,
        own_aliases=own_aliases,
        recipients=relay,
    )
    with session.accounts() as actor:
        domain = domains.add(actor, name, kind="relay" if relay else "hosted", special_to=special_to, **fields)
    line = N_("Mail for {name} is held for another host now.") if relay else N_("{name} is hosted here now.")
    show.done(domain.record(), line, json=session.json, name=domain.name)


@app.command("set")
def set_(
    context: typer.Context,
    name: DomainName,
    active: Annotated[Switch, typer.Option(help="Whether it sends and receives at all.")] = None,
    quota: Quota = None,
    max_mailboxes: MaxMailboxes = None,
    max_aliases: MaxAliases = None,
    max_mailbox_quota: MaxMailboxQuota = None,
    default_mailbox_quota: DefaultQuota = None,
    description: Description = None,
    tags: Tags = None,
    password_days: Days = None,
    second_factor: Factor = None,
    own_aliases: OwnAliases = None,
    paused: Annotated[Switch, typer.Option(help="Whether mail for it is put off; nothing bounces.")] = None,
    relay: Relay = None,
) -> None:
    """Change what is given and nothing else."""
    session = Session.of(context)
    fields = limits(
        quota=quota,
        max_mailboxes=max_mailboxes,
        max_aliases=max_aliases,
        max_mailbox_quota=max_mailbox_quota,
        default_mailbox_quota=default_mailbox_quota,
        password_days=password_days,
    ) | given(
        active=active,
        description=description,
        tags=words(tags),
        second_factor=second_factor,
        own_aliases=own_aliases,
        paused=paused,
        recipients=relay,
    )
    with session.accounts() as actor:
        domain = domains.set_(actor, name, **fields)
    show.done(domain.record(), N_("{name} is changed."), json=session.json, name=domain.name)


@app.command("list")
def list_(context: typer.Context, search: Annotated[str, typer.Option(help="Part of a name.")] = "") -> None:
    """List the domains of all kinds."""
    session = Session.of(context)
    with session.accounts() as actor:
        rows = [domain.record() for domain in domains.list_(actor, search=search)]
    columns = ("name", "kind", "active", "target", "quota", "max_mailboxes", "max_aliases", "description")
    show.objects(rows, columns, json=session.json, empty=N_("No domain yet. Add one: carteiro domain add example.org"))


@app.command("show")
def show_(context: typer.Context, name: DomainName) -> None:
    """Show one domain."""
    session = Session.of(context)
    with session.accounts() as actor:
        show.thing(domains.get(actor, name).record(), json=session.json)


@app.command()
def rename(
    context: typer.Context, name: DomainName, new_name: Annotated[str, typer.Argument(metavar="NEW-NAME")]
) -> None:
    """Give a domain another name; its addresses change along, its mail stays where it is."""
    session = Session.of(context)
    with session.accounts() as actor:
        domain = domains.rename(actor, name, new_name)
    show.done(domain.record(), N_("{old} is {new} now."), json=session.json, old=name, new=domain.name)


@app.command()
def remove(context: typer.Context, name: DomainName, yes: Yes = False) -> None:
    """Move a domain with its mailboxes and aliases to the bin."""
    session = Session.of(context)
    with session.accounts() as actor:
        domain = domains.get(actor, name)
        confirm(translate(N_("Remove {name} with all its mailboxes and aliases?"), name=domain.name), yes=yes)
        row = domains.remove(actor, name)
    binned.tell(row, json=session.json)


@app.command()
def restore(context: typer.Context, name: DomainName) -> None:
    """Bring a removed domain back with all that was in it."""
    session = Session.of(context)
    with session.accounts() as actor:
        domain = domains.restore(actor, name)
    show.done(domain.record(), N_("{name} is back."), json=session.json, name=domain.name)
