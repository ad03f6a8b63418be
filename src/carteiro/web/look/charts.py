"""Charts as drawings: numbers over time, in units of the drawing's own; letters are left to the page."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise

WIDTH = 1000
HEIGHT = 100

_STEPS = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10, 12)

Label = str | Promise


@dataclass(frozen=True)
class Series:
    """A row of numbers with the name that its line or its blocks have."""

    label: Label
    values: Sequence[float]


@dataclass(frozen=True)
class Block:
    """A bar, or a part of one."""

    x: float
    y: float
    width: float
    height: float
    series: int


@dataclass(frozen=True)
class Slot:
    """The strip above one label: what a pointer there is told."""

    x: float
    width: float
    text: str


@dataclass(frozen=True)
class Chart:
    """Series over the same labels. `stacked` bars stand on each other."""

    title: Label
    labels: Sequence[Label]
    series: Sequence[Series]
    stacked: bool = False
    sizes: bool = False  # whether the numbers are bytes

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.labels or not any(any(each.values) for each in self.series)

    @cached_property
    def top(self) -> float:
        """The number at the upper edge: round, and not below any value."""
        tallest = max(
            self._sums if self.stacked else [value for each in self.series for value in each.values], default=0
        )
        return round_up(tallest, 1024 if self.sizes else 1000)

    @property
    def middle(self) -> float:
        """The number half way up."""
        return self.top / 2

    @property
    def ends(self) -> list[Label]:
        """The labels below: the first, one in the middle, the last."""
        if len(self.labels) < 3:
            return list(self.labels)
        return [self.labels[0], self.labels[len(self.labels) // 2], self.labels[-1]]

    @property
    def rows(self) -> list[tuple[Label, list[float]]]:
        """The same as a table."""
        return [(label, [each.values[place] for each in self.series]) for place, label in enumerate(self.labels)]

    @property
    def slots(self) -> list[Slot]:
        """A strip for each label."""
        step = WIDTH / max(len(self.labels), 1)
        return [Slot(round(place * step, 1), round(step, 1), self._told(place)) for place in range(len(self.labels))]

    @property
    def blocks(self) -> list[Block]:
        """The chart as bars."""
        step = WIDTH / max(len(self.labels), 1)
        made = []
        for place in range(len(self.labels)):
            made += self._stack(place, step) if self.stacked else self._group(place, step)
        return made

    @property
    def lines(self) -> list[tuple[int, str, str]]:
        """The chart as lines: number of the series, path of the line, path of the area below it."""
        return [(number, *path(each.values, self.top)) for number, each in enumerate(self.series, 1)]

    @property
    def _sums(self) -> list[float]:
        return [sum(values) for _label, values in self.rows]

    def _told(self, place: int) -> str:
        return f"{self.labels[place]} · " + ", ".join(f"{each.label}: {each.values[place]:g}" for each in self.series)

    def _stack(self, place: int, step: float) -> list[Block]:
        made, y = [], float(HEIGHT)
        for number, each in enumerate(self.series, 1):
            height = each.values[place] / self.top * HEIGHT
            y -= height
            made.append(_block(place * step + step * 0.18, y, step * 0.64, height, number))
        return made

    def _group(self, place: int, step: float) -> list[Block]:
        width = step * 0.7 / len(self.series)
        heights = [each.values[place] / self.top * HEIGHT for each in self.series]
        x = place * step + step * 0.15
        return [_block(x + n * width, HEIGHT - height, width * 0.92, height, n + 1) for n, height in enumerate(heights)]


def path(values: Sequence[float], top: float) -> tuple[str, str]:
    """The path of a line through the values, and of the area below it; each value in the middle of its strip."""
    step = WIDTH / max(len(values), 1)
    points = [(round((n + 0.5) * step, 1), round(HEIGHT - value / top * HEIGHT, 2)) for n, value in enumerate(values)]
    if not points:
        return "", ""
    line = "M" + "L".join(f"{x} {y}" for x, y in points)
    return line, f"{line}L{points[-1][0]} {HEIGHT}L{points[0][0]} {HEIGHT}z"


def round_up(value: float, thousand: int = 1000) -> float:
    """The next number that people count by, at least 1; `thousand` is what the units are powers of."""
    unit = 1
    while value > unit * thousand:
        unit *= thousand
    power = 10 ** max(0, math.ceil(math.log10(max(value / unit, 1))) - 1)
    return next(float(step * power * unit) for step in _STEPS if value <= step * power * unit)


def _block(x: float, y: float, width: float, height: float, series: int) -> Block:
    return Block(round(x, 1), round(y, 2), round(width, 1), round(height, 2), series)
