"""Work on what strangers send, in a child process of few means: whatever it is, it costs us seconds and no more."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# By its path: as a module of the portal it would load the whole portal first.
_CHILD = Path(__file__).with_name("bounded_child.py")


@dataclass(frozen=True)
class Bounds:
    """What a child may use: bytes more than it needs to start, seconds of processor time, seconds in all."""

    growth: int
    seconds: int
    patience: int = 30


@dataclass(frozen=True)
class Outcome:
    """What a child wrote and how it ended: what `main` returned, or minus the signal that ended it."""

    status: int
    written: bytes


def run_bounded(module: str, given: bytes, bounds: Bounds) -> Outcome | None:
    """What `main(given)` of that module does in a child; None when it did not end in time."""
    try:
        child = subprocess.run(  # noqa: S603  (our own module, nothing of what was sent is in the command)
            [sys.executable, "-I", str(_CHILD), module, str(bounds.growth), str(bounds.seconds)],
            input=given,
            capture_output=True,
            timeout=bounds.patience,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return Outcome(child.returncode, child.stdout)
