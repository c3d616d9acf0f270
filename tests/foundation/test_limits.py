"""Limits count what was allowed in a window that moves, and forget who does not come back."""

import tracemalloc
from datetime import timedelta

import pytest

from portal.foundation import clock
from portal.foundation.limits import Limit, OwnWindows, limits_of
from tests.conftest import NOON, make_app, running
from tests.visitor import Visitor

SUGGESTIONS = "/de/search/suggestions?q=rechnung"


def at(seconds: float):
    return clock.frozen(NOON + timedelta(seconds=seconds))


@pytest.fixture
def windows() -> OwnWindows:
    return OwnWindows()


def test_the_window_moves_with_the_first_call_not_with_the_full_minute(windows):
    two = Limit(2, 60)
    hits = []
    for seconds in (0, 50, 55, 61, 62, 111):
        with at(seconds):
            hits.append(windows.hit(two, "Anna", "search"))
    assert hits == [True, True, False, True, False, True]


def test_a_window_says_when_it_opens(windows):
    two = Limit(2, 60)
    windows.hit(two, "Anna", "search")
    with at(10):
        windows.hit(two, "Anna", "search")
        assert windows.opens_at(two, "Anna", "search") == NOON.timestamp() + 60
    with at(65):
        assert windows.opens_at(two, "Anna", "search") == NOON.timestamp() + 70


@pytest.mark.once
def test_limits_are_written_as_amounts_in_times():
    assert limits_of("5/10 minutes;20/hour") == (Limit(5, 600), Limit(20, 3600))
    assert limits_of("60 per 10 minutes") == (Limit(60, 600),)
    for wrong in ("", "60", "60/minute;", "60/fortnight"):
        with pytest.raises(ValueError, match="no limit"):
            limits_of(wrong)


def test_an_address_that_does_not_come_back_is_forgotten():
    windows = OwnWindows()
    for number in range(1000):
        windows.hit(Limit(2, 60), f"reader {number}", "search")
    with at(130):
        windows.hit(Limit(2, 60), "Anna", "search")
    assert windows.forget() == 1


@pytest.mark.once
def test_many_addresses_take_little_memory(windows):
    sixty, callers = Limit(60, 60), 2000
    tracemalloc.start()
    for number in range(callers):
        windows.hit(sixty, f"203.0.{number // 250}.{number % 250}", "search")
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 120 * callers


def test_suggestions_are_refused_after_sixty_in_a_minute_and_given_again_later(app):
    anna, bernd = Visitor(app), Visitor(app)
    assert {anna.opens(SUGGESTIONS).status for _ in range(60)} == {200}
    refused = anna.opens(SUGGESTIONS)
    assert (refused.status, int(refused.response.headers["Retry-After"])) == (429, 61)
    assert bernd.opens(SUGGESTIONS).status == 200
    with at(61):
        assert anna.opens(SUGGESTIONS).status == 200


def test_two_applications_in_one_process_count_apart(app, demo, tmp_path):
    reader = Visitor(app)
    assert {reader.opens(SUGGESTIONS).status for _ in range(61)} == {200, 429}
    with running(make_app(tmp_path / "other", demo / "content")) as other:
        # The other one may have no articles yet, but it refuses nobody.
        assert Visitor(other, address=reader._address).opens(SUGGESTIONS).status != 429


def test_without_redis_limits_hold_in_each_process_and_nobody_waits(data, demo):
    with running(make_app(data, demo / "content", redis_url="redis://127.0.0.1:1/0")) as app:
        anna = Visitor(app)
        answers = [anna.opens(SUGGESTIONS).status for _ in range(61)]
    assert answers == [200] * 60 + [429]
