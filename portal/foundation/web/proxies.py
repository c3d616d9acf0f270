"""Who asks, as the proxies in front of the portal say, and whether they are as many as PROXY_HOPS says (SR-12).

With too many the portal believes an address that anybody may write; with too few all people come from one address and
share its limits. A single visit cannot prove that the number is right, but mostly shows that it is wrong.
"""

from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# What a proxy says, and where everybody looks for it.
_SAID = (("HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"), ("HTTP_X_FORWARDED_PROTO", "wsgi.url_scheme"))


class BehindProxies:
    """WSGI middleware: address and scheme of whoever asks are what the outermost of so many own proxies has seen.

    Each proxy writes behind what came in, so that this is counted from the end, whatever stands before it. (Werkzeug's
    own reads quotation marks, and takes everything behind one that a visitor has sent for one value.)
    """

    def __init__(self, app: "WSGIApplication", hops: int) -> None:
        self._app, self._hops = app, hops

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        for header, name in _SAID:
            said = forwarded(environ.get(header, ""))
            if len(said) >= self._hops:
                environ[name] = said[-self._hops]
        return self._app(environ, start_response)


def forwarded(header: str) -> list[str]:
    """What proxies have said in one of their headers, such as addresses in X-Forwarded-For; the nearest one last."""
    return [each.strip() for each in header.split(",") if each.strip()]


def seem_counted(named: Sequence[str], hops: int, address: str) -> bool:
    """Whether a visit with these addresses, counted as that one, fits so many proxies.

    More than we have may have named one: a visitor's own proxy does. Then what counts must not be an inner address.
    """
    return len(named) == hops or (len(named) > hops and _is_outer(address))


def _is_outer(address: str) -> bool:
    try:
        return ip_address(address).is_global
    except ValueError:
        return False
