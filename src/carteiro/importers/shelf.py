"""What is too much to be held in memory: values in a row, or by key, in a file that goes with the process.

So a host of any size is planned in little memory. What is taken out is a copy: what was changed has to be put back.
"""

import itertools
import pickle
import sqlite3
import weakref
from collections.abc import Callable, ItemsView, Iterable, Iterator, MutableMapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar, cast, overload

from carteiro.words import N_, Fault

_CACHE_KILOBYTES = 16_000
_AT_ONCE = 500

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


class Pile(Sequence[T]):
    """Values in a row."""

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._table = _table(self, "value BLOB")
        self._count = 0
        self.extend(items)

    def append(self, item: T) -> None:
        """Put one at the end."""
        self.extend((item,))

    def extend(self, items: Iterable[T]) -> None:
        """Put more at the end."""
        left = iter(items)
        while some := list(itertools.islice(left, _AT_ONCE)):
            _put(f"INSERT INTO {self._table} (value) VALUES (?)", ((_packed(item),) for item in some))  # noqa: S608 - our own name
            self._count += len(some)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> T: ...

    @overload
    def __getitem__(self, at: slice) -> list[T]: ...

    def __getitem__(self, at: int | slice) -> T | list[T]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(self._count))]
        number = at + 1 if at >= 0 else self._count + at + 1
        rows = _asked(f"SELECT value FROM {self._table} WHERE n = ?", (number,))  # noqa: S608
        if not rows:
            raise IndexError(at)
        item: T = pickle.loads(rows[0][0])  # noqa: S301 - nobody else can write there
        return item

    def __iter__(self) -> Iterator[T]:
        for _, value in _rows(self._table, "value"):
            yield pickle.loads(value)  # noqa: S301


class Shelf(MutableMapping[K, V]):
    """Values by key, in the order in which the keys came; `pack` makes a text of a key, and `unpack` the key again."""

    def __init__(self, pack: Callable[[K], str], unpack: Callable[[str], K], usual: V | None = None) -> None:
        """`usual` is a value that most have: it takes no room."""
        self._table = _table(self, "name TEXT NOT NULL UNIQUE, value BLOB")
        self._pack = pack
        self._unpack = unpack
        self._usual = usual
        self._used = False

    def __getitem__(self, key: K) -> V:
        row = self._row(f"SELECT value FROM {self._table} WHERE name = ?", key)  # noqa: S608
        if row is None:
            raise KeyError(key)
        return self._value(row[0])

    def __setitem__(self, key: K, value: V) -> None:
        self._used = True
        packed = None if self._usual is not None and value == self._usual else _packed(value)
        _asked(
            f"INSERT INTO {self._table} (name, value) VALUES (?, ?)"  # noqa: S608
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (self._pack(key), packed),
        )

    def __delitem__(self, key: K) -> None:
        if key not in self:
            raise KeyError(key)
        _asked(f"DELETE FROM {self._table} WHERE name = ?", (self._pack(key),))  # noqa: S608

    def __contains__(self, key: object) -> bool:
        return self._row(f"SELECT 1 FROM {self._table} WHERE name = ?", cast("K", key)) is not None  # noqa: S608

    def __len__(self) -> int:
        return int(_asked(f"SELECT count(*) FROM {self._table}")[0][0])  # noqa: S608

    def __iter__(self) -> Iterator[K]:
        """The keys; what is put in meanwhile comes too."""
        for _, name in _rows(self._table, "name"):
            yield self._unpack(name)

    def items(self) -> ItemsView[K, V]:
        """Keys and values, read together."""
        return _Items(self)

    def pairs(self) -> Iterator[tuple[K, V]]:
        """As `items`."""
        for _, name, value in _rows(self._table, "name, value"):
            yield self._unpack(name), self._value(value)

    def _row(self, query: str, key: K) -> tuple[bytes | None] | None:
        if not self._used:
            return None
        return next(iter(_asked(query, (self._pack(key),))), None)

    def _value(self, packed: bytes | None) -> V:
        return cast("V", self._usual) if packed is None else cast("V", pickle.loads(packed))  # noqa: S301


class _Items(ItemsView[K, V]):
    def __init__(self, shelf: Shelf[K, V]) -> None:
        super().__init__(shelf)
        self._shelf = shelf

    def __iter__(self) -> Iterator[tuple[K, V]]:
        return self._shelf.pairs()


def by_name() -> "Shelf[str, V]":
    """A shelf whose keys are texts."""
    return Shelf(str, str)


class Names(Shelf[str, bool]):
    """A set of texts."""

    def __init__(self) -> None:
        super().__init__(str, str, usual=True)

    def add(self, name: str) -> None:
        """Put one in, if it is not there."""
        self[name] = True


class _Named:
    """A table of rows that have names; several may have the same one."""

    def __init__(self) -> None:
        self.table = _table(self, "name TEXT, value BLOB")


def grouped(rows: Iterable[tuple[str, T]]) -> Iterator[tuple[str, list[T]]]:
    """Rows by the name that they mean, the names in the order in which they came."""
    kept = _Named()
    left = iter(rows)
    while some := list(itertools.islice(left, _AT_ONCE)):
        packed = ((name, _packed(row)) for name, row in some)
        _put(f"INSERT INTO {kept.table} (name, value) VALUES (?, ?)", packed)  # noqa: S608
    query = f"SELECT name, min(n) FROM {kept.table} GROUP BY name HAVING count(*) > 1"  # noqa: S608
    several: dict[str, int] = dict(_asked(query))
    for n, name, value in _rows(kept.table, "name, value"):
        if name not in several:
            yield name, [pickle.loads(value)]  # noqa: S301
        elif several[name] == n:
            same = _asked(f"SELECT value FROM {kept.table} WHERE name = ? ORDER BY n", (name,))  # noqa: S608
            yield name, [pickle.loads(value) for (value,) in same]  # noqa: S301


_NUMBERS = itertools.count()


@cache
def _scratch() -> sqlite3.Connection:
    # A database without a name is a file that is gone once it is open, and has no more in memory than its cache.
    scratch = sqlite3.connect("", isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KILOBYTES}"):
        scratch.execute(f"PRAGMA {pragma}")
    scratch.execute("BEGIN")  # for ever: nothing of it is meant to last
    return scratch


def _asked(statement: str, values: tuple[object, ...] = ()) -> list[Any]:
    """The rows that a statement gives. Raises Fault, as `_put` does."""
    try:
        return _scratch().execute(statement, values).fetchall()
    except sqlite3.Error as error:
        raise _unwritable(error) from error


def _put(statement: str, rows: Iterable[tuple[object, ...]]) -> None:
    """A statement for each of these rows."""
    try:
        _scratch().executemany(statement, rows)
    except sqlite3.Error as error:
        raise _unwritable(error) from error


def _unwritable(error: sqlite3.Error) -> Fault:
    # Not left to callers: they would take it for an error of the old host's database, which they read meanwhile.
    return Fault(
        N_("What the import has to put aside can't be written: {reason}."),
        N_("Make room in /var/tmp, or name another directory in SQLITE_TMPDIR."),
        code="unwritable",
        reason=error,
    )


def _table(owner: object, columns: str) -> str:
    """A table that goes with its owner."""
    name = f"shelf{next(_NUMBERS)}"
    _asked(f"CREATE TABLE {name} (n INTEGER PRIMARY KEY, {columns})")
    weakref.finalize(owner, _drop, name)
    return name


def _drop(table: str) -> None:
    with suppress(sqlite3.Error):
        _scratch().execute(f"DROP TABLE {table}")


def _rows(table: str, columns: str) -> Iterator[tuple[Any, ...]]:
    last = 0
    query = f"SELECT n, {columns} FROM {table} WHERE n > ? ORDER BY n LIMIT {_AT_ONCE}"  # noqa: S608
    while some := _asked(query, (last,)):
        yield from some
        last = some[-1][0]


def _packed(value: object) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
