"""`make run`: web server and worker live and die together, and a worker that dies is replaced."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.foundation.config import CONFIG, ROOT
from tests.journeys.conftest import eventually
from tests.notifications.conftest import announce
from tests.notifications.mail_server import free_port


class Household:
    """`python -P portal/running.py` on the data of an application."""

    def __init__(self, app, port: int) -> None:
        config = CONFIG.of(app)
        settings = {"PORTAL_DATA": str(config.data), "PORTAL_CONTENT": str(config.content), "PORT": str(port)}
        settings |= {"DATABASE_URL": config.database_url.replace("+psycopg", "")}
        self.port, self.log = port, config.data / "run.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "portal/running.py"], cwd=ROOT, env=os.environ | settings, stdout=log, stderr=log
            )

    @property
    def said(self) -> str:
        return self.log.read_text()

    @property
    def worker(self) -> int | None:
        """The process that sends mails."""
        return next((pid for pid in self.children if "app work" in _command(pid)), None)

    @property
    def web(self) -> int | None:
        """The process above the web processes."""
        return next((pid for pid in self.children if "gunicorn" in _command(pid)), None)

    @property
    def children(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()] if path.exists() else []

    def answers(self) -> bool:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).status == 200
        except OSError:
            return False


@pytest.fixture
def household(app) -> Iterator[Household]:
    running = Household(app, free_port())
    assert eventually(lambda: running.answers() and "Mails go to" in running.said, seconds=60), running.said
    yield running
    children = running.children
    running.process.kill()
    running.process.wait()
    eventually(lambda: not any(_is_alive(pid) for pid in children), seconds=40)


def test_one_command_starts_both_and_one_signal_ends_both(app, household):
    announce(app, now=datetime.now(UTC))
    folder = CONFIG.of(app).data / "mail"
    assert eventually(lambda: len(list(folder.glob("*.eml"))) == 1), household.said
    assert f"Mails go to {folder}." in household.said
    children = household.children
    household.process.send_signal(signal.SIGINT)
    assert household.process.wait(60) == 0
    assert not any(_is_alive(pid) for pid in children)
    assert "The portal has stopped." in household.said


def test_a_worker_that_dies_is_started_again(household):
    first = household.worker
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: household.worker not in (None, first), seconds=20), household.said
    assert "the worker has died and is started again" in household.said
    assert household.answers()


def test_a_web_server_that_is_killed_ends_everything_and_the_log_says_by_what(household):
    worker = household.worker
    os.kill(household.web, signal.SIGKILL)
    assert household.process.wait(60) != 0
    assert not _is_alive(worker)
    assert "alarm: the web server was ended by signal 9." in household.said


def test_nothing_goes_on_when_the_command_itself_is_killed(household):
    children = household.children
    assert len(children) == 2
    household.process.kill()
    assert eventually(lambda: not any(_is_alive(pid) for pid in children), seconds=40)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _is_alive(pid: int) -> bool:
    return bool(_command(pid))
