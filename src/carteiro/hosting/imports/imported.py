"""The memory of imports: what came from which host, how it was there and how it was stored here."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.errors import Invalid, translated
from carteiro.hosting.models import Imported
from carteiro.mail.shown import shown
from carteiro.words import N_

_AT_ONCE = 1000
_NAME = re.compile(r"[A-Za-z0-9.-]{1,64}", re.ASCII)


@dataclass(frozen=True)
class Memory:
    """Digests of one thing: what the old host had, and what was here after it was stored."""

    wanted: str
    stored: str


def digest(values: Mapping[str, Any], *, key: bytes = b"", secret: str = "") -> str:
    """A short sum of values that JSON can carry; with a key where there is a secret among them."""
    told = json.dumps([values, secret], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16, key=key).hexdigest()


def check_name(source: str) -> str:
    """The name of an old host itself, if it can be one: letters, digits, dots and dashes. Raises Invalid."""
    if not _NAME.fullmatch(source):
        raise Invalid(
            N_("{name} can't be the name of an old host."),
            N_("Use at most 64 letters, digits, dots and dashes."),
            name=shown(source),
        )
    return source


@contextmanager
def together() -> Iterator[None]:
    """One transaction for use cases and what is remembered of them: both are there afterwards, or neither."""
    with translated(), transaction.atomic():
        yield


def recall(actor: Actor, source: str) -> Iterator[tuple[str, str, Memory]]:
    """All that came from a host: kind, key, digests."""
    require(actor, Right.MANAGE_HOST, thing="imports")
    with translated():
        rows = Imported.objects.filter(source=source).order_by("pk")
        last = 0
        while some := list(rows.filter(pk__gt=last)[:_AT_ONCE]):
            yield from ((row.kind, row.key, Memory(row.wanted, row.stored)) for row in some)
            last = some[-1].pk


def came(actor: Actor, source: str) -> bool:
    """Whether anything ever came from this host."""
    require(actor, Right.MANAGE_HOST, thing="imports")
    with translated():
        return Imported.objects.filter(source=source).exists()


def recall_one(actor: Actor, source: str, kind: str, key: str) -> Memory | None:
    """The digests of one thing."""
    require(actor, Right.MANAGE_HOST, thing="imports")
    with translated():
        row = Imported.objects.filter(source=source, kind=kind, key=key).first()
        return None if row is None else Memory(row.wanted, row.stored)


def remember(actor: Actor, source: str, things: Iterable[tuple[str, str, Memory]]) -> None:
    """Note what was stored: kind, key, digests."""
    require(actor, Right.MANAGE_HOST, thing="imports")
    with translated():
        Imported.objects.bulk_create(
            (
                Imported(source=source, kind=kind, key=key, wanted=told.wanted, stored=told.stored)
                for kind, key, told in things
            ),
            update_conflicts=True,
            unique_fields=("source", "kind", "key"),
            update_fields=("wanted", "stored"),
        )


def forget(actor: Actor, source: str, kind: str, key: str) -> None:
    """It is gone at the old host, and was removed here or is left alone."""
    require(actor, Right.MANAGE_HOST, thing="imports")
    with translated():
        Imported.objects.filter(source=source, kind=kind, key=key).delete()
