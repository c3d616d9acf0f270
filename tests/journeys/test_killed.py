"""Kill -9 of web and worker processes while many people ask: nothing acknowledged is lost, nothing is there twice."""

import http.client
import os
import random
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import create_engine, text

from tests.conftest import ROOT, make_app, running
from tests.journeys.conftest import Server, _environment, _free_port, eventually
from tests.questions.asking import TYPED

PEOPLE, ROUNDS, KILLS = 4, 12, 5
NUMBER = re.compile(r"/de/questions/(Q\d\d-\d{5}-\d)/receipt")


@pytest.fixture(params=["sqlite", "postgresql"])
def household(request, app, tmp_path) -> Iterator["Household"]:
    """Web and worker as `make run` starts them, once on each database."""
    url = app.extensions["config"].database_url
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database()
        with running(
            make_app(app.extensions["config"].data, app.extensions["config"].content, database_url=url)
        ) as other:
            assert other.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    with _household(app.extensions["config"], url, tmp_path / "log") as made:
        yield made


class Household:
    """The processes of a portal that somebody shoots at."""

    def __init__(
        self, process: subprocess.Popen, server: Server, settings: dict[str, str], url: str, log: Path
    ) -> None:
        self.process, self.server, self.settings, self.url, self.log = process, server, settings, url, log

    def kill_one(self, chance: random.Random) -> None:
        """Kill -9 one web process or the worker; whoever looks after them starts a new one."""
        web, worker = self._children(self.process.pid)
        victims = [worker, *self._children(web)]
        os.kill(chance.choice(victims), signal.SIGKILL)

    def flask(self, *arguments: str) -> subprocess.CompletedProcess:
        """A command on the same data."""
        command = [str(Path(sys.executable).parent / "flask"), "--app", "app", *arguments]
        environment = _environment() | self.settings
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    @staticmethod
    def _children(process: int) -> list[int]:
        written = Path(f"/proc/{process}/task/{process}/children").read_text()
        return [int(each) for each in written.split()]


class Person(threading.Thread):
    """Asks again and again; what was not acknowledged is sent again with the same form, as people do."""

    def __init__(self, server: Server, fields: dict[str, str], seed: int) -> None:
        super().__init__(daemon=True)
        self._address, self._fields, self._chance = urlsplit(server.origin), fields, random.Random(seed)
        self.receipts: dict[str, set[str]] = {}

    def run(self) -> None:
        for _ in range(ROUNDS):
            stamp = secrets.token_urlsafe(32)
            own = {"stamp": stamp, "email": f"anna-{stamp[:10].lower()}@example.org", "subject": f"Frage {stamp}"}
            body = urlencode(self._fields | own)
            numbers = self.receipts.setdefault(stamp, set())
            # Some press twice although the first was acknowledged.
            for _ in range(self._chance.choice((1, 1, 2))):
                numbers.add(self._until_acknowledged(body))

    def _until_acknowledged(self, body: str) -> str:
        for _ in range(300):
            try:
                if number := self._sent(body):
                    return number
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.2)
        raise AssertionError("nobody answered for a minute")

    def _sent(self, body: str) -> str | None:
        connection = http.client.HTTPConnection(self._address.hostname, self._address.port, timeout=20)
        numbers = ".".join(str(self._chance.randint(1, 254)) for _ in range(3))
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": f"10.{numbers}"}
        try:
            connection.request("POST", "/de/questions/new", body, headers)
            answer = connection.getresponse()
            answer.read()
            found = NUMBER.search(answer.getheader("Location", "")) if answer.status == 303 else None
            return found[1] if found else None
        finally:
            connection.close()


def test_whatever_dies_nothing_acknowledged_is_lost_and_nothing_is_there_twice(household):
    fields = form_fields(household.server)
    people = [Person(household.server, fields, seed) for seed in range(PEOPLE)]
    chance = random.Random(7)
    for person in people:
        person.start()
    for _ in range(KILLS):
        time.sleep(0.8)
        household.kill_one(chance)
    for person in people:
        person.join(180)
    receipts = {stamp: numbers for person in people for stamp, numbers in person.receipts.items()}
    assert len(receipts) == PEOPLE * ROUNDS and not any(person.is_alive() for person in people)
    assert all(len(numbers) == 1 for numbers in receipts.values()), "one form, one number"
    assert kept(household.url) == {stamp: number for stamp, (number,) in receipts.items()}

    assert (
        "alarm: a web process has died" in (told := household.log.read_text()) or "alarm: the worker has died" in told
    )

    assert household.flask("work", "--once").returncode == 0
    checked = household.flask("check")
    assert checked.returncode == 0, checked.stdout
    mails = list((household.server.data / "mail").glob("*question_received*.eml"))
    assert len(mails) >= len(receipts), "everybody was written to"


def form_fields(server: Server) -> dict[str, str]:
    """What a browser with script sends, from a form that was opened long enough ago."""
    _, page = server.get("/de/questions/new")
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)"[^>]* value="([^"]*)"', page))
    time.sleep(2.5)
    return hidden | TYPED | {"is_checked": "yes", "is_complete": "yes"}


def kept(url: str) -> dict[str, str]:
    """Number of each question by the stamp in its subject; a question that is there twice would be missed by nobody."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT subject, number FROM questions")).all()
    engine.dispose()
    assert len(rows) == len({subject for subject, _ in rows}), "a question is there twice"
    return {subject.removeprefix("Frage "): number for subject, number in rows}


@contextmanager
def _household(config, url: str, log: Path) -> Iterator[Household]:
    port = _free_port()
    settings = {"PORTAL_DATA": str(config.data), "PORTAL_CONTENT": str(config.content), "PORT": str(port)}
    settings |= {"WEB_WORKERS": "2", "PROXY_HOPS": "1", "DATABASE_URL": url.replace("+psycopg", "")}
    command = [sys.executable, "-P", "portal/running.py"]
    with log.open("wb") as written:
        process = subprocess.Popen(command, cwd=ROOT, env=_environment() | settings, stdout=written, stderr=written)
        server = Server(f"http://127.0.0.1:{port}", config.data, config.content)
        try:
            assert eventually(lambda: process.poll() is not None or _is_up(server), seconds=60), log.read_text()
            yield Household(process, server, settings, url, log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def _is_up(server: Server) -> bool:
    try:
        return server.get("/readyz")[0] == 200
    except OSError:
        return False
