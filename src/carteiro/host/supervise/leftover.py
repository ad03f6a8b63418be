"""What a supervisor that was killed leaves running: the engines go on without it, so that mail flows."""

import configparser
import os
import shlex
from pathlib import Path

import psutil

from carteiro.host.files import lock
from carteiro.host.processes import end, left_behind


def take_over(configuration: Path, lock_file: Path) -> int:
    """Hold the instance's lock and end what an earlier supervisor left running; gives the lock's descriptor.

    Raises `Fault` if the instance runs. Whoever only wants the ports free closes the descriptor afterwards.
    """
    descriptor = lock(lock_file)
    try:
        end(leftovers(configuration))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def leftovers(configuration: Path) -> list[psutil.Process]:
    """The programs of a supervisor that is no more. Some are started by scripts and then known by their arguments:
    the engines' masters are given their configuration, which lies beside the supervisor's own.
    """
    found = left_behind(commands(configuration), configuration.parent)
    return [one for one in found if one.pid != os.getpid() and not _is_supervisor(one, configuration)]


def commands(configuration: Path) -> list[list[str]]:
    """The commands of all programs in a supervisor's configuration; none if there is no such file."""
    parser = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"), strict=False)  # as supervisor reads it
    parser.read(configuration, "utf-8")
    programs = [section for section in parser.sections() if section.startswith("program:")]
    return [shlex.split(parser.get(section, "command").replace("%%", "%")) for section in programs]


def _is_supervisor(process: psutil.Process, configuration: Path) -> bool:
    # One that starts at the same moment and has not asked for the lock yet; it is not a program of the tree.
    try:
        return str(configuration) in process.cmdline()
    except psutil.NoSuchProcess:
        return False
