"""Places where tests let a process die, as a power cut would; they do nothing in production (specs: section 3)."""

import os
import signal


def crash_point(name: str) -> None:
    """Kill this process at once when PORTAL_CRASH_AT names this place and the stage is development."""
    if os.environ.get("PORTAL_CRASH_AT") == name and os.environ.get("PORTAL_STAGE", "development") == "development":
        os.kill(os.getpid(), signal.SIGKILL)
