"""The clock of the machine jumps while the portal runs: nothing is removed too early, and asking goes on (DR-14)."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.household import Household, household
from tests.faults.invariants import broken
from tests.journeys.conftest import eventually

pytestmark = pytest.mark.long_fault


@pytest.fixture
def own(app, tmp_path) -> Iterator[tuple[Household, Path]]:
    """A portal whose clock is told what to say by a file."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if library is None:
        pytest.skip("not injected: there is no libfaketime here (apt-get install libfaketime)")
    said = tmp_path / "clock"
    said.write_text("+0\n")
    config = app.extensions["config"]
    told = {"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(said), "FAKETIME_CACHE_DURATION": "1"}
    told |= {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1"}
    with household(config, config.database_url, tmp_path / "log", **told) as made:
        yield made, said


@pytest.mark.parametrize("jump", ["+3h", "-3h", "+40d"])
def test_the_clock_jumps_and_comes_back(own, ledger, app, jump, seen):
    house, said = own
    house.recovers(ledger)
    said.write_text(f"{jump}\n")
    assert eventually(lambda: "alarm: the clock" in house.words or "the clock jumped" in house.words, seconds=30)
    who = house.asker(ledger)
    for _ in range(3):
        who.until_acknowledged(who.begins(with_file=True))
    time.sleep(3)
    said.write_text("+0\n")
    time.sleep(2)
    took = house.recovers(ledger)
    assert broken(house, ledger, app) == []
    seen(f"clock jumps by {jump} and back", "asking goes on, an alarm rings, nothing is removed", recovered=took)
