"""`python -m carteiro.host.supervise CONFIGURATION LOCK`: the supervisor of one instance, in the foreground.

Holds the lock as long as it lives, first ends what an earlier supervisor that was killed has left running
(the engines go on without it, which is meant: mail flows), then becomes the supervisor.
"""

import configparser
import os
import shlex
import signal
import sys
from pathlib import Path

from supervisor import supervisord

from carteiro.host.files import lock
from carteiro.host.processes import end, left_behind
from carteiro.words import Fault, explain

_LOCK_DESCRIPTOR = 3  # supervisor closes those from 5 on when it reloads, and from 3 on in its children


def main(configuration: Path, lock_file: Path) -> None:
    """Run the tree until it is told to stop."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.umask(0o022)
    _hold(lock_file)
    end(left_behind(commands(configuration)))
    supervisord.main(["--nodaemon", "--configuration", str(configuration)])


def commands(configuration: Path) -> list[list[str]]:
    """The commands of all programs in a supervisor's configuration."""
    parser = configparser.RawConfigParser(inline_comment_prefixes=(" ;",), strict=False)
    parser.read(configuration, "utf-8")
    programs = [section for section in parser.sections() if section.startswith("program:")]
    return [shlex.split(parser.get(section, "command").replace("%%", "%")) for section in programs]


def _hold(lock_file: Path) -> None:
    descriptor = lock(lock_file)
    if descriptor != _LOCK_DESCRIPTOR:
        os.dup2(descriptor, _LOCK_DESCRIPTOR, inheritable=False)
        os.close(descriptor)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except Fault as fault:
        sys.exit(" ".join(part for part in ("carteiro:", *explain(fault)) if part))
