"""Our clock beside others: an alarm from one second on, no times shown from five on (specification leaving 2.14)."""

import logging
import socket
import struct
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from portal.foundation.config import CONFIG
from portal.foundation.outside.time_server import ask_time, read_time
from portal.foundation.process.skew import CLOCK_COMPARISON, ClockComparison, Difference, apart
from portal.leaving.models import Declaration
from portal.witnesses import of_database, of_record
from tests.conftest import NOON
from tests.leaving.declaring import only, press
from tests.mailbox import Mailbox
from tests.visitor import Visitor

MARK = b"12345678"
NINETEEN_HUNDRED = datetime(1900, 1, 1, tzinfo=UTC)


def answer(at: datetime, *, mark: bytes = MARK, first: int = 0x24, stratum: int = 2) -> bytes:
    seconds = int((at - NINETEEN_HUNDRED).total_seconds()) % 2**32
    return bytes([first, stratum]) + bytes(22) + mark + bytes(8) + struct.pack("!II", seconds, 2**31)


@pytest.mark.parametrize("moment", [NOON, datetime(2040, 2, 29, tzinfo=UTC)])
def test_the_answer_of_a_time_server_is_read_also_after_its_seconds_began_anew(moment):
    assert read_time(answer(moment), MARK) == moment + timedelta(seconds=0.5)


@pytest.mark.parametrize(
    "odd", [b"", answer(NOON)[:47], answer(NOON, mark=b"another."), answer(NOON, first=0x23), answer(NOON, stratum=0)]
)
def test_what_is_no_answer_to_our_question_is_none(odd):
    with pytest.raises(OSError, match="no usable answer"):
        read_time(odd, MARK)


def test_a_time_server_is_asked_with_one_packet():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            asked, who = server.recvfrom(512)
            server.sendto(answer(NOON, mark=asked[40:48]), who)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        assert ask_time(f"127.0.0.1:{server.getsockname()[1]}") == NOON + timedelta(seconds=0.5)
        thread.join(5)


@pytest.mark.parametrize(("theirs", "seconds"), [(0, 0.0), (1, 0.0), (2, 0.0), (-3, 3.0), (9, -7.0)])
def test_only_what_lies_outside_of_question_and_answer_is_a_difference(theirs, seconds):
    assert apart(NOON, NOON + timedelta(seconds=theirs), NOON + timedelta(seconds=2)) == seconds


@pytest.mark.parametrize(
    ("seconds", "is_right", "is_uncertain"),
    [(0.0, True, False), (-1.0, True, False), (1.1, False, False), (-5.0, False, False), (5.1, False, True)],
)
def test_a_second_is_an_alarm_and_five_hide_the_time(caplog, seconds, is_right, is_uncertain):
    found = ClockComparison(())
    assert found.is_right and not found.is_uncertain
    with caplog.at_level(logging.ERROR):
        found.learn(Difference("a friend", seconds))
        found.learn(None)
    assert (found.is_right, found.is_uncertain) == (is_right, is_uncertain)
    assert len(caplog.records) == (0 if is_right else 1), "one line in a quarter of an hour"


def test_a_witness_that_fails_says_nothing_and_stops_no_other():
    def broken() -> Difference:
        raise OSError

    found = ClockComparison((broken, lambda: None, lambda: Difference("a friend", 3.0)))
    assert found.ask() == [Difference("a friend", 3.0)]


def test_the_database_is_a_witness_and_so_is_what_was_written_later_than_now(app):
    """Tests hold our clock in the future of that of PostgreSQL."""
    press(Visitor(app))
    with app.app_context():
        database, now = of_database(), of_record()
    assert now is None
    if CONFIG.of(app).database_url.startswith("postgresql"):
        assert database is not None and abs(database.seconds) > 60
    else:
        assert database is None


def test_what_is_declared_while_our_clock_is_wrong_is_taken_and_names_no_time(app):
    visitor = Visitor(app)
    CLOCK_COMPARISON.of(app).learn(Difference("a friend", 7.0))
    page = press(visitor)
    row: Declaration = only(app)
    assert page.status == 200 and row.received_at == NOON and "clock" in row.marks
    for text in (page.text, row.canonical_text, Mailbox(app).newest(to="anna@example.org").words):
        assert "unsere Uhr" in text and "11:00" not in text
    assert visitor.opens("/readyz").json()["status"] == "degraded"
