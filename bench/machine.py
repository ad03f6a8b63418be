"""What machine the figures are from."""

import os
import platform
import re
import subprocess
from datetime import date
from pathlib import Path

PROGRAMS = {"Postfix": ["postconf", "-d", "-h", "mail_version"], "Dovecot": ["dovecot", "--version"]}


def describe() -> str:
    """One line: date, processor, cores, memory, releases."""
    cores = len(os.sched_getaffinity(0))
    release = _field("/etc/os-release", r'^PRETTY_NAME="?([^"\n]+)')
    processor = _field("/proc/cpuinfo", r"^model name\s*: (.+)") or platform.machine()
    memory = int(_field("/proc/meminfo", r"^MemTotal:\s+(\d+)") or 0) // 1024**2
    versions = ", ".join(f"{name} {_output(argv).split()[0]}" for name, argv in PROGRAMS.items())
    return f"{date.today().isoformat()}; {processor}, {cores} cores, {memory} GB; {release}; {versions}"


def _field(path: str, pattern: str) -> str:
    found = re.search(pattern, Path(path).read_text(), re.MULTILINE)
    return found.group(1).strip() if found else ""


def _output(argv: list[str]) -> str:
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout
