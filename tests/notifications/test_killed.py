"""Kill -9 of a worker at any place: nothing is lost, and at most one copy with the same name arrives (DR-05)."""

import signal
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from portal.foundation.database import db
from portal.notifications.models import Notification
from tests.conftest import make_app, running
from tests.journeys.conftest import eventually
from tests.notifications.conftest import announce, to_server
from tests.notifications.mail_server import mail_server
from tests.notifications.worker_process import WorkerProcess

# Where it dies, and how often the mail under way may arrive after all.
POINTS = [
    pytest.param("mail_leased", 1, marks=[pytest.mark.long_fault, pytest.mark.once]),
    pytest.param("mail_connected", 1, marks=[pytest.mark.long_fault, pytest.mark.once]),
    ("mail_data_sent", 2),
    ("mail_accepted_before_mark", 2),
]


@pytest.mark.parametrize(("point", "copies"), POINTS)
def test_a_worker_killed_while_it_sends_loses_nothing(app, point, copies):
    with mail_server() as (handler, port):
        to_server(app, port)
        for each in range(3):
            announce(app, to=f"anna{each}@example.org", now=datetime.now(UTC))
        assert WorkerProcess(app, PORTAL_CRASH_AT=f"{point}:2").wait() == -signal.SIGKILL
        assert WorkerProcess(app, "--once").wait() == 0
        assert_all_sent(app, handler, 3, copies)


@pytest.mark.long_fault
def test_a_worker_killed_on_postgresql_loses_nothing(demo, data, postgres):
    url = postgres.new_database()
    with ExitStack() as stack:
        app = stack.enter_context(running(make_app(data, demo / "content", database_url=url)))
        assert app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
        handler, port = stack.enter_context(mail_server())
        to_server(app, port)
        for each in range(3):
            announce(app, to=f"anna{each}@example.org", now=datetime.now(UTC))
        assert WorkerProcess(app, PORTAL_CRASH_AT="mail_accepted_before_mark:2").wait() == -signal.SIGKILL
        assert WorkerProcess(app, "--once").wait() == 0
        assert_all_sent(app, handler, 3, 2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_in_order_when_it_is_told_to(app, number):
    with mail_server() as (handler, port):
        to_server(app, port)
        worker = WorkerProcess(app)
        announce(app, now=datetime.now(UTC))
        assert eventually(lambda: len(handler.arrived) == 1), "it notices new mails by itself"
        assert worker.stop(number) == 0
        assert "Traceback" not in worker.log.read_text()
        assert f"Mails go to 127.0.0.1:{port}." in worker.log.read_text()


def test_crash_points_are_refused_in_production(app):
    worker = WorkerProcess(
        app, PORTAL_CRASH_AT="mail_leased", PORTAL_STAGE="production", PORTAL_URL="https://help.example.org"
    )
    assert worker.wait() == 1 and "PORTAL_CRASH_AT cannot be used in production" in worker.log.read_text()


def assert_all_sent(app, handler, amount: int, copies: int) -> None:
    with app.app_context():
        rows = list(db.session.query(Notification))
    assert all(row.sent_at and row.claimed_at is None for row in rows)
    assert set(handler.message_ids) == {f"<{row.message_id}@localhost>" for row in rows}
    assert len(handler.message_ids) == amount + copies - 1
