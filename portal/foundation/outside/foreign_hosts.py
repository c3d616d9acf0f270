"""Machines of others: the one place that judges their addresses, and connections that go exactly there (SR-60)."""

import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Event, Timer
from typing import Any

PORTS = (443, 8443)
_NAT64 = ip_network("64:ff9b::/96")
# All that IPv6 has given out to the world; the rest is for one house, for one cable, or means something else.
_GIVEN_OUT = ip_network("2000::/3")


class UnknownHost(Exception):
    """Nobody knows the name, at least not now."""


class NotPublic(Exception):
    """The name leads into a house: ours or somebody else's."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the whole world, also where IPv6 hides one of IPv4."""
    if isinstance(address, IPv6Address):
        hidden = _hidden(address)
        if hidden is not None:
            return is_public(hidden)
        if address not in _GIVEN_OUT:
            return False
    return address.is_global and not address.is_multicast


def public_address(host: str, port: int, *, may_be_local: bool = False) -> str:
    """The one address to call: the name is looked up once, and every answer must be public; UnknownHost, NotPublic.

    `may_be_local` is for machines that the operator names, and for tests.
    """
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise UnknownHost(host) from error
    if not may_be_local and not all(is_public(ip_address(each.partition("%")[0])) for each in found):
        raise NotPublic(host)
    return found[0]


def _hidden(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


class Plain(http.client.HTTPConnection):
    """A connection to one address, whatever the name leads to meanwhile; in development alone."""

    def __init__(self, host: str, port: int, address: str, *, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._address = address

    def connect(self) -> None:
        """Connect to the address that was looked at."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class Encrypted(http.client.HTTPSConnection):
    """The same, encrypted, and the other side proves the name; `trust` is another idea of whom to believe."""

    def __init__(
        self, host: str, port: int, address: str, *, timeout: float, trust: ssl.SSLContext | None = None
    ) -> None:
        self._address, self._trust = address, trust or ssl.create_default_context()
        super().__init__(host, port, timeout=timeout, context=self._trust)

    def connect(self) -> None:
        """Connect to the address that was looked at."""
        plain: Any = socket.create_connection((self._address, self.port), self.timeout)
        # Known before the other side says a word, so that whoever waits too long can cut the line at any moment.
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()


@contextmanager
def cut_after(connection: http.client.HTTPConnection, seconds: float) -> Iterator[Event]:
    """The block, with a line that is cut after so many seconds: its own limit is for the pause between two bytes.

    The event says whether it was: what had been read by then can look like the end.
    """
    was_cut = Event()
    timer = Timer(seconds, lambda: _cut(connection, was_cut))
    timer.daemon = True
    timer.start()
    try:
        yield was_cut
    finally:
        timer.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection, was_cut: Event) -> None:
    was_cut.set()
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
