"""Write the golden files anew from what is rendered now: `python -m tests.golden.accept`, then read the difference."""

from collections.abc import Iterator
from pathlib import Path

from tests.golden.cases import CASES, DEBIAN, Case

FILES = Path(__file__).parent / "files"


def golden_file(name: str, debian: int) -> Path:
    """Where a case's rendering for a release is kept."""
    return FILES / f"{name}.debian{debian}.txt"


def text_of(case: Case, debian: int) -> str:
    """All of a rendering as one text: files first, each below its path, mode and owner, then the rest."""
    return "\n".join(_lines(case, debian)) + "\n"


def _lines(case: Case, debian: int) -> Iterator[str]:
    stack = case.build(debian)
    for file in stack.files:
        yield f"=== file {file.path} {file.mode:04o} {file.owner}:{file.group}"
        yield file.content.decode()
    yield from (f"=== service {service}" for service in stack.services)
    yield from (f"=== check {check}" for check in stack.checks)
    yield from (f"=== probe {probe}" for probe in stack.probes)


def accept() -> None:
    """Replace all golden files."""
    FILES.mkdir(exist_ok=True)
    for old in FILES.iterdir():
        old.unlink()
    for name, case in CASES.items():
        for debian in DEBIAN:
            golden_file(name, debian).write_text(text_of(case, debian))


if __name__ == "__main__":
    accept()
