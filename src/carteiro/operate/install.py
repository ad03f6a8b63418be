"""A production host: the program below /opt/carteiro, the instance in its places, one systemd unit."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import carteiro
from carteiro.host import files, run, systemd
from carteiro.operate import apply, engines, making, probes
from carteiro.operate.instance import Instance
from carteiro.operate.making import Wishes
from carteiro.settings.layout import Layout
from carteiro.words import N_, Fault, translate

PREFIX = Path("/opt/carteiro")
COMMAND = Path("/usr/local/bin/carteiro")

Tell = Callable[[str], None]


def install(hostname: str, wishes: Wishes, tell: Tell, *, replace_mta: bool, start: bool) -> Instance:
    """Put everything in place; each step may be done again, so a rerun goes on where an earlier one stopped."""
    layout = Layout.installed()
    tell(translate(N_("Debian packages …")))
    engines.install(tell, replace_mta=replace_mta)
    systemd.disable_engines_units()
    tell(translate(N_("The program, below {directory} …"), directory=PREFIX))
    put_program(checkout())
    tell(
        translate(
            N_("The instance: {config}, {state}, {log} …"), config=layout.config, state=layout.state, log=layout.log
        )
    )
    start = start and systemd.present()
    making.write_settings(layout, hostname, wishes, starts=start)
    instance = Instance.open(layout)
    if instance.settings.hostname != hostname:
        raise Fault(
            N_("{file} says {existing}, not {wanted}."),
            N_("Change hostname there and run `carteiro apply`, or install with that name."),
            code="conflict",
            file=layout.settings_file,
            existing=instance.settings.hostname,
            wanted=hostname,
        )
    apply.apply(instance, "install")
    systemd.write_unit()
    systemd.enable_unit()
    if start:
        tell(translate(N_("The unit {unit} …"), unit=systemd.UNIT.name))
        systemd.start_unit()
        probes.all_answer(instance, patience=60)
    return instance


def checkout() -> Path:
    """The clone that this program runs from; an installed program has none."""
    place = Path(carteiro.__file__).resolve().parents[2]
    if not (place / "requirements" / "run.txt").exists():
        raise Fault(
            N_("This is the installed program; a new release is installed from its own clone."),
            N_("Clone the release and run `./carteiro install` in it."),
        )
    return place


def put_program(source: Path) -> None:
    """A virtual environment of its own, so that the clone may be removed afterwards.

    It is built beside the old one and takes its place in one step; its scripts name the final path.
    """
    release = PREFIX / "releases" / _digest(source)
    if not (release / ".complete").exists():
        shutil.rmtree(release, ignore_errors=True)
        files.make_directory(release.parent)
        run.run(["/usr/bin/python3", "-m", "venv", release], timeout=300)
        pip: list[str | Path] = [release / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-input"]
        run.run([*pip, "--require-hashes", "--requirement", source / "requirements" / "run.txt"], timeout=1800)
        run.run([*pip, "--no-deps", "--no-build-isolation", source], timeout=600)
        shutil.copy(source / "README.md", release / "README.md")
        files.write(release / ".complete", b"")
    files.switch(PREFIX / "current", release)
    files.make_directory(COMMAND.parent)
    files.switch(COMMAND, PREFIX / "current" / "bin" / "carteiro")


def _digest(source: Path) -> str:
    """A name for exactly this program and its dependencies."""
    total = hashlib.sha256()
    for path in sorted(
        [*(source / "src").rglob("*.*"), source / "requirements" / "run.txt", source / "pyproject.toml"]
    ):
        if path.is_file() and "__pycache__" not in path.parts:
            total.update(str(path.relative_to(source)).encode() + b"\0" + path.read_bytes())
    return f"{carteiro.__version__}-{total.hexdigest()[:12]}"
