"""The program of an installed host, below /opt: one virtual environment for each release, and which one is current."""

import hashlib
import platform
import shutil
import sys
from pathlib import Path

import carteiro
from carteiro.host import files, run
from carteiro.settings.layout import Layout
from carteiro.words import N_, Fault

PREFIX = Path("/opt/carteiro")
CURRENT = PREFIX / "current"
COMMAND = Path("/usr/local/bin/carteiro")
_PYTHON = "/usr/bin/python3"


def python(layout: Layout) -> str:
    """The interpreter for an instance's own services.

    An installed host's is that of its installed program, whichever clone a command is given from: the clone may be
    gone at the next start. It is named by its release, so that what runs goes on loading from that one while another
    is put beside it. Another instance's is our own.
    """
    release = current() if layout == Layout.installed() else None
    return str(release / "bin" / "python") if release else sys.executable


def checkout() -> Path:
    """The clone that this program runs from; an installed program has none."""
    place = Path(carteiro.__file__).resolve().parents[2]
    if not (place / "requirements" / "run.txt").exists():
        raise Fault(
            N_("This is the installed program; a new release is installed from its own clone."),
            N_("Clone the release and run `./carteiro install` in it."),
        )
    return place


def current() -> Path | None:
    """The release that is in use; None before the first."""
    return CURRENT.resolve() if CURRENT.exists() else None


def put(source: Path) -> Path:
    """Build a release beside the others, and give where it is; nothing uses it yet.

    It is a virtual environment of its own, so that the clone may be removed afterwards; its scripts name that path.
    """
    release = PREFIX / "releases" / _digest(source)
    if not (release / ".complete").exists():
        shutil.rmtree(release, ignore_errors=True)
        files.make_directory(release.parent)
        run.run([_PYTHON, "-m", "venv", release], timeout=300)
        pip: list[str | Path] = [release / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-input"]
        run.run([*pip, "--require-hashes", "--requirement", source / "requirements" / "run.txt"], timeout=1800)
        run.run([*pip, "--no-deps", "--no-build-isolation", source], timeout=600)
        shutil.copy(source / "README.md", release / "README.md")
        files.write(release / ".complete", b"")
    return release


def use(release: Path) -> None:
    """Let the command and the services of the next start be those of a release."""
    files.switch(CURRENT, release)
    files.make_directory(COMMAND.parent)
    files.switch(COMMAND, CURRENT / "bin" / "carteiro")


def prune(*kept: Path | None) -> None:
    """Remove the releases that nobody uses any more."""
    for other in set((PREFIX / "releases").iterdir()) - set(kept):
        shutil.rmtree(other, ignore_errors=True)


def _digest(source: Path) -> str:
    """A name for exactly this program, its dependencies and its interpreter, which goes with a release of Debian."""
    total = hashlib.sha256(f"{Path(_PYTHON).resolve()} {platform.machine()}".encode())
    for path in sorted(
        [*(source / "src").rglob("*.*"), source / "requirements" / "run.txt", source / "pyproject.toml"]
    ):
        if path.is_file() and "__pycache__" not in path.parts:
            total.update(str(path.relative_to(source)).encode() + b"\0" + path.read_bytes())
    return f"{carteiro.__version__}-{total.hexdigest()[:12]}"
