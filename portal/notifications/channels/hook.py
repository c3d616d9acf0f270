"""One signed message to another machine of the company: https only, one look-up, only public addresses (SR-60)."""

import hashlib
import hmac
import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from portal.notifications.channels.envelope import DeliveryError, Failure

PORTS = (443, 8443)
_SECONDS = 10.0
_ANSWER_LIMIT = 64 * 1024
_NAT64 = ip_network("64:ff9b::/96")
_FINAL = (400, 401, 403, 404, 405, 410, 413, 415, 422)


@dataclass(frozen=True)
class Hook:
    """Where messages go, the secret they are signed with, and, for tests alone, whether it may be this machine."""

    url: str
    secret: str
    may_be_local: bool = False


def signature(secret: str, body: bytes, seconds: int) -> str:
    """`t=<seconds>,v1=<hmac>`: the receiver signs `<seconds>.<body>` with the secret and compares."""
    made = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={made}"


def post(hook: Hook, body: bytes, *, headers: Mapping[str, str], seconds: int) -> str:
    """Hand over one message; what the other side said. DeliveryError tells whether it may be tried again."""
    parts = urlsplit(hook.url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if not hook.may_be_local and (parts.scheme != "https" or port not in PORTS):
        raise DeliveryError("Only https on port 443 or 8443 is called.", Failure.FINAL)
    connection = _connection(parts.scheme, host, _address(host, port, may_be_local=hook.may_be_local), port)
    timer = Timer(_SECONDS, lambda: _cut(connection))
    timer.daemon = True
    timer.start()
    try:
        signed = {**headers, "Content-Type": "application/json"}
        signed["Portal-Signature"] = signature(hook.secret, body, seconds)
        connection.request("POST", parts.path or "/", body, signed)
        answer = connection.getresponse()
        answer.read(_ANSWER_LIMIT)
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        raise DeliveryError(f"{type(error).__name__}: {error}") from error
    finally:
        timer.cancel()
        connection.close()
    if 200 <= answer.status < 300:
        return str(answer.status)
    # A redirect is not followed: it could lead anywhere.
    raise DeliveryError(str(answer.status), Failure.FINAL if answer.status in _FINAL else Failure.LATER)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the whole world, also where IPv6 hides one of IPv4."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def _address(host: str, port: int, *, may_be_local: bool) -> str:
    """The one address that is called: the name is looked up once, and every answer must be public."""
    try:
        found = [each[4][0] for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise DeliveryError("The name is not known.") from error
    if not may_be_local and not all(is_public(ip_address(str(each).partition("%")[0])) for each in found):
        raise DeliveryError("The name leads to an address that is not public.", Failure.FINAL)
    return str(found[0])


def _connection(scheme: str, host: str, address: str, port: int) -> http.client.HTTPConnection:
    pinned: Any = _Safe if scheme == "https" else _Plain
    connection: http.client.HTTPConnection = pinned(host, port, timeout=_SECONDS)
    connection.pinned = address  # type: ignore[attr-defined]
    return connection


class _Plain(http.client.HTTPConnection):
    pinned = ""

    def connect(self) -> None:
        """Connect to the address that was looked at, whatever the name means by now."""
        self.sock = socket.create_connection((self.pinned, self.port), self.timeout)


class _Safe(http.client.HTTPSConnection):
    pinned = ""

    def connect(self) -> None:
        """The same, encrypted, and the other side proves the name."""
        plain = socket.create_connection((self.pinned, self.port), self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def _cut(connection: http.client.HTTPConnection) -> None:
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
