"""`python -m carteiro.host`: installs the Debian packages of an instance, and nothing else; for the tests."""

import sys
from pathlib import Path

from carteiro.host import packages, users, versions
from carteiro.words import Fault, explain


def main() -> None:
    """Install what is missing and make the system users."""
    log = Path("/var/log/carteiro-packages.log")
    packages.ensure(packages.needed(versions.debian()), lambda step: print(f"carteiro: {step}", file=sys.stderr), log)
    users.ensure_users()


if __name__ == "__main__":
    try:
        main()
    except Fault as fault:
        sys.exit(" ".join(part for part in ("carteiro:", *explain(fault)) if part))
