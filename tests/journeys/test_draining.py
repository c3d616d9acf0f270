"""A door that is shut turns away who comes and loses nobody who came."""

import socket
from contextlib import closing

import pytest

from portal.draining import open_door, shut_door


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
