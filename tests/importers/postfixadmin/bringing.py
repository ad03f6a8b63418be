"""The accounts of an old host brought into a database; as a process of its own too, for tests that kill it."""

import os
import pickle
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from carteiro.hosting.database import configure
from carteiro.settings.layout import Layout

if __name__ == "__main__":
    configure.prepare()

from carteiro.hosting.access import Actor
from carteiro.hosting.imports import standing
from carteiro.hosting.models import Change, Imported
from carteiro.importers import moving
from carteiro.importers.moving import Done, Move, Source, Wishes
from carteiro.importers.planning.decisions import Decisions
from carteiro.importers.planning.desk import Kind
from carteiro.importers.planning.webmail import Webmail
from carteiro.importers.postfixadmin import OldHost


def prepare(
    layout: Layout, actor: Actor, old: OldHost, answers: Mapping[str, str] | None = None, webmail: Webmail | None = None
) -> Move:
    """The plan against what is here; `answers` are decisions on all things of a conflict."""
    decisions = Decisions({(name, "*"): answer for name, answer in (answers or {}).items()})
    return moving.plan(layout, actor, Source(), Wishes(decisions), old, None, webmail or Webmail())


def bring(
    layout: Layout, actor: Actor, old: OldHost, answers: Mapping[str, str] | None = None, webmail: Webmail | None = None
) -> Done:
    """One run."""
    done = Done()
    moving.bring_accounts(layout, actor, prepare(layout, actor, old, answers, webmail), done, _quiet)
    return done


def steps(done: Done) -> dict[str, int]:
    """How many things were added, changed and so on; what was refused too."""
    sums = Counter({"refused": sum(1 for _ in done.accounts.refused())})
    for (_, act), count in done.accounts.counts.items():
        sums[act.value] += count
    return dict(+sums)


def told(actor: Actor) -> dict[str, Any]:
    """All that is here, and what is remembered, without what differs from one database to the next."""
    things = {kind.value: dict(standing.all_(actor, kind.value)) for kind in Kind}
    log = list(
        Change.objects.filter(kind="old_host").order_by("at", "pk").values_list("at", "actor", "key", "domain_name")
    )
    memory = sorted(Imported.objects.exclude(kind="log").values_list("kind", "key"))
    return {"things": things, "log": log, "memory": memory}


def _quiet(_step: str, _done: int, _whole: int) -> None:
    """Nobody looks."""


if __name__ == "__main__":
    place, pickled = Layout.below(Path(sys.argv[1])), Path(sys.argv[2])
    configure.setup(place)
    bring(place, Actor.root(origin="test"), pickle.loads(pickled.read_bytes()))
    os._exit(0)
