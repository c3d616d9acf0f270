"""The worker: sends mails as soon as they are due, and does the recurring duties of all rooms; several may run."""

import hashlib
import logging
import os
import platform
import secrets
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from portal.duties import CHORES
from portal.foundation import clock
from portal.foundation.chores import RENEW_SECONDS, Chore, finish, held, take
from portal.foundation.database import db
from portal.foundation.process.clock_watch import ClockWatch
from portal.mails import KINDS
from portal.notifications.delivery import PostOffice
from portal.notifications.outbox import release
from portal.notifications.queries import holders
from portal.rounds import ROUNDS

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
_BACK_OFF = (1.0, 2.0, 5.0, 10.0)
_ROUND_SECONDS = 2.0
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Worker:
    """Three threads: for mails and for errands, so that slow machines elsewhere delay nothing, and for other duties."""

    def __init__(
        self,
        app: Flask,
        *,
        chores: Sequence[Chore] = CHORES,
        renew_seconds: float = RENEW_SECONDS,
    ) -> None:
        self.name = new_name()
        self._app, self._chores, self._renew_seconds = app, chores, renew_seconds
        self.office = PostOffice(app, KINDS, worker=self.name)
        self._stopped = Event()
        self._clock = ClockWatch()
        self._asked_at: dict[str, float] = {}
        self._threads = [
            Thread(target=self._lane, args=(piece,), name=piece.__name__, daemon=True)
            for piece in (self._send_mails, self._do_chores, self._run_errands)
        ]

    def start(self) -> None:
        """Begin in the background."""
        for thread in self._threads:
            thread.start()

    def stop(self, *, seconds: float = 150.0) -> None:
        """End after the pieces that are under way."""
        self._stopped.set()
        self.office.close()
        for thread in self._threads:
            thread.join(seconds)

    def run(self) -> int:
        """Work until SIGTERM or SIGINT; the exit status, 1 when a thread has died."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        self.start()
        while signal.sigtimedwait(_SIGNALS, 2.0) is None:
            if not all(thread.is_alive() for thread in self._threads):
                log.error("alarm: a thread of the worker has died")
                return 1
        self.stop()
        return 0

    def once(self) -> None:
        """Everything that is due now, and then nothing more; errors of the database are raised."""
        with self._app.app_context():
            self._free_dead()
            while self.office.deliver_due():
                pass
            for chore in self._chores:
                while self._do(chore):
                    pass
            while self.office.deliver_due():
                pass

    def _lane(self, piece: Callable[[], bool]) -> None:
        """Again and again until the end; a database that is away is asked less and less often."""
        failures = 0
        while not self._stopped.is_set():
            try:
                with self._app.app_context():
                    has_more = piece()
                failures, pause = 0, 0.0 if has_more else POLL_SECONDS
            except SQLAlchemyError as error:
                pause = _BACK_OFF[min(failures, len(_BACK_OFF) - 1)]
                failures += 1
                log.error("the database does not answer the worker: %s", type(getattr(error, "orig", error)).__name__)
            except Exception:
                pause = _BACK_OFF[-1]
                log.exception("alarm: the worker stumbled at %s", piece.__name__)
            self._stopped.wait(pause)

    def _send_mails(self) -> bool:
        self._clock.look()
        if self._is_time("dead", 30.0):
            self._free_dead()
        has_sent = self.office.deliver_due(takes_over=not self._clock.is_distrusted) > 0
        # Behind the sending: what only waited for this worker to start has gone by now.
        if self._is_time("alarm", 30.0):
            self.office.sound_alarm()
        return has_sent

    def _do_chores(self) -> bool:
        if self._is_time("rounds", _ROUND_SECONDS):
            ROUNDS.of(self._app).once()
        # One after the other, each once: a duty with much to do must not starve the others.
        return self._do_each(is_errand=False)

    def _run_errands(self) -> bool:
        return self._do_each(is_errand=True)

    def _do_each(self, *, is_errand: bool) -> bool:
        chores = (chore for chore in self._chores if chore.is_errand is is_errand)
        return any([self._do(chore) for chore in chores if not self._stopped.is_set()])

    def _do(self, chore: Chore) -> bool:
        """One piece of a duty, if it is due; whether more is waiting."""
        now = clock.now()
        if chore.trusts_clock and self._clock.is_distrusted:
            return False
        if not self._is_time(chore.name, min(chore.every.total_seconds(), 10.0)):
            return False
        if (chore.is_due and not chore.is_due(now)) or not take(chore, self.name, now):
            return False
        has_more, problem = False, ""
        try:
            with held(chore, self.name, self._app, every=self._renew_seconds):
                has_more = bool(chore.run(now))
        except Exception as error:
            db.session.rollback()
            problem = type(error).__name__
            log.exception("alarm: the duty %s failed", chore.name)
        finish(chore, self.name, clock.now(), has_more=has_more, problem=problem)
        if has_more:
            self._asked_at.pop(chore.name, None)
        return has_more

    def _is_time(self, name: str, pause: float) -> bool:
        """Whether that long has passed since it was asked for the last time."""
        now = clock.seconds()
        if now < self._asked_at.get(name, 0.0):
            return False
        self._asked_at[name] = now + pause
        return True

    def _free_dead(self) -> None:
        """Mails that a worker of this machine held when it was killed need not wait for the end of the lease."""
        for name in holders():
            if name != self.name and is_dead(name) and release(name, now=clock.now()):
                log.warning("a worker was killed while it held a mail; the mail is sent now")


def new_name() -> str:
    """A name for this worker: its machine since it was started, its process, and a random part."""
    return f"{_machine()}:{os.getpid()}:{secrets.token_hex(4)}"


def is_dead(name: str) -> bool:
    """Whether that worker ran on this machine and its process is gone; False when nobody can tell."""
    machine, _, rest = name.partition(":")
    pid = rest.partition(":")[0]
    if machine != _machine() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _machine() -> str:
    """The same for all processes that can see each other, another one after a restart of the machine."""
    marks = [platform.node()]
    with suppress(OSError):
        marks += [Path("/proc/sys/kernel/random/boot_id").read_text(), os.readlink("/proc/self/ns/pid")]
    return hashlib.sha256("|".join(marks).encode()).hexdigest()[:16]
