"""What a run showed, as tables: each kind of work beside A and its target, and how it grows from size to size.

A is the first row: the article page of the minimal Flask application, one template.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.pages import Work

Verdict = tuple[str, str, bool | None]
_WIDTH = 46
_HEAD = (
    *("a second", "÷ A", "target", "CPU ms", "÷ A by CPU", "÷ query", "p50 ms", "p95 ms", "p99 ms"),
    *("SQL", "bytes", "MB", "refused"),
)


@dataclass(frozen=True)
class Row:
    """One kind of work: medians of its rounds, times in milliseconds, the megabytes of its largest process."""

    name: str
    per_second: float
    cpu: float
    latencies: tuple[float, ...]
    bytes: float
    statements: int | None
    megabytes: float
    refused: int


def row(work: "Work") -> Row:
    """What the rounds of this work showed."""
    shares = (lambda load: load.p50), (lambda load: load.p95), (lambda load: load.p99)
    return Row(
        work.name,
        work.per_second,
        statistics.median(work.cpu),
        tuple(work.median(share) for share in shares),
        work.median(lambda load: load.bytes / max(1, load.requests)),
        work.statements,
        max(work.megabytes),
        sum(load.refused + load.failed for load in work.loads),
    )


def one_after_the_other(name: str, first: Row, second: Row) -> Row:
    """Somebody who asks for both: how many can in a second, and what both cost. Latencies of two are none of a pair."""
    known = first.statements is not None and second.statements is not None
    return Row(
        name,
        1 / (1 / first.per_second + 1 / second.per_second) if first.per_second and second.per_second else 0.0,
        first.cpu + second.cpu,
        (),
        first.bytes + second.bytes,
        (first.statements or 0) + (second.statements or 0) if known else None,
        max(first.megabytes, second.megabytes),
        first.refused + second.refused,
    )


def print_rows(rows: Sequence[Row], *, query: str = "", targets: Mapping[str, float] = {}) -> None:
    """The table: ratios to the first row and to the one named `query`; `targets` are shares of the first row."""
    basis = rows[0]
    beside = next((each for each in rows if each.name == query), None)
    print(f"{'':{_WIDTH}}" + "".join(f"{each:>11}" for each in _HEAD))
    for each in rows:
        share, target = each.per_second / basis.per_second, targets.get(each.name)
        cells = (
            *(f"{each.per_second:.0f}", f"{share:.2f}"),
            "–" if target is None else f"{target} {'met' if share >= target else 'MISSED'}",
            *(f"{each.cpu:.2f}", f"{basis.cpu / each.cpu:.2f}" if each.cpu else "–"),
            f"{each.per_second / beside.per_second:.2f}" if beside else "–",
            *([f"{latency:.1f}" for latency in each.latencies] or ["–"] * 3),
            "–" if each.statements is None else str(each.statements),
            *(f"{each.bytes:.0f}", f"{each.megabytes:.0f}", str(each.refused)),
        )
        print(f"{each.name:{_WIDTH}}" + "".join(f"{cell:>11}" for cell in cells))
    print("\nSQL: statements when the page is made; a kept page costs none. Bytes: with headers, compressed.")
    print("MB: the largest of the server's processes after this work.\n", flush=True)


def print_growth(title: str, sizes: Mapping[str, Sequence[Row]], allowed: Mapping[str, float]) -> None:
    """From the first size to the last: p50 with what it may grow to, and CPU time, which a busy machine moves least."""
    first, last = (list(sizes)[number] for number in (0, -1))
    rows = {size: {each.name: each for each in found} for size, found in sizes.items()}
    print(f"-- how it grows from {first} to {last}, {title}")
    head = [f"p50 {size}" for size in sizes], [f"CPU {size}" for size in sizes]
    print(f"{'':{_WIDTH}}" + "".join(f"{each:>12}" for each in (*head[0], "times", "allowed", *head[1], "times")))
    for name in (name for name, each in rows[first].items() if each.latencies and name in rows[last]):
        found = [rows[size][name] for size in sizes]
        p50, cpu = [each.latencies[0] for each in found], [each.cpu for each in found]
        grown, most = p50[-1] / p50[0] if p50[0] else 1.0, allowed.get(name)
        cells = (
            *(f"{each:.1f}" for each in p50),
            f"{grown:.2f}",
            "–" if most is None else f"{most} {'met' if grown <= most else 'MISSED'}",
            *(f"{each:.2f}" for each in cpu),
            f"{cpu[-1] / cpu[0]:.2f}" if cpu[0] else "–",
        )
        print(f"{name:{_WIDTH}}" + "".join(f"{cell:>12}" for cell in cells))
    print(flush=True)


def print_verdicts(verdicts: Sequence[Verdict]) -> None:
    """One line for each demand; what has no target at this size is only told."""
    for what, said, is_met in verdicts:
        word = {True: "met", False: "missed", None: ""}[is_met]
        print(f"{word:6}  {what}: {said}", flush=True)
