"""A process of its own that projects for ever, to be killed: DIRECTORY, `follow` or `rebuild`, URL of the accounts."""

import sys
import threading
from pathlib import Path

from carteiro import directory
from carteiro.hosting.database import configure
from carteiro.settings.layout import Layout


def main() -> None:
    layout = Layout.below(Path(sys.argv[1]))
    configure.setup(layout, sys.argv[3])
    print("ready", flush=True)
    if sys.argv[2] == "follow":
        directory.follow(layout, threading.Event(), print)
    while True:
        directory.rebuild(layout)


if __name__ == "__main__":
    main()
