"""What the server answers before the portal hears of a request."""

import re
import socket
from contextlib import ExitStack
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
