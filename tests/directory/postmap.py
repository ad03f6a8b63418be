"""postmap(1) of the installed Postfix, as the unprivileged user that its daemons run as."""

import os
import shutil
import subprocess
from dataclasses import dataclass

import pytest

from carteiro.directory import queries
from carteiro.settings.layout import Layout
from tests.directory.rows import Rows

_AS_POSTFIX = ("setpriv", "--reuid=postfix", "--regid=postfix", "--clear-groups")


@dataclass
class Postmap:
    """Asks maps of a directory through Postfix's SQLite client."""

    layout: Layout
    rows: Rows

    def ask(self, name: str, *keys: str) -> dict[str, str]:
        """The answers by key; keys without one are left out. Raises if Postfix complains."""
        done = self.run(name, *keys)
        assert not done.stderr, done.stderr
        return dict(line.split("\t", 1) for line in done.stdout.split("\n") if line)

    def run(self, name: str, *keys: str) -> subprocess.CompletedProcess[str]:
        if not shutil.which("postmap"):
            pytest.skip("Postfix is not installed")
        database = self.layout.usage_database if name == "domain_full" else self.layout.directory_database
        map_file = self.layout.config / f"{name}.cf"
        map_file.write_text(f"dbpath = {database}\nquery = {queries.lookups().postfix[name]}\n")
        # A machine need not have a configuration of its own.
        main = self.layout.config / "main.cf"
        main.touch()
        # Postfix waits up to two seconds for a file that was written just now.
        for file in (map_file, main):
            os.utime(file, (0, 0))
        return subprocess.run(
            [*_AS_POSTFIX, "postmap", "-c", str(self.layout.config), "-q", "-", f"sqlite:{map_file}"],
            input="".join(f"{key}\n" for key in keys),
            capture_output=True,
            text=True,
            check=False,
        )
