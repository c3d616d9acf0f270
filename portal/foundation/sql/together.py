"""Changes that people make at one moment go to disk together (group commit): the first in line writes for all behind.

SQLite lets one write at a time, and most of a small transaction is waiting for the disk. On PostgreSQL whoever asks
holds the counter of numbers until the disk has kept the question. Threads of one process that want to write meanwhile
hand over what they would write, and wait until it is kept.

Processes do not know of each other. So that none holds what another waits for, each writes only pieces of one lane in
one transaction, and these in one order.
"""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from portal.foundation.database import LINE_SECONDS, ReadOnly, end_reading, is_read_only, transaction
from portal.foundation.web.here import OnePerApp
from portal.foundation.web.turns import out_of_turn

Answer = TypeVar("Answer")


def together(write: Callable[[], Answer], *, lane: str, place: tuple[Any, ...] = ()) -> Answer:
    """What `write` gives, once it is kept, perhaps in one transaction with what others write at this moment.

    Only what has the same `lane` is written together, in the order of its `place`. Either all of a lane begin by
    locking one row, or each locks what its place names and nothing else that others of the lane do.

    `write` has no transaction of its own, uses no session (`make_row` and prepared statements), asks nothing of the
    request, may run in another thread, and is done once more when the whole could not be kept: it must then find out
    whether it was kept all the same (a form's stamp).
    """
    if is_read_only():
        raise ReadOnly
    # Nobody can write to the file of SQLite while somebody still reads: what was read ends before the waiting begins.
    # To PostgreSQL nobody keeps a connection while he waits.
    end_reading()
    with out_of_turn():
        return WRITERS.here().write(write, lane=lane, place=place)


class _Piece:
    """What one person writes, and what came of it."""

    def __init__(self, write: Callable[[], Any], lane: str, place: tuple[Any, ...]) -> None:
        self.write, self.lane, self.place = write, lane, place
        self.result: Any = None
        self.is_kept = self.leads = False
        self._gate = threading.Lock()
        self._gate.acquire()

    def wait(self, seconds: float = -1) -> bool:
        """Until somebody has written this, or it is this one's turn to write for all; False when that takes longer."""
        return self._gate.acquire(timeout=seconds)

    def wake(self) -> None:
        """Once, by whoever wrote before."""
        self._gate.release()


class Writers:
    """The people of one process who want to write at this moment."""

    def __init__(self, *, patience: float = LINE_SECONDS) -> None:
        self._lock, self._patience = threading.Lock(), patience
        self._waiting: list[_Piece] = []
        self._is_led = False

    @property
    def standing(self) -> int:
        """How many wait to be written for, whoever is to write for them included."""
        with self._lock:
            return len(self._waiting)

    def write(self, write: Callable[[], Answer], *, lane: str, place: tuple[Any, ...] = ()) -> Answer:
        """What `write` gives, once it is kept; a fault of one is raised to that one alone."""
        piece = _Piece(write, lane, place)
        has_left = not self._leads(piece) and not piece.wait(self._patience) and self._leaves(piece)
        if piece.leads:
            self._lead(piece)
        if not piece.is_kept:
            # Something in the whole went wrong: each tries alone, and nobody hears of another one's fault.
            with transaction(line_seconds=0.0 if has_left else LINE_SECONDS, is_plain=True):
                return write()
        found: Answer = piece.result
        return found

    def _leads(self, piece: _Piece) -> bool:
        with self._lock:
            self._waiting.append(piece)
            piece.leads, self._is_led = not self._is_led, True
        return piece.leads

    def _leaves(self, piece: _Piece) -> bool:
        """Take a piece out that has waited long enough, and True; when its turn has come meanwhile, wait for that.

        Else each would wait until all before it have waited in vain for a database that somebody holds.
        """
        with self._lock:
            if piece in self._waiting and not piece.leads:
                self._waiting.remove(piece)
                return True
        piece.wait()
        return False

    def _lead(self, leader: _Piece) -> None:
        batch = [leader]
        try:
            with transaction(is_plain=True):
                batch = self._taken(leader.lane)
                for each in batch:
                    each.result = each.write()
            for each in batch:
                each.is_kept = True
        except Exception:
            if len(batch) == 1:
                raise
        finally:
            self._hand_over(leader)
            for each in batch:
                if each is not leader:
                    each.wake()

    def _taken(self, lane: str) -> list[_Piece]:
        """Everybody of the leader's lane who stands here by now, in the order in which they are written."""
        with self._lock:
            batch = [each for each in self._waiting if each.lane == lane]
            self._waiting = [each for each in self._waiting if each.lane != lane]
        return sorted(batch, key=lambda each: each.place)

    def _hand_over(self, leader: _Piece) -> None:
        """Whoever came meanwhile writes next, for all of the same lane who have come."""
        with self._lock:
            if leader in self._waiting:
                self._waiting.remove(leader)
            self._is_led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].wake()


WRITERS = OnePerApp("together", Writers)
