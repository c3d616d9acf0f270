"""Which faults run when, and the table of what was seen."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.foundation.config import CONFIG
from tests.conftest import _copy, _on_postgres
from tests.faults.household import Household, household
from tests.faults.ledger import Ledger

# `make faults` runs all of them; `make test` those that need no patience.
ALL = os.environ.get("PORTAL_FAULTS") == "1"
# Within so many seconds everything is to work again after the end of a fault.
PROMISED = 30.0
WIDTHS = (58, 64, 10)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what takes long to `make faults`."""
    if not ALL:
        long = [each for each in items if each.get_closest_marker("long_fault")]
        config.hook.pytest_deselected(items=long)
        items[:] = [each for each in items if each not in set(long)]


@pytest.fixture
def ledger() -> Ledger:
    """What the clients of this test were told."""
    return Ledger()


@pytest.fixture
def data(demo, tmp_path) -> Path:
    """A data folder of which every file may be damaged."""
    return _copy(demo / "data", tmp_path / "data")


@pytest.fixture
def house(app, tmp_path) -> Iterator[Household]:
    """A running portal on SQLite."""
    config = CONFIG.of(app)
    with household(config, config.database_url, tmp_path / "log") as made:
        yield made


@pytest.fixture
def house_on_postgres(request, app, tmp_path) -> Iterator[Household]:
    """A running portal on PostgreSQL."""
    with _on_postgres(request) as url, household(CONFIG.of(app), url, tmp_path / "log") as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def house_on_both(request) -> Household:
    """The same, once on each."""
    return request.getfixturevalue("house" if request.param == "sqlite" else "house_on_postgres")


@pytest.fixture
def seen(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Write a line of the table: the fault, what was seen, after how many seconds all was well again, and what held."""
    # Clients over HTTP prove more than what stands in the database.
    proved = "I1–I10" if {"ledger", "post"} & set(request.fixturenames) else "I1–I6"

    def note(fault: str, what: str, *, recovered: float | None = None, invariants: str = proved) -> None:
        took = "–" if recovered is None else f"{recovered:.1f} s{' !' if recovered > PROMISED else ''}"
        record_property("fault", json.dumps([fault, what, took, invariants]))

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table, below everything else."""
    if not ALL:
        return
    kinds = ("passed", "failed", "error", "skipped")
    lines = [line for kind in kinds for each in _reports(terminalreporter, kind) for line in _lines(each)]
    terminalreporter.section("faults")
    for fault, what, took, invariants in [["fault", "seen", "recovered", "held"], *lines]:
        cells = zip((fault, what, took), WIDTHS, strict=True)
        terminalreporter.write_line("  ".join([*(text.ljust(width) for text, width in cells), invariants]))


def _reports(reporter: pytest.TerminalReporter, kind: str) -> list[pytest.TestReport]:
    return [each for each in reporter.stats.get(kind, []) if "tests/faults/" in each.nodeid]


def _lines(report: pytest.TestReport) -> list[list[str]]:
    noted = [json.loads(value) for name, value in report.user_properties if name == "fault"]
    if report.outcome == "passed":
        database = report.nodeid.partition("[")[2].rstrip("]")
        return [[f"{fault} ({database})" if database else fault, *rest] for fault, *rest in noted]
    said = report.longrepr[2] if report.outcome == "skipped" and isinstance(report.longrepr, tuple) else "FAILED"
    return [[report.nodeid.partition("::")[2], said, "–", "–"]]
