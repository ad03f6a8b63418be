"""The shell that makes the virtual environment: when it does nothing, what it says, what it repairs."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clone's files without its environment."""
    for name in ("bootstrap", "requirements", "src"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("up", "carteiro", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def shell(checkout: Path, script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    text = f'HERE=$1; shift; source "$HERE/bootstrap/venv.sh"; {script}'
    argv = ["bash", "-euo", "pipefail", "-c", text, "-", str(checkout), *arguments]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=300)


def stamp(checkout: Path, kind: str) -> None:
    binaries = checkout / ".venv" / "bin"
    binaries.mkdir(parents=True, exist_ok=True)
    (binaries / "carteiro").write_text('#!/bin/sh\necho "called: $*"\n')
    (binaries / "carteiro").chmod(0o755)
    (checkout / ".venv" / f".ready-{kind}").write_text(shell(checkout, "ingredients").stdout)


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_with_a_valid_stamp_the_command_starts_at_once(checkout: Path, kind: str) -> None:
    stamp(checkout, kind)
    begun = time.monotonic()
    ended = subprocess.run([checkout / "carteiro", "domain", "a b"], capture_output=True, text=True, check=True)
    assert time.monotonic() - begun < 0.5
    assert (ended.stdout, ended.stderr) == ("called: domain a b\n", "")
    assert subprocess.run([checkout / "up", "-x"], capture_output=True, check=True).stdout == b"called: up -x\n"


def test_the_command_works_from_any_directory(checkout: Path) -> None:
    stamp(checkout, "run")
    ended = subprocess.run([checkout / "carteiro"], capture_output=True, check=True, cwd="/")
    assert ended.stdout == b"called: \n"


@pytest.mark.parametrize("changed", ["requirements/run.txt", "pyproject.toml", "bootstrap/venv.sh"])
def test_a_changed_ingredient_makes_the_stamp_invalid(checkout: Path, changed: str) -> None:
    stamp(checkout, "run")
    with (checkout / changed).open("a") as file:
        file.write("\n# changed\n")
    assert shell(checkout, 'is_stamped run "$(ingredients)"').returncode == 1


def test_a_moved_checkout_makes_the_stamp_invalid(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    stamp(checkout, "run")
    moved = tmp_path_factory.mktemp("moved") / "there"
    shutil.copytree(checkout, moved)
    assert shell(checkout, 'is_stamped run "$(ingredients)"').returncode == 0
    assert shell(moved, 'is_stamped run "$(ingredients)"').returncode == 1


def test_whoever_is_not_root_is_told_so(checkout: Path) -> None:
    for parent in (checkout, checkout.parent, checkout.parent.parent):
        parent.chmod(0o755)
    argv = ["setpriv", "--reuid=65534", "--clear-groups", str(checkout / "up")]
    ended = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == "carteiro: this needs root; run it again as root, for instance with sudo\n"
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"LANG": "pt_BR.UTF-8"}, "isto precisa do root"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "pt_BR"}, "isto precisa do root"),
        ({"LANG": "pt_BR.UTF-8", "LC_ALL": "C.UTF-8"}, "this needs root"),
        ({}, "this needs root"),
    ],
)
def test_it_speaks_the_language_of_the_terminal(checkout: Path, variables: dict[str, str], told: str) -> None:
    text = 'HERE=$1; source "$HERE/bootstrap/venv.sh"; id() { echo 1000; }; need_root'
    environment = {"PATH": os.environ["PATH"], **variables}
    ended = subprocess.run(
        ["bash", "-c", text, "-", str(checkout)], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"carteiro: {told}")


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "PIP_CERT"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "not the pinned one"),
        ("WARNING: Retrying after connection broken by 'NewConnectionError('<…>: Failed to establish')'", "network"),
        (
            "ERROR: Could not find a version that satisfies the requirement x==1 (from versions: none)\n"
            "ERROR: No matching distribution found for x==1",
            "No matching distribution found for x==1: the Python package index is out of reach",
        ),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: something new", "something new"),
    ],
)
def test_each_complaint_of_pip_becomes_one_line_with_the_log(checkout: Path, output: str, told: str) -> None:
    ended = shell(checkout, "OUTPUT=$1; explain_pip", output)
    assert ended.returncode == 1
    assert told in ended.stderr
    assert ended.stderr.count("\n") == 1
    if "PIP_CERT" not in told:
        assert str(checkout / ".cache/bootstrap.log") in ended.stderr


def test_a_half_made_environment_is_made_anew_and_a_whole_one_kept(checkout: Path) -> None:
    half = checkout / ".venv" / "half"
    half.mkdir(parents=True)
    (checkout / ".cache").mkdir()
    assert shell(checkout, "make_venv").returncode == 0
    assert not half.exists()
    assert (checkout / ".venv/bin/python").exists()
    half.mkdir()
    assert shell(checkout, "make_venv").returncode == 0
    assert half.exists()


def test_a_second_run_waits_for_the_first(checkout: Path) -> None:
    (checkout / ".cache").mkdir()
    stamp(checkout, "run")
    text = (checkout / ".venv/.ready-run").read_text()
    (checkout / ".venv/.ready-run").unlink()
    holder = subprocess.Popen(["flock", str(checkout / ".cache/bootstrap.lock"), "sleep", "1"])
    time.sleep(0.3)
    waiting = subprocess.Popen([str(checkout / "carteiro"), "x"], stdout=-1, stderr=-1, text=True)
    time.sleep(0.3)
    (checkout / ".venv/.ready-run").write_text(text)
    out, err = waiting.communicate(timeout=20)
    assert holder.wait() == 0
    assert (out, err) == ("called: x\n", "carteiro: waiting for another run that prepares this checkout\n")


@pytest.mark.fresh
def test_an_interrupted_run_goes_on_where_it_stopped(checkout: Path) -> None:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    first = subprocess.Popen(
        ["bash", "-c", f'HERE={checkout}; source "$HERE/bootstrap/venv.sh"; prepare run'],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=environment,
    )
    while not (checkout / ".venv/.made").exists():
        assert first.poll() is None
        time.sleep(0.05)
    os.killpg(first.pid, 9)
    first.wait()
    made = (checkout / ".venv/.made").stat().st_mtime
    ended = shell(checkout, "prepare run; prepare run")
    assert ended.returncode == 0, ended.stderr
    assert (checkout / ".venv/.made").stat().st_mtime == made
    assert (checkout / ".venv/bin/carteiro").exists()
    assert list((checkout / "src/carteiro/host/__pycache__").glob("run.*.pyc"))
