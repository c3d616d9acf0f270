"""Kill -9 under load: nothing acknowledged is lost, nothing is there twice, and all is well again by itself."""

import random
import re
import signal
import time

import pytest

from tests.faults.household import Household, crowd
from tests.faults.invariants import broken
from tests.faults.ledger import Ledger


def shot_at(house: Household, ledger: Ledger, *, kills: int) -> float:
    """Web processes and worker are killed one after the other while people ask; how long all takes to be well again."""
    chance = random.Random(7)
    with crowd(house, ledger):
        for _ in range(kills):
            time.sleep(0.8)
            house.kill_one(chance)
    return house.recovers(ledger)


def test_whatever_dies_nothing_acknowledged_is_lost_and_nothing_is_there_twice(house, ledger, app, seen):
    took = shot_at(house, ledger, kills=4)
    assert broken(house, ledger, app) == [] and len(ledger.given) >= 10
    assert re.search("alarm: a web process has died|alarm: the worker has died", house.words)
    seen("kill -9 of web processes and worker under load", "people send again", recovered=took)


@pytest.mark.long_fault
def test_whatever_dies_on_postgresql_nothing_is_lost(house_on_postgres, ledger, app, seen):
    took = shot_at(house_on_postgres, ledger, kills=8)
    assert broken(house_on_postgres, ledger, app) == [] and len(ledger.given) >= 20
    seen("kill -9 of processes under load, PostgreSQL", "people send again", recovered=took)


@pytest.mark.long_fault
def test_the_whole_house_dies_and_is_started_again(house_on_both, ledger, app, seen):
    with crowd(house_on_both, ledger):
        time.sleep(3)
        house_on_both.stop(signal.SIGKILL)
        begun = time.monotonic()
        house_on_both.start()
        took = time.monotonic() - begun
    took += house_on_both.recovers(ledger)
    assert broken(house_on_both, ledger, app) == []
    seen("kill -9 of the whole service under load", "started again", recovered=took)
