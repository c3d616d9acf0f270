"""What the server answers before the portal hears of a request."""

import os
import re
import socket
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.journeys.conftest import eventually

HALF_HEAD = b"GET /de/ HTTP/1.1\r\nHost: loc"
HALF_BODY = b"POST /de/feedback/121 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nabc"


def connected(server, sent: bytes) -> socket.socket:
    address = urlsplit(server.origin)
    opened = socket.create_connection((address.hostname, address.port), timeout=30)
    opened.sendall(sent)
    return opened


def test_an_address_too_long_for_the_server_gets_a_page_in_both_languages(server):
    status, page = server.get("/de/search?q=" + "x" * 20_000)
    assert status == 414
    assert "Diese Adresse ist zu lang" in page and "This address is too long" in page and 'href="/de/"' in page


def test_a_request_that_cannot_be_read_is_told_so_and_nothing_of_it_stands_in_the_log(server):
    with connected(server, b"GET /de/search?q=geheim\xff HTTP/1.1\r\nHost: localhost\r\n\r\n") as opened:
        answer = opened.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 400") and "could not be read" in answer and "default-src 'none'" in answer
    assert b"geheim" not in (server.data.parent / "log").read_bytes()


def test_all_web_processes_count_their_answers_together(server):
    def counted() -> float:
        _, told = server.get("/metrics")
        return sum(
            float(count) for count in re.findall(r'^portal_answers_total{status="2xx"} (\S+)$', told, re.MULTILINE)
        )

    before = counted()
    for _ in range(8):
        assert server.get("/de/")[0] == 200
    # Whichever process is asked knows of all.
    assert {counted() >= before + 8 for _ in range(4)} == {True}


def test_two_web_processes_share_whoever_stays_connected(own_server):
    with ExitStack() as held:

        def come(people: int) -> list[int]:
            for _ in range(people):
                opened = held.enter_context(connected(own_server, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                assert opened.recv(4096).startswith(b"HTTP/1.1 200")
            return _connections(own_server)

        # The first process answers before the second has started.
        assert eventually(lambda: min(come(1)) > 0, seconds=60)
        fewer, more = sorted(come(12))
        # As many each where nothing else keeps the machine busy.
        assert more - fewer <= 4


def _connections(server) -> list[int]:
    """How many connections to the portal each of its web processes holds."""
    port = urlsplit(server.origin).port
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    established = "01"
    inodes = {row[9] for row in rows if row[3] == established and int(row[1].split(":")[1], 16) == port}
    counted = (sum(each in inodes for each in _sockets(process)) for process in _processes())
    held = [amount for amount in counted if amount]
    return held if len(held) > 1 else [0, *held]


def _processes() -> list[Path]:
    return [each for each in Path("/proc").iterdir() if each.name.isdigit()]


def _sockets(process: Path) -> list[str]:
    found = []
    with suppress(OSError):
        for each in (process / "fd").iterdir():
            with suppress(OSError):
                found.append(os.readlink(each).removeprefix("socket:[").removesuffix("]"))
    return found


@pytest.mark.long_fault
def test_senders_that_never_finish_do_not_hold_the_portal(own_server):
    with ExitStack() as held:
        for sent in (HALF_HEAD, HALF_BODY) * 6:
            held.enter_context(connected(own_server, sent))
        assert eventually(lambda: _answers(own_server), seconds=45)


def _answers(server) -> bool:
    try:
        return server.get("/healthz")[0] == 200
    except OSError:
        return False
