"""A door that is shut turns away who comes and loses nobody who came."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from threading import Thread

import pytest

from portal.draining import open_door, shut_door
from tests.conftest import ROOT
from tests.journeys.conftest import _free_port, eventually

FORM = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\ntext"
APPLICATION = """
import time
def application(environ, start_response):
    time.sleep(0.02)
    start_response("200 OK", [("Content-Length", "4"), ("Connection", "close")])
    return [environ["wsgi.input"].read(4)]
"""


def connected(address) -> socket.socket:
    return socket.create_connection(address, timeout=0.3)


def test_who_was_let_in_is_answered_and_who_comes_later_is_refused_before_a_byte_was_sent():
    with closing(socket.create_server(("127.0.0.1", 0), backlog=8)) as door:
        address = door.getsockname()
        early = connected(address)
        shut_door(door)
        with pytest.raises(TimeoutError):
            connected(address)
        early.sendall(b"a form")
        inside, _ = door.accept()
        assert inside.recv(10) == b"a form"
        inside.sendall(b"303")
        assert early.recv(10) == b"303"
    with pytest.raises(ConnectionRefusedError):
        connected(address)
    for each in (early, inside):
        each.close()


def test_a_door_is_opened_again_by_whoever_stays():
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        open_door(door)
        shut_door(door)
        open_door(door)
        with closing(connected(door.getsockname())) as late:
            assert late.getpeername() == door.getsockname()


class Caller(Thread):
    """Sends forms, each over a connection of its own, until nobody is there any more."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._port, self.answered, self.cut = port, 0, 0

    def run(self) -> None:
        while True:
            try:
                line = socket.create_connection(("127.0.0.1", self._port), timeout=0.5)
            except TimeoutError:
                continue
            except ConnectionRefusedError:
                return
            with closing(line):
                line.settimeout(30)
                self._send(line)

    def _send(self, line: socket.socket) -> None:
        try:
            line.sendall(FORM)
            answer = b"".join(iter(lambda: line.recv(4096), b""))
        except ConnectionResetError:
            answer = b""
        if answer.endswith(b"text"):
            self.answered += 1
        else:
            self.cut += 1


@pytest.mark.long_fault
def test_nobody_who_got_in_is_cut_off_when_the_server_is_told_to_stop(tmp_path):
    (tmp_path / "tiny.py").write_text(APPLICATION)
    port = _free_port()
    kind = ("-k", "portal.draining.LeavingWorker", "-w", "1", "--threads", "2", "-b", f"127.0.0.1:{port}")
    command = (sys.executable, "-m", "gunicorn", *kind, "--log-level", "error", "tiny:application")
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(tmp_path)})
    try:
        assert eventually(lambda: is_open(port), seconds=120)
        callers = [Caller(port) for _ in range(4)]
        for each in callers:
            each.start()
        assert eventually(lambda: sum(each.answered for each in callers) > 40, seconds=120)
        server.send_signal(signal.SIGTERM)
        for each in callers:
            each.join(120)
        assert server.wait(60) == 0
    finally:
        server.kill()
        server.wait()
    assert [each.cut for each in callers] == [0] * 4


def is_open(port: int) -> bool:
    try:
        connected(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
