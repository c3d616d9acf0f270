"""How gunicorn serves the portal: `gunicorn --config portal/serving.py`."""

import ctypes
import os
from typing import Any

wsgi_app = "portal:create_app()"
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 30
keepalive = 15
limit_request_line = 4094
limit_request_fields = 60
loglevel = "warning"

# M_ARENA_MAX of mallopt(3).
_ARENA_MAX = -8


def on_starting(_server: Any) -> None:
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
