"""A production host: the program below /opt/carteiro, the instance in its places, one systemd unit."""

from collections.abc import Callable
from pathlib import Path

from carteiro.host import processes, program, systemd
from carteiro.host.supervise.control import Control, NotRunning
from carteiro.operate import apply, engines, making, probes, running
from carteiro.operate.instance import Instance
from carteiro.operate.making import Wishes
from carteiro.settings.layout import Layout
from carteiro.words import N_, Fault, translate

Tell = Callable[[str], None]


def install(hostname: str, wishes: Wishes, tell: Tell, *, replace_mta: bool, start: bool) -> Instance:
    """Put everything in place; each step may be done again, so a rerun goes on where an earlier one stopped."""
    layout = Layout.installed()
    _require_name(layout, hostname)
    tell(translate(N_("Debian packages …")))
    engines.install(tell, replace_mta=replace_mta)
    tell(translate(N_("The program, below {directory} …"), directory=program.PREFIX))
    before, release = program.current(), program.put(program.checkout())
    # Mail that Debian's own units serve goes on until all is there that takes its place.
    systemd.take_over_from_engines_units()
    tell(
        translate(
            N_("The instance: {config}, {state}, {log} …"), config=layout.config, state=layout.state, log=layout.log
        )
    )
    start = start and systemd.present()
    making.write_settings(layout, hostname, wishes, starts=start)
    instance = _applied(layout, release, before)
    systemd.write_unit()
    systemd.enable_unit()
    if start:
        tell(translate(N_("The unit {unit} …"), unit=systemd.UNIT.name))
        systemd.start_unit()
        probes.all_answer(instance, patience=60)
    # What runs until somebody restarts it loads from the one before.
    program.prune(release, before)
    return instance


def _applied(layout: Layout, release: Path, before: Path | None) -> Instance:
    """The instance with the configuration of a release; where that is refused the one before stays in use."""
    program.use(release)
    instance = Instance.open(layout)
    if _runs_what_is_gone(layout):
        running.stop(instance)
    try:
        apply.apply(instance, "install")
    except Fault:
        if before is not None:
            program.use(before)
        raise
    return instance


def _runs_what_is_gone(layout: Layout) -> bool:
    """Whether Debian was upgraded below a running host: engines of the old release can't load what is for the new."""
    try:
        return processes.outdated(Control(layout.supervisor_socket).process_id())
    except NotRunning:
        return False


def _require_name(layout: Layout, hostname: str) -> None:
    """Before anything is changed: an instance that is there keeps its name."""
    if not layout.settings_file.exists():
        return
    existing = Instance.open(layout).settings.hostname
    if existing != hostname:
        raise Fault(
            N_("{file} says {existing}, not {wanted}."),
            N_("Change hostname there and run `carteiro apply`, or install with that name."),
            code="conflict",
            file=layout.settings_file,
            existing=existing,
            wanted=hostname,
        )
