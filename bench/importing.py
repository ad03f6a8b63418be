"""How fast Maildirs are imported and compared, against `cp -a` and against reading the tree twice.

`.venv/bin/python -m bench.importing [--messages 50000] [--rounds 3] [--place DIRECTORY]`, as root. No engine runs; what
is measured is what the import itself does, its writing to the disk included. All of it happens below DIRECTORY and goes
away.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from carteiro.hosting.database import configure

HOME = "ab" * 16
FOLDERS = ("", ".Sent", ".Work", ".Work.Old", ".Archive")
BODY = b"From: a@b.test\nSubject: bench\nMessage-ID: <%d@b.test>\n\n" + (b"x" * 62 + b"\n") * 157


def fill(maildir: Path, messages: int) -> None:
    """A mailbox as Courier leaves it: messages of 10 kB in some folders, with its list of UIDs."""
    for index, name in enumerate(FOLDERS):
        folder = maildir / name
        for part in ("cur", "new", "tmp", "courierimapkeywords"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        count = messages // len(FOLDERS)
        with (folder / "courierimapuiddb").open("w") as uids:
            uids.write(f"1 795379668 {2 * count + 1}\n")
            for number in range(count):
                content = BODY % number
                base = f"{1200000000 + number}.M{number}P{index}V000000000000FE00I{number:016X}.vm,S={len(content)}"
                uids.write(f"{2 * number + 1} {base}\n")
                file = folder / "cur" / f"{base}:2,{'S' if number % 2 else ''}"
                file.write_bytes(content)
                os.utime(file, (1200000000 + number, 1200000000 + number))


def child(what: str, source: Path, place: Path) -> None:
    """One import or comparison; prints how much memory it took."""
    configure.prepare()
    from carteiro.importers.maildirs import reading, verify
    from carteiro.importers.maildirs.copying import MailboxMerge
    from carteiro.operate.instance import Instance
    from carteiro.settings.layout import Layout
    from carteiro.settings.schema import Settings

    layout = Layout.below(place)
    layout.mail.mkdir(parents=True, exist_ok=True)
    began, busy = time.monotonic(), _busy(resource.RUSAGE_SELF)
    if what == "import":
        with reading.opened(source, "copy") as found:
            MailboxMerge.into(found, layout, HOME).run(lambda _done: None)
    else:
        instance = Instance(layout, Settings(hostname="mail.bench.test"))
        assert not verify(source, instance, HOME, lambda _done: None)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.monotonic() - began, _busy(resource.RUSAGE_SELF) - busy, memory)


def measured(what: str, source: Path, place: Path) -> tuple[float, float, float]:
    """Seconds, processor seconds and megabytes of an import or a comparison in a process of its own, once it runs."""
    argv = (sys.executable, "-m", "bench.importing", "--child", what, "--source", str(source), "--place", str(place))
    said = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.split()
    return float(said[0]), float(said[1]), float(said[2])


def timed(*argv: str) -> tuple[float, float]:
    """Seconds and processor seconds that a command takes."""
    began, busy = time.monotonic(), _busy(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, check=True)
    return time.monotonic() - began, _busy(resource.RUSAGE_CHILDREN) - busy


def _busy(whose: int) -> float:
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


def round_of(source: Path, place: Path) -> dict[str, float]:
    """Each thing once, one after the other, so that a busy machine slows all of them."""
    copy, ours = place / "copy", place / "ours"
    for old in (copy, ours):
        shutil.rmtree(old, ignore_errors=True)
    os.sync()
    # Durable in the end, as the import is.
    durable, _ = timed("sh", "-c", f"cp -a {source} {copy} && sync -f {place}")
    shutil.rmtree(copy)
    os.sync()
    bare, bare_busy = timed("cp", "-a", str(source), str(copy))
    os.sync()
    ours_seconds, ours_busy, memory = measured("import", source, ours)
    os.sync()
    reading, reading_busy = timed(
        "sh", "-c", f"for n in 1 2; do find {source} -type f -exec cat {{}} + | cat >/dev/null; done"
    )
    compared, compared_busy, compared_memory = measured("verify", source, ours)
    shutil.rmtree(ours)
    return {
        "cp -a, s": bare,
        "cp -a and sync, s": durable,
        "import, s": ours_seconds,
        "reading twice, s": reading,
        "verify, s": compared,
        "import: speed of cp -a": bare / ours_seconds,
        "import: speed of cp -a and sync": durable / ours_seconds,
        "import: processor time of cp -a": ours_busy / bare_busy,
        "verify: speed of reading twice": reading / compared,
        "verify: processor time of reading": compared_busy / reading_busy,
        "import: memory in MB": memory,
        "verify: memory in MB": compared_memory,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--messages", type=int, default=50_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--place", type=Path, default=None)
    options.add_argument("--child", help=argparse.SUPPRESS)
    options.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.child:
        child(given.child, given.source, given.place)
        return
    with tempfile.TemporaryDirectory(dir=given.place, prefix="bench-importing-") as name:
        place = Path(name)
        fill(place / "source", given.messages)
        os.sync()
        rounds = [round_of(place / "source", place) for _ in range(given.rounds)]
    for what in rounds[0]:
        values = [each[what] for each in rounds]
        print(f"{what:34} {statistics.median(values):9.2f}   {' '.join(f'{value:.2f}' for value in values)}")


if __name__ == "__main__":
    main()
