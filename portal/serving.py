"""How gunicorn serves the portal: `gunicorn --config portal/serving.py`."""

import ctypes
import sys
from typing import Any

from gunicorn.http.errors import LimitRequestLine
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from portal.foundation.company import read_company
from portal.foundation.config import ROOT, read_config, read_settings
from portal.foundation.errors import SettingError

try:
    _settings = read_settings()
except SettingError as error:
    sys.exit(f"\n  {error}\n")

wsgi_app = "portal:create_app()"
bind = _settings["BIND"] or f"127.0.0.1:{_settings['PORT']}"
workers = _settings["WEB_WORKERS"]
worker_class = "portal.serving.Worker"
threads = 4
timeout = 60
graceful_timeout = 30
keepalive = 15
limit_request_line = 4094
limit_request_fields = 60
loglevel = "warning"

_PAGE = (ROOT / "templates" / "errors" / "too_long.html").read_bytes()
_HEAD = (
    "HTTP/1.1 414 URI Too Long",
    "Connection: close",
    "Content-Type: text/html; charset=utf-8",
    f"Content-Length: {len(_PAGE)}",
    "Cache-Control: no-store",
    "Content-Security-Policy: default-src 'none'",
    "X-Content-Type-Options: nosniff",
)
_TOO_LONG = "\r\n".join((*_HEAD, "", "")).encode() + _PAGE

# M_ARENA_MAX of mallopt(3).
_ARENA_MAX = -8


class Worker(ThreadWorker):
    """Threads; an address too long for gunicorn, of which Flask never hears, still gets a page for people."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what could not be read."""
        if isinstance(exc, LimitRequestLine):
            write_nonblock(client, _TOO_LONG)
        else:
            super().handle_error(req, client, addr, exc)


def on_starting(_server: Any) -> None:
    """A wrong setting or company file stops the start with its sentence; memory goes back to the machine."""
    try:
        read_company(read_config().content)
    except SettingError as error:
        sys.exit(f"\n  {error}\n")
    _keep_one_arena()


def _keep_one_arena() -> None:
    """One arena instead of one per thread: glibc then gives back the memory that a busy minute has used."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_ARENA_MAX, 1)


def when_ready(_server: Any) -> None:
    """Say where the portal is."""
    print(
        f"\n  The portal is on http://{bind}\n  Nobody signs in yet: everything here is public. Ctrl-C stops it.\n",
        flush=True,
    )


def post_worker_init(worker: Any) -> None:
    """Every process keeps its own copy of the content up to date."""
    worker.app.callable.extensions["rounds"].start()


def worker_exit(_server: Any, worker: Any) -> None:
    """Write down what was counted since the last round."""
    app = getattr(worker.app, "callable", None)
    if app is not None:
        app.extensions["rounds"].stop()


def on_exit(_server: Any) -> None:
    """The last word."""
    print("  The portal has stopped.", flush=True)
