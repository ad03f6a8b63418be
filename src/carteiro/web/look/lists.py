"""Lists of many rows: search, filters, sort and paging over a query, all of it kept in the address of the page.

Paging goes by the last row shown, not by a number of rows to skip, and counting stops at a bound: page 2,000 costs what
page 1 does.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.functional import Promise

Row = TypeVar("Row", bound=Model)
Label = str | Promise

SIZES = (50, 25, 100, 200)
"""How many rows a page may have; the first is what it has if nobody asks."""
BOUND = 1000
"""Where counting stops."""

_LONGEST_SEARCH = 200
_MOST_WORDS = 6


@dataclass(frozen=True)
class Column:
    """A column of the table. `sort` is a column of the database without nulls, best one with an index."""

    name: str
    label: Label
    sort: str = ""
    descending: bool = False  # which way it goes first
    numeric: bool = False
    hidden_label: bool = False  # for screen readers only


@dataclass(frozen=True)
class Filter:
    """A choice that narrows the list. `condition` says what a value means; None: nothing that there is."""

    name: str
    label: Label
    condition: Callable[[str], Q | None]
    choices: tuple[tuple[str, Label], ...] = ()  # none: it is set by links alone, and shown as a chip

    def shown(self, value: str) -> Label:
        """A value for people."""
        return dict(self.choices).get(value, value)


def cases(name: str, label: Label, conditions: Mapping[str, tuple[Label, Q]]) -> Filter:
    """A filter by named conditions: value → label and condition."""
    known = {value: condition for value, (_label, condition) in conditions.items()}
    return Filter(name, label, known.get, tuple((value, shown) for value, (shown, _condition) in conditions.items()))


def exactly(name: str, label: Label, column: str, choices: tuple[tuple[str, Label], ...] = ()) -> Filter:
    """A filter by the exact value of a column."""
    return Filter(name, label, lambda value: Q(**{column: value}), choices)


@dataclass(frozen=True)
class Listing:
    """What a list has; one per page, made once.

    `order` is the column that it is sorted by at first. `search` names the columns of the database that are searched.
    """

    columns: tuple[Column, ...]
    order: str
    search: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    searched: Callable[[str], Q] | None = None
    """Another way to search for a word."""

    def page(self, request: HttpRequest, rows: QuerySet[Row]) -> "Page[Row]":
        """The part of `rows` that a request asks for. What it asks in a wrong way is as if it were not asked."""
        return Page(self, request, rows, self.state(request.GET))

    def state(self, asked: Mapping[str, str]) -> "State":
        """What a request asks for, checked."""
        name = asked.get("sort", "").removeprefix("-")
        column = self.sortable.get(name)
        descending = asked["sort"].startswith("-") if column else self.sortable[self.order].descending
        chosen = {each.name: asked[each.name][:_LONGEST_SEARCH] for each in self.filters if asked.get(each.name)}
        size = asked.get("size", "")
        return State(
            search=" ".join(asked.get("q", "").replace("\0", "")[:_LONGEST_SEARCH].split()),
            sort=name if column else self.order,
            descending=descending,
            chosen={each.name: chosen[each.name] for each in self.filters if self._means(each, chosen)},
            size=int(size) if size in map(str, SIZES) else SIZES[0],
            after=_number(asked.get("after", "")),
            before=_number(asked.get("before", "")),
        )

    @cached_property
    def sortable(self) -> dict[str, Column]:
        """The columns that may be sorted by."""
        return {column.name: column for column in self.columns if column.sort}

    @property
    def searches(self) -> bool:
        """Whether there is anything to search in."""
        return bool(self.search or self.searched)

    def narrowed(self, rows: QuerySet[Row], state: "State") -> QuerySet[Row]:
        """The rows that the search and the filters leave: also what bulk actions on all and exports work on."""
        words = state.search.split()[:_MOST_WORDS]
        conditions = [self._word(word) for word in words]
        conditions += [
            each.condition(state.chosen[each.name]) or Q() for each in self.filters if each.name in state.chosen
        ]
        return rows.filter(reduce(and_, conditions)) if conditions else rows

    def _word(self, word: str) -> Q:
        if self.searched:
            return self.searched(word)
        return reduce(or_, (Q(**{f"{column}__icontains": word}) for column in self.search), Q())

    @staticmethod
    def _means(each: Filter, chosen: Mapping[str, str]) -> bool:
        return each.name in chosen and each.condition(chosen[each.name]) is not None


@dataclass(frozen=True)
class State:
    """What is asked of a list."""

    search: str
    sort: str
    descending: bool
    chosen: Mapping[str, str] = field(default_factory=dict)
    size: int = SIZES[0]
    after: int | None = None  # the key of the row before the first one
    before: int | None = None  # the key of the row behind the last one

    def turned(self) -> "State":
        """The first page of the same."""
        return replace(self, after=None, before=None)

    def query(self, listing: Listing) -> str:
        """The part of the address behind the "?", without what is so anyway."""
        usual = (listing.order, listing.sortable[listing.order].descending)
        parts: dict[str, object] = {"q": self.search, **self.chosen}
        if (self.sort, self.descending) != usual:
            parts["sort"] = ("-" if self.descending else "") + self.sort
        if self.size != SIZES[0]:
            parts["size"] = self.size
        parts |= {"after": self.after, "before": self.before}
        return urlencode({name: value for name, value in parts.items() if value not in ("", None)})


@dataclass(frozen=True)
class Heading:
    """A column's head."""

    column: Column
    url: str  # that sorts by it, or nothing
    sorted: str  # "ascending", "descending" or nothing, as aria-sort says it


@dataclass(frozen=True)
class Chip:
    """A filter that is on."""

    label: Label
    value: Label
    name: str
    url: str  # that takes it off


@dataclass(frozen=True)
class Choice:
    """A choice of the filter bar, and what is chosen."""

    name: str
    label: Label
    choices: tuple[tuple[str, Label], ...]
    value: str


class Page(Generic[Row]):
    """The rows to show, and the addresses of everything next to them."""

    def __init__(self, listing: Listing, request: HttpRequest, rows: QuerySet[Row], state: State) -> None:
        self.listing = listing
        self.state = state
        self.path = request.path
        self._narrowed = listing.narrowed(rows, state)
        htmx = getattr(request, "htmx", None)
        self.partial = htmx is not None and bool(htmx) and not htmx.history_restore_request
        self.layout = "look/partial.html" if self.partial else "look/base.html"

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of the page."""
        rows = self._window[0]
        return rows[::-1] if self._backwards else rows

    @cached_property
    def label(self) -> dict[str, Label]:
        """The columns' labels by name, for `data-label`: on a telephone each row becomes a card."""
        return {column.name: column.label for column in self.listing.columns}

    @cached_property
    def headings(self) -> list[Heading]:
        """The heads of the table."""
        return [self._heading(column) for column in self.listing.columns]

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters that are on and have no choice of their own in the filter bar."""
        known = [each for each in self.listing.filters if each.name in self.state.chosen and not each.choices]
        return [self._chip(each) for each in known]

    @property
    def choices(self) -> list["Choice"]:
        """The choices of the filter bar."""
        chosen = self.state.chosen
        return [
            Choice(each.name, each.label, each.choices, chosen.get(each.name, ""))
            for each in self.listing.filters
            if each.choices
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a search keeps of the address besides the choices: the sort, the size, the chips."""
        bar = {"q", *(each.name for each in self.choices)}
        return [(name, value) for name, value in parse_qsl(self.query) if name not in bar]

    @property
    def narrowed(self) -> bool:
        """Whether a search or a filter is on."""
        return bool(self.state.search or self.state.chosen)

    @property
    def url(self) -> str:
        """The address of this very page."""
        return self._url(self.state)

    @property
    def everything(self) -> str:
        """The address of the list without search and filters."""
        return self._url(replace(self.state.turned(), search="", chosen={}))

    @property
    def query(self) -> str:
        """Search, filters and sort for the address of an export."""
        return self.state.turned().query(self.listing)

    @cached_property
    def previous(self) -> str:
        """The address of the page before, or nothing."""
        if not self.rows:  # all that was behind the place where the page begins is gone
            return self._url(self.state.turned()) if self._start is not None else ""
        earlier = self._more if self._backwards else self._start is not None
        return self._url(replace(self.state, after=None, before=self.rows[0].pk)) if earlier else ""

    @cached_property
    def next(self) -> str:
        """The address of the next page, or nothing."""
        later = self._backwards or self._more
        return self._url(replace(self.state, before=None, after=self.rows[-1].pk)) if later and self.rows else ""

    @cached_property
    def count(self) -> int:
        """How many rows there are on all pages; more than BOUND are not counted."""
        alone = self._start is None and not self._more
        return len(self.rows) if alone else self._narrowed.order_by().values("pk")[: BOUND + 1].count()

    @property
    def total(self) -> str:
        """The count for people: "1,000+" beyond the bound."""
        return f"{number_format(BOUND, use_l10n=True, force_grouping=True)}+" if self.count > BOUND else str(self.count)

    @property
    def _backwards(self) -> bool:
        return self._start is not None and self.state.after is None

    @property
    def _more(self) -> bool:
        return self._window[1]

    @cached_property
    def _start(self) -> tuple[Any, int] | None:
        """The sort value and the key of the row that the page begins behind; nothing if that row is gone."""
        key = self.state.after if self.state.after is not None else self.state.before
        if key is None:
            return None
        return self._narrowed.order_by().filter(pk=key).values_list(self._sort, "pk").first()

    @property
    def _sort(self) -> str:
        return self.listing.sortable[self.state.sort].sort

    @cached_property
    def _window(self) -> tuple[list[Row], bool]:
        """One page of rows in the direction of reading, and whether there are more behind."""
        down = self.state.descending != self._backwards
        rows = self._narrowed
        if self._start is not None:
            value, key = self._start
            beyond = "lt" if down else "gt"
            # Not "(a > x) or (a = x and key > k)": with the first condition alone an index gives the start.
            rows = rows.filter(Q(**{f"{self._sort}__{beyond}e": value}))
            rows = rows.filter(Q(**{f"{self._sort}__{beyond}": value}) | Q(**{f"pk__{beyond}": key}))
        sign = "-" if down else ""
        found = list(rows.order_by(sign + self._sort, sign + "pk")[: self.state.size + 1])
        return found[: self.state.size], len(found) > self.state.size

    def _heading(self, column: Column) -> Heading:
        if not column.sort:
            return Heading(column, "", "")
        current = column.name == self.state.sort
        descending = not self.state.descending if current else column.descending
        url = self._url(replace(self.state.turned(), sort=column.name, descending=descending))
        return Heading(column, url, ("descending" if self.state.descending else "ascending") if current else "")

    def _chip(self, each: Filter) -> Chip:
        value = self.state.chosen[each.name]
        left = {name: kept for name, kept in self.state.chosen.items() if name != each.name}
        return Chip(each.label, each.shown(value), each.name, self._url(replace(self.state.turned(), chosen=left)))

    def _url(self, state: State) -> str:
        query = state.query(self.listing)
        return f"{self.path}?{query}" if query else self.path


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
