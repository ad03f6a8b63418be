"""A clone may lie where the site's user can't read: below /root, say."""

import subprocess
import sys
from pathlib import Path

from tests.web.test_rights_matrix import PAGES, path


def test_no_page_opens_a_file_of_the_program(tmp_path: Path) -> None:
    paths = "\n".join(path(name) for name in sorted(PAGES))
    done = subprocess.run(
        [sys.executable, "-m", "tests.web.unreadable", str(tmp_path)],
        input=paths,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.split("\n") == ["done", ""], done.stdout + done.stderr[-3000:]
