"""What every command needs: the instance, its accounts, and how to answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from carteiro.settings.layout import Layout

if TYPE_CHECKING:
    import typer

    from carteiro.hosting.access import Actor
    from carteiro.operate.instance import Instance

TRIAL = Path("/var/lib/carteiro-trial")


@dataclass
class Session:
    """One call of the command line."""

    layout: Layout
    json: bool

    @classmethod
    def of(cls, context: "typer.Context") -> "Session":
        """The session of this call."""
        session = context.obj
        assert isinstance(session, Session)  # noqa: S101 - main puts it there
        return session

    @cached_property
    def instance(self) -> "Instance":
        """The instance; raises Fault if there is none."""
        from carteiro.operate.instance import Instance

        return Instance.open(self.layout)

    @contextmanager
    def accounts(self) -> Iterator["Actor"]:
        """Open the accounts database; afterwards every change made in it is live in Postfix and Dovecot."""
        from carteiro.operate import accounts

        with accounts.opened(self.instance) as actor:
            yield actor


def find_layout(directory: Path | None) -> Layout:
    """The instance named, else the installed host, else the trial."""
    if directory is not None:
        return Layout.below(directory.absolute())
    installed = Layout.installed()
    return installed if installed.settings_file.exists() else Layout.below(TRIAL)


def layout_arguments(layout: Layout) -> tuple[str, ...]:
    """The options that name this instance on a command line."""
    return () if layout == Layout.installed() else ("--instance", str(layout.config))
