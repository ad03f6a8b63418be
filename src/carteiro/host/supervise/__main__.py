"""`python -m carteiro.host.supervise CONFIGURATION LOCK`: the supervisor of one instance, in the foreground.

Holds the lock as long as it lives, first ends what an earlier supervisor that was killed has left running,
then becomes the supervisor.
"""

import os
import signal
import sys
from pathlib import Path

from supervisor import supervisord

from carteiro.host.supervise.leftover import take_over
from carteiro.words import Fault, explain

_LOCK_DESCRIPTOR = 3  # supervisor closes those from 5 on when it reloads, and from 3 on in its children


def main(configuration: Path, lock_file: Path) -> None:
    """Run the tree until it is told to stop."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.umask(0o022)
    descriptor = take_over(configuration, lock_file)
    if descriptor != _LOCK_DESCRIPTOR:
        os.dup2(descriptor, _LOCK_DESCRIPTOR, inheritable=False)
        os.close(descriptor)
    supervisord.main(["--nodaemon", "--configuration", str(configuration)])


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except Fault as fault:
        sys.exit(" ".join(part for part in ("carteiro:", *explain(fault)) if part))
