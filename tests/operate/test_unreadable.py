"""A clone may lie where the projector's user can't read: below /root, say."""

import subprocess
import sys
from pathlib import Path


def test_the_projector_needs_nothing_more_of_the_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.operate.unreadable", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.split("\n") == ["done", ""], done.stdout + done.stderr[-3000:]
