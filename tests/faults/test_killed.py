"""Kill -9 under load: nothing acknowledged is lost, nothing is there twice, and all is well again by itself."""

import random
import re
import signal
import time

import pytest

from tests.faults.household import Household, crowd
from tests.faults.invariants import broken
from tests.faults.ledger import Ledger
from tests.journeys.conftest import eventually


def shot_at(house: Household, ledger: Ledger, *, kills: int, taken: int) -> float:
    """Web processes and worker are killed one after the other while people ask; how long all takes to be well again.

    However slow the machine is, people go on until so many questions are `taken`.
    """
    chance = random.Random(7)
    with crowd(house, ledger):
        for _ in range(kills):
            time.sleep(0.8)
            house.kill_one(chance)
        assert eventually(lambda: len(ledger.given) >= taken, seconds=240)
    return house.recovers(ledger)


def test_whatever_dies_nothing_acknowledged_is_lost_and_nothing_is_there_twice(house, ledger, seen):
    took = shot_at(house, ledger, kills=4, taken=10)
    assert broken(house, ledger) == []
    assert re.search("alarm: a web process has died|alarm: the worker has died", house.words)
    seen("kill -9 of web processes and worker under load", "people send again", recovered=took)


@pytest.mark.long_fault
@pytest.mark.once
def test_whatever_dies_on_postgresql_nothing_is_lost(house_on_postgres, ledger, seen):
    took = shot_at(house_on_postgres, ledger, kills=8, taken=20)
    assert broken(house_on_postgres, ledger) == []
    seen("kill -9 of processes under load, PostgreSQL", "people send again", recovered=took)


@pytest.mark.long_fault
@pytest.mark.once
def test_the_whole_house_dies_and_is_started_again(house_on_both, ledger, app, seen):
    with crowd(house_on_both, ledger):
        time.sleep(3)
        house_on_both.stop(signal.SIGKILL)
        begun = time.monotonic()
        house_on_both.start()
        took = time.monotonic() - begun
    took += house_on_both.recovers(ledger)
    assert broken(house_on_both, ledger) == []
    seen("kill -9 of the whole service under load", "started again", recovered=took)
