"""One run as a process of its own, for a test that kills it: python -m tests.importers.bringing THERE HERE."""

import sys
from pathlib import Path

from carteiro.hosting.database import configure
from carteiro.settings.layout import Layout

if __name__ == "__main__":
    configure.prepare()
    from carteiro.importers.maildirs import reading
    from carteiro.importers.maildirs.copying import MailboxMerge

    from .building import HOME

    with reading.opened(Path(sys.argv[1]), "copy") as found:
        MailboxMerge.into(found, Layout.below(Path(sys.argv[2])), HOME).run(lambda _done: None)
