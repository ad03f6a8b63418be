"""Write the golden files anew from what is rendered now: `python -m tests.golden.accept`, then read the difference."""

import shutil
from pathlib import Path

from tests.golden.cases import CASES, DEBIAN, Case

FILES = Path(__file__).parent / "files"
SUMMARY = "stack.txt"


def rendered(case: Case, debian: int) -> dict[str, bytes]:
    """A case's files by path, and a summary of all that is not a file's content."""
    stack = case.build(debian)
    rows = [f"file {file.path} {file.mode:04o} {file.owner}:{file.group}" for file in stack.files]
    rows += [f"service {service}" for service in stack.services]
    rows += [f"check {check}" for check in stack.checks]
    rows += [f"probe {probe}" for probe in stack.probes]
    return {SUMMARY: "\n".join(rows).encode() + b"\n", **{file.path: file.content for file in stack.files}}


def accept() -> None:
    """Replace all golden files."""
    shutil.rmtree(FILES, ignore_errors=True)
    for name, case in CASES.items():
        for debian in DEBIAN:
            for path, content in rendered(case, debian).items():
                file = FILES / name / str(debian) / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)


if __name__ == "__main__":
    accept()
