"""Fetch a public page of somebody else's: the only place that opens a connection to a foreign address (SR-60).

https only, the name is looked up once and every address behind it must be a public one, the connection goes to exactly
that address, redirects are not followed, and both time and size have an end.
"""

import http.client
import socket
import ssl
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

SECONDS, MOST_BYTES = 10, 2_000_000
_PORTS = (443, 8443)
_NAT64 = ip_network("64:ff9b::/96")


class NotFetched(Exception):
    """A page could not be fetched; the sentence says why."""


def fetch(url: str, *, context: ssl.SSLContext | None = None) -> str:
    """The text of a public page; NotFetched with a sentence. `context` is another idea of trust, for tests."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username or (parts.port or 443) not in _PORTS:
        raise NotFetched("The address must begin with https:// and use port 443 or 8443.")
    address = _public_address(parts.hostname, parts.port or 443)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _Pinned(parts.hostname, parts.port or 443, address, context or ssl.create_default_context())
    try:
        connection.request("GET", path, headers={"User-Agent": "portal check-shop", "Accept": "text/html"})
        return _text(connection.getresponse())
    except (OSError, http.client.HTTPException) as error:
        raise NotFetched(f"The page could not be read: {error or type(error).__name__}.") from error
    finally:
        connection.close()


def _public_address(host: str, port: int) -> str:
    """One of the addresses of that name; NotFetched unless all of them are public, however they are written."""
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise NotFetched(f"The name {host} is not known.") from error
    if not found or not all(_is_public(each) for each in found):
        raise NotFetched(f"The name {host} leads to an address that is not public.")
    return found[0]


def _is_public(written: str) -> bool:
    address = ip_address(written.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if address.version == 6 and address in _NAT64:
        inner = ip_address(int(address) & 0xFFFFFFFF)  # the last four bytes are an IPv4 address
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)


def _text(response: http.client.HTTPResponse) -> str:
    if response.status in (301, 302, 303, 307, 308):
        where = response.getheader("Location", "elsewhere")
        raise NotFetched(f"The address redirects to {where}; please check that one.")
    if response.status != 200:
        raise NotFetched(f"The page answers with status {response.status}.")
    content = response.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise NotFetched("The page is larger than 2 MB.")
    return content.decode(response.headers.get_content_charset("utf-8") or "utf-8", "replace")


class _Pinned(http.client.HTTPSConnection):
    """A connection to one address, whatever the name leads to meanwhile; the certificate must be that of the name."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=SECONDS, context=context)
        self._address, self._trust = address, context

    def connect(self) -> None:
        """Connect to the address that was looked at."""
        plain = socket.create_connection((self._address, self.port), timeout=SECONDS)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)
