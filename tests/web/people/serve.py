"""The site over HTTPS in a process of its own: `python -m tests.web.people.serve DIRECTORY ADDRESS`."""

import sys
from pathlib import Path

from tests import conftest  # noqa: F401 - sets Django up, before models are imported
from tests.web.people.serving import serve

if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2])
