"""Two hundred forms at one moment, and forms that are cut: one by one or not at all."""

import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

import pytest

from tests.faults.callers import NEW
from tests.faults.invariants import broken

pytestmark = [pytest.mark.long_fault, pytest.mark.once]
PEOPLE = 200


def test_two_hundred_people_send_at_one_moment(house_on_both, ledger, app, seen):
    who = house_on_both.asker(ledger)
    forms = [who.begins(with_file=number % 10 == 0) for number in range(PEOPLE)]
    with ThreadPoolExecutor(PEOPLE) as hall:
        list(hall.map(lambda form: house_on_both.asker(ledger).until_acknowledged(form, seconds=240), forms))
    assert len({form.number for form in forms}) == PEOPLE == len(ledger.given)
    took = house_on_both.recovers(ledger)
    assert broken(house_on_both, ledger) == []
    seen("200 forms at one moment, 200 keys", "200 questions, 200 numbers", recovered=took)


def test_one_form_is_sent_two_hundred_times_at_one_moment(house_on_both, ledger, app, seen):
    who = house_on_both.asker(ledger)
    form = who.begins()
    with ThreadPoolExecutor(PEOPLE) as hall:
        found = list(hall.map(lambda _: house_on_both.asker(ledger).sends(form), range(PEOPLE)))
    who.until_acknowledged(form)
    assert len(ledger.given) == 1 and set(found) <= {303, 503, 0}
    took = house_on_both.recovers(ledger)
    assert broken(house_on_both, ledger) == []
    said = f"one question; {found.count(303)} times its number, {PEOPLE - found.count(303)} told to wait"
    seen("200 forms at one moment, one key", said, recovered=took)


def test_a_form_that_is_cut_at_any_byte_is_nothing(house, ledger, seen):
    asked = house.asker(ledger).begins()
    body = urlencode(asked.fields).encode()
    address = urlsplit(house.server.origin)
    head = f"POST {NEW} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    head += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"

    def cut(end: int) -> bytes:
        with socket.create_connection((address.hostname, address.port), timeout=60) as line:
            line.sendall(head.encode() + body[:end])
            line.shutdown(socket.SHUT_WR)
            return line.recv(12)

    with ThreadPoolExecutor(8) as hall:
        answers = set(hall.map(cut, range(len(body))))
    # Without a single byte of the body gunicorn hangs up by itself.
    assert answers <= {b"HTTP/1.1 400", b""}, answers
    assert house.asker(ledger).sends(asked) == 303
    took = house.recovers(ledger)
    assert broken(house, ledger) == []
    seen(f"form cut at each of {len(body)} bytes", "400 each time, nothing kept", recovered=took)
