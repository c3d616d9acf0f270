"""Threads answer one after another, let each other in where one waits, and nobody is kept out for long."""

import threading

import pytest

from portal.foundation.web import turns
from portal.foundation.web.turns import Turns, in_turn, out_of_turn

LONG = 20.0


@pytest.fixture(autouse=True)
def own_turns(monkeypatch):
    found = Turns()
    monkeypatch.setattr(turns, "_turns", found)
    return found


class Request(threading.Thread):
    """Somebody whose page is made in steps that a test allows."""

    def __init__(self, body):
        super().__init__(daemon=True)
        self._body, self.begun, self.may_end = body, threading.Event(), threading.Event()

    def run(self):
        in_turn(self._app)({}, None)

    def _app(self, _environ, _start_response):
        self.begun.set()
        self._body(self)


def stays(request):
    assert request.may_end.wait(LONG)


def waits_out_of_turn(request):
    with out_of_turn():
        stays(request)


def standing(own_turns, amount):
    for _ in range(2000):
        if len(own_turns._waiting) == amount:
            return
        threading.Event().wait(0.005)
    raise AssertionError(f"{len(own_turns._waiting)} people stand in line, not {amount}")


def ended(*requests):
    for each in requests:
        each.may_end.set()
        each.join(LONG)
        assert not each.is_alive()


def test_one_after_another_in_the_order_in_which_they_came(own_turns, monkeypatch):
    monkeypatch.setattr(Turns.take, "__defaults__", (LONG,))
    first, order = Request(stays), []
    first.start()
    assert first.begun.wait(LONG)
    others = [Request(lambda _request, name=name: order.append(name)) for name in ("second", "third", "fourth")]
    for place, each in enumerate(others, start=1):
        each.start()
        standing(own_turns, place)
    assert not any(each.begun.is_set() for each in others)
    ended(first, *others)
    assert order == ["second", "third", "fourth"]


def test_whoever_waits_lets_the_others_go_on(monkeypatch):
    monkeypatch.setattr(Turns.take, "__defaults__", (LONG,))
    waiting, other = Request(waits_out_of_turn), Request(stays)
    waiting.start()
    assert waiting.begun.wait(LONG)
    other.start()
    assert other.begun.wait(LONG)
    ended(other, waiting)


def test_what_takes_long_keeps_nobody_out():
    slow, other = Request(stays), Request(stays)
    slow.start()
    assert slow.begun.wait(LONG)
    other.start()
    assert other.begun.wait(LONG)
    ended(other, slow)


def test_the_turn_is_given_back_when_a_page_fails(own_turns):
    def fails(_environ, _start_response):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        in_turn(fails)({}, None)
    assert own_turns.take(0.0)


def test_a_fault_while_out_of_turn_leaves_the_turn_with_whoever_had_it(own_turns):
    seen = []

    def app(_environ, _start_response):
        with pytest.raises(ZeroDivisionError), out_of_turn():
            raise ZeroDivisionError
        seen.append(own_turns.take(0.0))

    in_turn(app)({}, None)
    assert seen == [False] and own_turns.take(0.0)


def test_outside_of_a_request_nobody_takes_turns(own_turns):
    with out_of_turn():
        assert own_turns.take(0.0)
