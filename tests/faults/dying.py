"""A copy of this process that does something and is killed on the way, as a web process is."""

import os
import signal
from collections.abc import Callable

from flask import Flask

from portal.foundation.crash import arm
from portal.foundation.database import db


def dies(app: Flask, point: str, act: Callable[[], object]) -> bool:
    """Whether a copy of this process that does it was killed at that point; False when it came to its end."""
    with app.app_context():
        # What is open belongs to this process alone.
        db.session.remove()
        db.engine.dispose()
    child = os.fork()
    if child == 0:
        arm((point,))
        try:
            act()
        finally:
            os._exit(7)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
