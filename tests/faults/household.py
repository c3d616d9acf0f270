"""The portal as it really runs, web processes and worker, for somebody who does harm to it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import create_engine, text

from tests.conftest import ROOT
from tests.faults.callers import Asked, Asker, open_form
from tests.faults.ledger import Ledger
from tests.faults.strangers import Strangers
from tests.journeys.conftest import Server, _environment, _free_port, eventually

WEB_PROCESSES = 2
TOLD = "SELECT 1 FROM notifications WHERE recipient = :email AND (sent_at IS NOT NULL OR held_at IS NOT NULL)"


class Household:
    """Web and worker as `make run` starts them, on a database and folders that may be broken."""

    def __init__(self, config, url: str, log: Path, *, before: tuple[str, ...] = (), **settings: str) -> None:
        port = _free_port()
        self.url, self.log, self.data, self.content = url, log, config.data, config.content
        self.server = Server(f"http://127.0.0.1:{port}", config.data, config.content)
        own = {"PORTAL_DATA": str(config.data), "PORTAL_CONTENT": str(config.content), "PORT": str(port)}
        own |= {"WEB_WORKERS": str(WEB_PROCESSES), "PROXY_HOPS": "1", "PORTAL_URL": "http://localhost"}
        own |= {"DATABASE_URL": url.replace("+psycopg", ""), "SECRET_KEY": "x" * 32}
        self.settings, self._before = own | settings, before
        self._form: dict[str, str] = {}
        self._strangers: Strangers | None = None
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Everything, until it answers and is ready."""
        with self.log.open("ab") as written:
            command = [*self._before, sys.executable, "-P", "portal/running.py"]
            environment = _environment() | self.settings
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=written, stderr=written)
        assert eventually(lambda: self.is_over or self.is_up(), seconds=240) and not self.is_over, self.words

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it in order, or not."""
        assert self.process is not None
        if number == signal.SIGKILL:
            for each in reversed(self.processes):
                with suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
        else:
            self.process.send_signal(number)
        self.process.wait(timeout=120)

    @property
    def is_over(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    @property
    def words(self) -> str:
        """Everything that it has written."""
        return self.log.read_text(errors="replace")

    @property
    def processes(self) -> list[int]:
        """The one that looks after the others, the web server, the worker, and the web processes."""
        assert self.process is not None
        web, *others = _children(self.process.pid) or [0]
        return [self.process.pid, web, *others, *(_children(web) if web else [])]

    def kill_one(self, chance: random.Random) -> None:
        """Kill -9 one web process or the worker; whoever looks after them starts a new one."""
        _, web, *others = self.processes
        os.kill(chance.choice([each for each in others if each != web]), signal.SIGKILL)

    def is_up(self) -> bool:
        """Whether it says that it is ready."""
        try:
            return self.server.get("/readyz")[0] == 200
        except OSError:
            return False

    def flask(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess:
        """A command on the same data."""
        command = [str(Path(sys.executable).parent / "flask"), "--app", "app", *arguments]
        environment = _environment() | self.settings | changes
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False
        )

    def asker(self, ledger: Ledger, *, anew: bool = False) -> Asker:
        """Somebody new who asks, with the form that the others have as well, or with a fresh one."""
        if anew or not self._form:
            self._form = open_form(self.server)
        return Asker(self.server, ledger, self._form)

    def strangers(self, ledger: Ledger) -> Strangers:
        """Those before doors that are for others; asked for while all is well, they are there when something breaks."""
        self._strangers = self._strangers or Strangers(self, ledger)
        return self._strangers

    def recovers(self, ledger: Ledger, *, seconds: float = 90.0) -> float:
        """How long it takes from now until articles, search, asking, replying and mails work again, by themselves.

        More than half a minute is marked in the table; a busy machine is slow, a portal that stays broken is a fault.
        """
        begun = time.monotonic()
        who, asked = self.asker(ledger), None
        while time.monotonic() - begun < seconds:
            assert not self.is_over, f"the portal is gone: {self.words[-2000:]}"
            asked = asked or who.begins(with_file=True)
            if self._reads(who) and self._asks(who, asked) and self._replies(who, asked):
                break
            time.sleep(0.3)
        else:
            raise AssertionError(f"not well after {seconds:.0f} s")
        assert eventually(lambda: self._is_told(asked), seconds=seconds - (time.monotonic() - begun)), "no mail"
        return time.monotonic() - begun

    def _reads(self, who: Asker) -> bool:
        try:
            paths = ("/de/faq/rechnung/rechnung-finden", "/de/search?q=router")
            return all(who.get(path, seconds=5).status == 200 for path in paths)
        except OSError:
            return False

    def _asks(self, who: Asker, asked: Asked) -> bool:
        return bool(asked.number) or who.sends(asked, seconds=20) == 303

    def _replies(self, who: Asker, asked: Asked) -> bool:
        try:
            return who.replies(asked) == 303
        except (OSError, HTTPException):
            return False

    def _is_told(self, asked: Asked | None) -> bool:
        """Whether the mail to whoever asked has left, or is kept back because so many others were written to."""
        engine = create_engine(self.url)
        with engine.connect() as connection:
            done = connection.execute(text(TOLD), {"email": asked.fields["email"] if asked else ""}).first()
        engine.dispose()
        return done is not None


@contextmanager
def household(config, url: str, log: Path, *, before: tuple[str, ...] = (), **settings: str) -> Iterator[Household]:
    """One that runs; at the end nothing of it is left."""
    made = Household(config, url, log, before=before, **settings)
    made.start()
    try:
        yield made
    finally:
        if not made.is_over:
            made.stop()


@contextmanager
def crowd(house: Household, ledger: Ledger, *, people: int = 3, with_files: bool = True) -> Iterator[list[Asked]]:
    """People go on asking, and strangers try doors; at the end everybody is acknowledged. What was asked is yielded."""
    strangers = house.strangers(ledger)
    stopped, asked = Event(), list[Asked]()

    def ask(who: Asker, place: int) -> None:
        count = 0
        while not stopped.is_set():
            count += 1
            one = who.begins(with_file=with_files and (count + place) % 3 == 0)
            asked.append(one)
            try:
                who.until_acknowledged(one)
            except AssertionError as error:
                ledger.complain(f"a question was {error}")

    threads = [Thread(target=ask, args=(house.asker(ledger), place), daemon=True) for place in range(people)]
    for each in threads:
        each.start()
    try:
        with strangers.prowling():
            yield asked
    finally:
        stopped.set()
        for each in threads:
            each.join(150)


def _children(process: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []
