"""A bare Debian in a directory: made by debootstrap once, copied for each test, entered through namespaces.

The copy's processes live in a process namespace and its mounts in a mount namespace of their own, so both are gone
for certain when the test ends, however it ends.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CACHE = Path(os.environ.get("CARTEIRO_TEST_CACHE", "/var/cache/carteiro-test")) / "trees"
RELEASES = {12: "bookworm", 13: "trixie"}
CHECKOUT = Path(__file__).resolve().parents[2]
CLONE = "root/carteiro"
# What a machine behind a TLS-inspecting gateway sets; `up` must leave them alone.
CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class Tree:
    """A running copy."""

    def __init__(self, root: Path, init: int) -> None:
        self.root = root
        self._init = init

    def run(self, command: str, *, timeout: float = 900) -> subprocess.CompletedProcess[str]:
        """Run a shell command in the clone, as root."""
        enter = [
            "nsenter",
            f"--target={self._init}",
            "--mount",
            "--pid",
            "--root",
            f"--wd=/proc/{self._init}/root/{CLONE}",
        ]
        environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "LANG": "C.UTF-8",
        }
        environment |= {name: os.environ[name] for name in CERTIFICATE_VARIABLES if name in os.environ}
        return subprocess.run(
            [*enter, "sh", "-c", f"cd /{CLONE} && {command}"],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def processes(self) -> list[str]:
        """The command lines of all processes in the tree but its first."""
        said = self.run("for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline; echo; done").stdout
        return [
            line
            for line in said.splitlines()
            if line.strip() and "sleep infinity" not in line and "/proc/[0-9]" not in line
        ]


def bare(release: int) -> Path:
    """What debootstrap makes of a release, plus git; made once and kept."""
    name = RELEASES[release]
    place = CACHE / name
    if not place.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        unfinished = CACHE / f"{name}.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        subprocess.run(
            ["debootstrap", "--variant=minbase", "--include=git", name, str(unfinished)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        unfinished.rename(place)
    return place


@contextmanager
def copied(release: int, directory: Path) -> Iterator[Path]:
    """A copy of a bare release with the checkout in it, as long as it is wanted."""
    root = directory / f"debian-{release}"
    subprocess.run(["cp", "-a", "--reflink=auto", str(bare(release)), str(root)], check=True)
    _put_checkout(root / CLONE)
    _put_machine(root)
    try:
        yield root
    finally:
        shutil.rmtree(root)


@contextmanager
def entered(root: Path) -> Iterator[Tree]:
    """A tree in which no service manager runs, as in a container."""
    script = f"mount --rbind /dev {root}/dev && mount -t proc proc {root}/proc && exec chroot {root} sleep infinity"
    unshared = subprocess.Popen(["unshare", "--mount", "--pid", "--fork", "--kill-child=SIGKILL", "sh", "-c", script])
    try:
        init = _wait_for_child(unshared.pid, "sleep")
        yield Tree(root, init)
    finally:
        # It ignores SIGTERM; when it dies, the kernel ends everything in its process namespace.
        unshared.kill()
        unshared.wait(timeout=30)
    _wait_until_gone(init)


@contextmanager
def booted(root: Path) -> Iterator[Tree]:
    """A tree that systemd has booted, as on a real machine; it shares only this one's network and kernel."""
    nspawn = f"systemd-nspawn --quiet --register=no --keep-unit --boot --console=pipe --directory={root}"
    with _control_group() as group:
        # It would leave a directory in /run, and groups beside its own.
        script = f"echo $$ > {group}/cgroup.procs && mount -t tmpfs tmpfs /run && exec {nspawn}"
        spawned = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", script],
            env=os.environ | {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        try:
            tree = Tree(root, _wait_for_child(spawned.pid, "systemd"))
            _wait_until_booted(tree)
            yield tree
        finally:
            # It tells its child to power off; what does not is killed with it.
            spawned.terminate()
            try:
                spawned.wait(timeout=60)
            finally:
                spawned.kill()


@contextmanager
def _control_group() -> Iterator[Path]:
    """A control group of this process's own, cgroups(7), version 2."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    top = next(Path(mount[1]) for mount in mounts if mount[2] == "cgroup2")
    ours = next(line for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::"))
    group = top / ours.removeprefix("0::/") / f"carteiro-test-{os.getpid()}"
    group.mkdir()
    try:
        yield group
    finally:
        for place, _groups, _files in os.walk(group, topdown=False):
            Path(place).rmdir()


def _wait_until_booted(tree: Tree) -> None:
    deadline = time.monotonic() + 120
    while (said := tree.run("systemctl is-system-running --wait").stdout.strip()) not in {"running", "degraded"}:
        assert time.monotonic() < deadline, said
        time.sleep(0.2)
    assert said == "running", tree.run("systemctl --failed").stdout


def _wait_until_gone(process_id: int) -> None:
    deadline = time.monotonic() + 30
    while Path(f"/proc/{process_id}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)


def _wait_for_child(parent: int, name: str) -> int:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            if Path(f"/proc/{child}/comm").read_text().strip() == name:
                return int(child)
        time.sleep(0.05)
    raise TimeoutError("the tree's first process did not start")


def _put_checkout(place: Path) -> None:
    """What a clone would hold: the files that git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
    ).stdout
    for name in filter(None, listed.decode().split("\0")):
        source = CHECKOUT / name
        if source.exists():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, place / name)


def _put_machine(root: Path) -> None:
    """The resolver, and the certificate authorities that this machine trusts beyond Debian's."""
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    for name in CERTIFICATE_VARIABLES:
        bundle = Path(os.environ.get(name, ""))
        if bundle.is_file():
            target = root / bundle.relative_to("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(bundle, target)
    own = Path("/usr/local/share/ca-certificates")
    if own.is_dir():
        shutil.copytree(own, root / own.relative_to("/"), dirs_exist_ok=True)
