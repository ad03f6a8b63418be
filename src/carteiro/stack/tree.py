"""What a rendering yields: files, and how their services run, are checked, reloaded and probed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """One file of a generation; `path` is relative to the generation's directory."""

    path: str
    content: bytes
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"


@dataclass(frozen=True)
class Service:
    """One long-running child of the supervisor.

    `reload` makes it load the generation that is current; None: it reads nothing from a generation.
    `files` are the path prefixes in the generation whose change concerns it.
    `restart` is the text of what only a restart can change, listeners for instance: where it differs from
    what the service was started with, restart it, else reload it.
    `kill_group`: its children would outlive it and hold its ports; when it dies they are ended.
    """

    name: str
    argv: tuple[str, ...]
    priority: int
    user: str = "root"
    stop_seconds: int = 30
    stop_signal: str = "TERM"
    reload: tuple[str, ...] | None = None
    files: tuple[str, ...] = ()
    restart: str = ""
    kill_group: bool = False


@dataclass(frozen=True)
class Check:
    """An engine's own check of a staged generation; it has the name of the engine's service.

    `argv` has the literal `{generation}` where the staged directory goes. It fails on a non-zero exit status and,
    where `stderr_is_failure`, on anything said on standard error.
    """

    name: str
    argv: tuple[str, ...]
    stderr_is_failure: bool = False

    def command(self, generation: str) -> tuple[str, ...]:
        """The arguments for the generation staged in the directory `generation`."""
        return tuple(part.replace("{generation}", generation) for part in self.argv)


@dataclass(frozen=True)
class Probe:
    """A question to a running service through its real protocol.

    `kind` is one of smtp, submission, submissions, imap, imaps, pop3, pop3s, managesieve, https, http (`host`
    and `port` say where), or map: a look-up in the Postfix map named `argument` that must answer without an error.
    """

    kind: str
    host: str
    port: int
    argument: str = ""


@dataclass(frozen=True)
class Stack:
    """All of one rendering."""

    files: tuple[File, ...]
    services: tuple[Service, ...]
    checks: tuple[Check, ...]
    probes: tuple[Probe, ...]
