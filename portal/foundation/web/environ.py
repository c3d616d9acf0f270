"""What the server hands over of a request, read in one way with Flask and in front of it."""

from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import SecurityError
from werkzeug.sansio.http import parse_cookie
from werkzeug.sansio.utils import get_host
from werkzeug.wsgi import get_host as host_without_name

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_HOSTS = 64


def host_of(environ: "WSGIEnvironment", trusted: Collection[str]) -> str:
    """The host that was asked, with its port where that is an unusual one; SecurityError (400) for a foreign one."""
    asked = environ.get("HTTP_HOST")
    if asked is None:
        return host_without_name(environ, trusted)
    return _host(environ["wsgi.url_scheme"], asked, tuple(trusted))


def is_for_us(environ: "WSGIEnvironment", trusted: Collection[str]) -> bool:
    """Whether the host that was asked is one of ours."""
    try:
        return bool(host_of(environ, trusted))
    except SecurityError:
        return False


# The same few in all requests; one that is refused is not kept.
@lru_cache(maxsize=_HOSTS)
def _host(scheme: str, asked: str, trusted: tuple[str, ...]) -> str:
    return get_host(scheme, asked, None, trusted)


class Sent(ImmutableMultiDict[str, str]):
    """Names and values as they came; to ask for one that did not come makes no error first."""

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]
        """The first value of that name."""
        return super().get(key, default, type) if key in self else default


def cookies_of(environ: "WSGIEnvironment") -> Sent:
    """The cookies; what is none is left out."""
    return parse_cookie(environ.get("HTTP_COOKIE"), Sent)  # type: ignore[return-value]
