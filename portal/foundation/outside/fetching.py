"""Fetch a public page of somebody else's (SR-60).

https only, the name is looked up once and every address behind it must be a public one, the connection goes to exactly
that address, redirects are not followed, and both time and size have an end.
"""

import http.client
from urllib.parse import urlsplit

from portal.foundation.outside.foreign_hosts import PORTS, Encrypted, NotPublic, UnknownHost, cut_after, public_address

SECONDS, MOST_BYTES = 10, 2_000_000


class NotFetched(Exception):
    """A page could not be fetched; the sentence says why."""


def fetch(url: str) -> str:
    """The text of a public page; NotFetched with a sentence."""
    host, port, path = _parts(url)
    try:
        address = public_address(host, port)
    except UnknownHost as error:
        raise NotFetched(f"The name {host} is not known.") from error
    except NotPublic as error:
        raise NotFetched(f"The name {host} leads to an address that is not public.") from error
    return read_page(Encrypted(host, port, address, timeout=SECONDS), path)


def read_page(connection: http.client.HTTPConnection, path: str, *, seconds: float = SECONDS) -> str:
    """The text that somebody gives over that connection within so many seconds; NotFetched with a sentence."""
    try:
        with cut_after(connection, seconds) as was_cut:
            connection.request("GET", path, headers={"User-Agent": "portal check-shop", "Accept": "text/html"})
            text = _text(connection.getresponse())
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        raise NotFetched(f"The page could not be read: {error or type(error).__name__}.") from error
    if was_cut.is_set():
        raise NotFetched(f"The page did not come within {seconds:g} seconds.")
    return text


def _parts(url: str) -> tuple[str, int, str]:
    """Host, port and what stands behind them; NotFetched for what is no address of a public page."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or 443
    except ValueError:
        parts, host, port = urlsplit(""), None, 0
    if parts.scheme != "https" or not host or parts.username or port not in PORTS:
        raise NotFetched("The address must begin with https:// and use port 443 or 8443.")
    return host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _text(response: http.client.HTTPResponse) -> str:
    if response.status in (301, 302, 303, 307, 308):
        where = response.getheader("Location", "elsewhere")
        raise NotFetched(f"The address redirects to {where}; please check that one.")
    if response.status != 200:
        raise NotFetched(f"The page answers with status {response.status}.")
    content = response.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise NotFetched("The page is larger than 2 MB.")
    if response.length:
        raise NotFetched("The page broke off.")
    return content.decode(response.headers.get_content_charset("utf-8") or "utf-8", "replace")
