"""Bars as plain geometry for SVG: no style, no script; classes give them their colours (docs/reports.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

WIDTH, HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 10, 26
_MOST_LABELS = 9
_WIDEST = 56


@dataclass(frozen=True)
class Series:
    """One kind of value over all bars; `kind` names its colour: good, soft, grave, plain."""

    name: str
    kind: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Bar:
    """One rectangle, with what it says."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    said: str


@dataclass(frozen=True)
class Mark:
    """A label of an axis and where it stands."""

    at: float
    text: str


@dataclass(frozen=True)
class Chart:
    """Stacked bars, one stack for each label."""

    bars: Sequence[Bar]
    below: Sequence[Mark]
    beside: Sequence[Mark]
    legend: Sequence[Series]
    floor: float = HEIGHT - _BOTTOM
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    width: int = WIDTH
    height: int = HEIGHT


def stacked(labels: Sequence[str], series: Sequence[Series], *, unit: str = "") -> Chart:
    """The series on top of each other, one column for each label."""
    totals = [sum(each.values[at] or 0 for each in series) for at in range(len(labels))]
    highest = _nice(max(totals, default=0))
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(labels))
    height = HEIGHT - _TOP - _BOTTOM
    # A few bars are no walls.
    width = round(min(step * 0.74, _WIDEST), 1)
    bars = []
    for at, label in enumerate(labels):
        floor, left = float(HEIGHT - _BOTTOM), round(_LEFT + step * (at + 0.5) - width / 2, 1)
        for each in series:
            value = each.values[at] or 0
            if value:
                size = height * value / highest
                floor -= size
                said = f"{label}: {each.name} {value:g}{unit}"
                bars.append(Bar(left, round(floor, 1), width, round(size, 1), each.kind, said))
    every = ceil(len(labels) / _MOST_LABELS) or 1
    below = [Mark(round(_LEFT + step * (at + 0.5), 1), text) for at, text in enumerate(labels) if at % every == 0]
    beside = [Mark(round(HEIGHT - _BOTTOM - height * part, 1), f"{highest * part:g}{unit}") for part in (0.5, 1)]
    return Chart(bars, below, beside, series)


def _nice(value: float) -> float:
    """The next round number whose half is one, too: 1, 2, 3, 4, 5, 6, 8 or 10 times a power of ten."""
    if value <= 0:
        return 1
    power = 10 ** int(log10(value)) if value >= 1 else 1
    return float(next(each * power for each in (1, 2, 3, 4, 5, 6, 8, 10) if each * power >= value))
