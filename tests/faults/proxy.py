"""A wire that can be cut, frozen or slowed, or cut at the very moment in which something is said over it."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from urllib.parse import parse_qs, urlsplit


class Wire:
    """Listens on a port of its own and passes everything on to where it leads."""

    def __init__(self, family: int, leads_to: object) -> None:
        self._family, self._leads_to = family, leads_to
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._flows = Event()
        self._flows.set()
        self._lock, self._open = Lock(), set[socket.socket]()
        self._is_ended = self.is_refusing = False
        self.seconds = 0.0
        self._after, self._word, self._passes_on, self.cuts = b"", b"", False, 0
        Thread(target=self._accept, daemon=True).start()

    def freeze(self) -> None:
        """Nothing passes any more, and nobody is told."""
        self._flows.clear()

    def thaw(self) -> None:
        """Everything passes again, also what was held meanwhile."""
        self._flows.set()

    def cut(self) -> None:
        """Every connection breaks; new ones are taken unless the wire also refuses."""
        with self._lock:
            ended, self._open = self._open, set()
        for each in ended:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def cut_at(self, word: bytes, *, after: bytes, passes_on: bool) -> None:
        """Break once when a client says `word` after it has said `after`: when it has arrived, or before it does.

        In both cases the client never hears the answer.
        """
        self._after, self._passes_on, self._word = after, passes_on, word

    def end(self) -> None:
        """Nobody listens any more."""
        self._is_ended = True
        self.thaw()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        while not self._is_ended:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            if self.is_refusing:
                client.close()
                continue
            server = socket.socket(self._family)
            try:
                server.connect(self._leads_to)
            except OSError:
                client.close()
                continue
            with self._lock:
                self._open |= {client, server}
            Thread(target=self._pass, args=(client, server, True), daemon=True).start()
            Thread(target=self._pass, args=(server, client, False), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, is_asking: bool) -> None:
        is_near = False
        with suppress(OSError):
            while piece := source.recv(65536):
                self._flows.wait()
                if self.seconds:
                    time.sleep(self.seconds)
                is_near = is_asking and bool(self._word) and (is_near or self._after in piece)
                if is_near and self._word in piece:
                    self._word, self.cuts = b"", self.cuts + 1
                    if self._passes_on:
                        # The answer must not come back: from here on that way is closed.
                        source.shutdown(socket.SHUT_RDWR)
                        target.sendall(piece)
                        time.sleep(0.2)
                    break
                target.sendall(piece)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._open -= {source, target}
        source.close()


@contextmanager
def wire_to(port: int) -> Iterator[Wire]:
    """A wire to a port of this machine."""
    wire = Wire(socket.AF_INET, ("127.0.0.1", port))
    try:
        yield wire
    finally:
        wire.end()


@contextmanager
def wire_to_database(address: str) -> Iterator[tuple[Wire, str]]:
    """A wire to the PostgreSQL server of an address, and the address that leads over it."""
    parts = urlsplit(address)
    folder = parse_qs(parts.query).get("host", [""])[0]
    if folder:
        wire = Wire(socket.AF_UNIX, f"{folder}/.s.PGSQL.5432")
    else:
        wire = Wire(socket.AF_INET, (parts.hostname, parts.port or 5432))
    user = parts.username or "postgres"
    try:
        yield wire, f"postgresql+psycopg://{user}@127.0.0.1:{wire.port}{parts.path}?sslmode=disable"
    finally:
        wire.end()
