"""How a web process leaves without losing a request: everybody who came is answered, whoever comes is sent elsewhere.

gunicorn stops to accept when it is told to stop, and closes its socket when the last answer is out. Whoever connected
in between was let in by the system and by nobody else, and is cut off without an answer; a proxy may not repeat a form
that it has sent. So the door is shut the other way round: the system turns new connections away first, then those that
are in are answered, and only a door with nobody behind it is closed. What comes later is refused at once, and a proxy
asks the next machine, also for a form, because nothing of it was sent.
"""

import ctypes
import logging
import mmap
import os
import select
import struct
import sys
from contextlib import suppress
from typing import Any

from flask import Flask
from gunicorn.workers import gthread

from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.operation.health import IS_LEAVING

log = logging.getLogger(__name__)

# For so long new connections are turned away before the door closes: handshakes that had begun come to their end.
DOOR_SECONDS = 0.3
# How long an idle connection of a proxy stays open while we leave; a proxy must give up its idle ones earlier, or it
# may send a form into one that we close (deploy/nginx: keepalive_timeout 4s).
LINGER_SECONDS = 5.0

_SOL_SOCKET, _ATTACH, _DETACH = 1, 26, 27  # setsockopt(2), Linux
# "Drop what begins a connection, let through all else": byte 13 of TCP holds the flags, SYN is 2 and ACK 16.
_TURN_AWAY = ((0x30, 0, 0, 13), (0x54, 0, 0, 0x12), (0x15, 0, 1, 0x02), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFFFFFF))

# A socket that systemd handed over stays open when we end: who connects meanwhile waits for the next process.
_IS_HANDED = os.environ.get("LISTEN_PID") == str(os.getpid())
# Counted by the first process, read by all that it forks: after a reload others stand at the same door.
_reloads = mmap.mmap(-1, 1)


def linger() -> None:
    """For processes behind a proxy."""
    gthread.STOP_KEEPALIVE_LINGER = LINGER_SECONDS


def note_reload(_server: Any) -> None:
    """The processes of now will be replaced, the socket stays."""
    _reloads[0] = (_reloads[0] + 1) % 256


class LeavingWorker(gthread.ThreadWorker):
    """Threads that answer everybody who was let in, before they end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reloads = _reloads[0]

    def set_accept_enabled(self, enabled: bool) -> None:
        """Once told to end, the door is shut before nobody looks at it any more."""
        if not enabled and not self.alive:
            self._say_so()
            if self._is_door_kept():
                self._clear_idle()
            else:
                self._shut_door()
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            # The others that hold it decide when it closes.
            for listener in self.sockets:
                listener.close()

    def murder_pending(self) -> None:
        """Every second; a door that somebody else shut by mistake is opened again by whoever stays."""
        super().murder_pending()
        if self.alive:
            for listener in self.sockets:
                open_door(listener)

    def _is_door_kept(self) -> bool:
        """Whether others accept from the same socket when this process is gone."""
        return _IS_HANDED or self._reloads != _reloads[0]

    def _say_so(self) -> None:
        """`/readyz` says that this machine leaves, for as long as the operator gives balancers to hear of it."""
        app = self.app.callable
        if isinstance(app, Flask):
            IS_LEAVING.put(app, True)
            self._go_on_until(clock.seconds() + CONFIG.of(app).drain_seconds)

    def _clear_idle(self) -> None:
        """Idle connections end before nobody accepts: who comes then waits for the start of others, and no longer."""
        end = clock.seconds() + gthread.STOP_KEEPALIVE_LINGER
        self._cap_keepalive(end)
        while self.keepalived_conns and clock.seconds() < end:
            self._go_on_until(clock.seconds() + 0.1)

    def _shut_door(self) -> None:
        for listener in self.sockets:
            shut_door(listener)
        self._go_on_until(clock.seconds() + DOOR_SECONDS)
        while select.select(self.sockets, [], [], 0)[0]:
            self._go_on_until(clock.seconds())

    def _go_on_until(self, moment: float) -> None:
        """Accept and answer as ever; at least once."""
        super().set_accept_enabled(True)
        while True:
            self.notify()
            self.wait_for_and_dispatch_events(timeout=min(max(moment - clock.seconds(), 0.0), 0.1))
            self.murder_keepalived()
            self.murder_pending()
            if clock.seconds() >= moment:
                return


def shut_door(listener: Any) -> None:
    """The system answers no new connection at this socket; what is connected goes on. Does nothing where it cannot."""
    if sys.platform != "linux":
        return
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in _TURN_AWAY))
    with suppress(OSError):
        listener.setsockopt(_SOL_SOCKET, _ATTACH, struct.pack("@HP", len(_TURN_AWAY), ctypes.addressof(program)))


def open_door(listener: Any) -> None:
    """Undo `shut_door`; a door that is open stays so."""
    if sys.platform == "linux":
        with suppress(OSError):
            listener.setsockopt(_SOL_SOCKET, _DETACH, 0)
