"""One call to a machine that the operator named, which may stand in the same house.

No redirect is followed, the certificate is looked at, and both time and size have an end.
"""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal.foundation.outside.foreign_hosts import Encrypted, Plain, UnknownHost, cut_after, public_address

SECONDS, MOST_BYTES = 5.0, 256 * 1024


class NotReached(Exception):
    """Nobody answered, or not whole, or not in time; the sentence holds nothing secret."""


@dataclass(frozen=True)
class Reply:
    """What somebody answered."""

    status: int
    body: bytes


def call(
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    trust: ssl.SSLContext | None = None,
) -> Reply:
    """GET, or POST where there is a body; any status is a reply. NotReached for everything else.

    `trust` is another idea of whom to believe, for tests.
    """
    host = url.partition("://")[2].partition("/")[0][:253]
    connection, path = _line(url, host, trust)
    try:
        with cut_after(connection, SECONDS) as was_cut:
            connection.request("POST" if body is not None else "GET", path, body, dict(headers or {}))
            answer = connection.getresponse()
            content = answer.read(MOST_BYTES + 1)
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        raise NotReached(f"{type(error).__name__} at {host}") from error
    if was_cut.is_set():
        raise NotReached(f"{host} did not answer within {SECONDS:g} seconds")
    if len(content) > MOST_BYTES or answer.length:
        raise NotReached(f"the answer of {host} is too large or broke off")
    return Reply(answer.status, content)


def _line(url: str, host: str, trust: ssl.SSLContext | None) -> tuple[http.client.HTTPConnection, str]:
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        address = public_address(name, port, may_be_local=True)
    except (UnknownHost, ValueError) as error:
        raise NotReached(f"the name {host} is not known") from error
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if parts.scheme == "https":
        return Encrypted(name, port, address, timeout=SECONDS, trust=trust), path
    return Plain(name, port, address, timeout=SECONDS), path
