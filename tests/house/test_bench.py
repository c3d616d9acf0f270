"""What `make bench` says of a target is what was measured."""

import pytest

from bench.table import Row, one_after_the_other, print_growth, print_rows


def row(name: str, *, per_second: float = 100.0, cpu: float = 1.0, p50: float = 2.0) -> Row:
    """A kind of work of which only some figures matter."""
    return Row(name, per_second, cpu, (p50, 2 * p50, 3 * p50), 5000.0, 2, 120.0, 0)


def line(printed: str, name: str) -> list[str]:
    """The cells of one row of a table."""
    return next(each for each in printed.splitlines() if each.startswith(name)).removeprefix(name).split()


def test_a_share_stands_beside_its_target_and_says_when_it_is_missed(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row("A", per_second=1000), row("one query", per_second=500), row("case", per_second=350, cpu=2)]
    print_rows([*rows, row("queue", per_second=400)], query="one query", targets={"case": 0.4, "queue": 0.4})
    printed = capsys.readouterr().out
    share, target, verdict, cpu, by_cpu, of_query = line(printed, "case")[1:7]
    assert (share, target, verdict) == ("0.35", "0.4", "MISSED")
    assert (cpu, by_cpu, of_query) == ("2.00", "0.50", "0.70")
    assert line(printed, "queue")[1:4] == ["0.40", "0.4", "met"]


def test_who_opens_a_form_and_sends_it_needs_the_time_of_both() -> None:
    both = one_after_the_other("flow", row("form", per_second=300, cpu=0.5), row("post", per_second=150, cpu=2))
    assert both.per_second == pytest.approx(100)
    assert (both.cpu, both.statements) == (2.5, 4)


def test_growth_is_that_from_the_smallest_size_to_the_largest(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = {"small": [row("case", p50=2)], "middle": [row("case", p50=9)], "large": [row("case", p50=3.2, cpu=1.5)]}
    print_growth("sqlite", sizes, {"case": 1.5})
    cells = line(capsys.readouterr().out, "case")
    assert cells[3:6] == ["1.60", "1.5", "MISSED"]
    assert cells[-1] == "1.50"
