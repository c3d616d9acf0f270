"""The threads of a web process answer one after another, and let each other in where one of them has to wait.

Python runs one thread at a time in any case. SQLite lets go of the interpreter for every row that it gives; with others
at the ready each row then costs two switches between threads, and four requests at once take twice the processor time
of four in turn. PostgreSQL is asked over a socket, where letting go is what one wants: there nobody takes turns.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# Whoever has waited this long goes on beside the others: what takes long must not keep everybody out.
PATIENCE_SECONDS = 0.05


class Turns:
    """First come, first served; Python's own lock lets whoever is awake overtake those who sleep."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_taken = False

    def take(self, seconds: float = PATIENCE_SECONDS) -> bool:
        """Wait for the turn for so long at most; whether it came. Who has it gives it back."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        if gate.acquire(timeout=seconds):
            return True
        with self._lock:
            if gate in self._waiting:
                self._waiting.remove(gate)
                return False
        return True  # it came at the last moment

    def give_back(self) -> None:
        """Whoever waits longest is next."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False


_turns = Turns()
_mine = threading.local()


def in_turn(app: Callable[..., Any]) -> Callable[..., Any]:
    """The same WSGI application, called by one thread at a time unless that one takes long or is `out_of_turn`."""

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        _mine.has_turn = _turns.take()
        try:
            return app(environ, start_response)
        finally:
            if _mine.has_turn:
                _mine.has_turn = False
                _turns.give_back()

    return answer


@contextmanager
def out_of_turn() -> Iterator[None]:
    """In this block others may go on: for waiting, and for what lets go of the interpreter for long."""
    if not getattr(_mine, "has_turn", False):
        yield
        return
    _mine.has_turn = False
    _turns.give_back()
    try:
        yield
    finally:
        _mine.has_turn = _turns.take()
