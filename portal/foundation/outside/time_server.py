"""Ask a time server how late it is (SNTP, RFC 4330): one packet there, one back."""

import secrets
import socket
import struct
from datetime import UTC, datetime, timedelta

_PORT, _SECONDS = 123, 2.0
_QUESTION = 0x23  # version 4, from a client
_SERVER = 4
_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)
# The seconds begin anew in February 2036; small ones belong to the time after it.
_ROUND, _NEW_ROUND = 2**32, 2**31


def ask_time(server: str) -> datetime:
    """The time of `host` or `host:port`; OSError when there is no usable answer within two seconds."""
    host, _, port = server.partition(":")
    mark = secrets.token_bytes(8)
    family, kind, proto, _name, address = socket.getaddrinfo(host, int(port or _PORT), type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind, proto) as asked:
        asked.settimeout(_SECONDS)
        # Connected: what others send is not read.
        asked.connect(address)
        asked.send(bytes([_QUESTION]) + bytes(39) + mark)
        return read_time(asked.recv(512), mark)


def read_time(answer: bytes, mark: bytes) -> datetime:
    """The moment at which the server answered; OSError for what is no answer to our question."""
    is_ours = len(answer) >= 48 and answer[0] & 7 == _SERVER and 1 <= answer[1] <= 15 and answer[24:32] == mark
    if not is_ours:
        raise OSError("no usable answer of the time server")
    whole, part = struct.unpack("!II", answer[40:48])
    return _EPOCH + timedelta(seconds=whole + (_ROUND if whole < _NEW_ROUND else 0) + part / _ROUND)
