"""Exim and its libraries, unpacked from Debian's packages and never installed."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

# Outside the checkout, so that a clean checkout needs no network a second time.
CACHE = Path(os.environ.get("CARTEIRO_LAB_CACHE", "/var/cache/carteiro-lab"))
PROGRAM = "exim4-daemon-light"


def _run(*argv: str, cwd: Path | None = None) -> str:
    return subprocess.run(argv, check=True, cwd=cwd, capture_output=True, text=True).stdout


def _needed_packages() -> set[str]:
    """The program's package and, over any number of steps, the library packages it depends on."""
    needed: set[str] = set()
    fresh = {PROGRAM}
    while fresh:
        needed |= fresh
        lines = _run("apt-cache", "depends", "--no-recommends", "--no-suggests", *fresh).splitlines()
        found = (re.fullmatch(r" *\|?Depends: (z?lib[\w.+-]+)", line) for line in lines)
        fresh = {match[1] for match in found if match} - needed
    return needed


def _download(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    try:
        _run("apt-get", "download", "-q", *sorted(_needed_packages()), cwd=directory)
    except subprocess.CalledProcessError:
        _run("apt-get", "update", "-q")
        _run("apt-get", "download", "-q", *sorted(_needed_packages()), cwd=directory)


def _unpack(packages: Path, tree: Path) -> None:
    for name in ("bin", "sbin", "lib", "lib64"):
        (tree / "usr" / name).mkdir(parents=True)
        # Debian 13's packages have their files below /usr only.
        (tree / name).symlink_to(f"usr/{name}")
    for package in sorted(packages.glob("*.deb")):
        archive = subprocess.run(("dpkg-deb", "--fsys-tarfile", package), check=True, capture_output=True).stdout
        unpack = ("tar", "-x", "--keep-directory-symlink", "--exclude=./usr/share/*", "-C", str(tree))
        subprocess.run(unpack, input=archive, check=True)


def exim_tree() -> Path:
    """The cached tree, made at the first call; the test is skipped where it can't be had."""
    release = re.search(r"VERSION_ID=\"(\d+)", Path("/etc/os-release").read_text())
    ready = CACHE / f"exim-debian{release[1] if release else ''}"
    if ready.is_dir():
        return ready
    packages, unfinished = CACHE / "packages", ready.with_suffix(f".{os.getpid()}")
    try:
        shutil.rmtree(packages, ignore_errors=True)
        _download(packages)
        _unpack(packages, unfinished)
        unfinished.rename(ready)
    except (OSError, subprocess.CalledProcessError) as reason:
        pytest.skip(f"needs Exim ({PROGRAM}) as the foreign mail host, which can't be downloaded: {reason}")
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.rmtree(packages, ignore_errors=True)
    return ready
