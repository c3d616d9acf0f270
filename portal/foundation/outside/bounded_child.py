"""The child itself: `python -I bounded_child.py MODULE BYTES SECONDS` gives standard input to `main` of that module.

Before that it takes away its own means: so much more memory than it needs to start, so much processor time, no files.
What the module imports is loaded before memory is short. Exit status: what `main` gives; TOO_MUCH where memory ended.
"""

import importlib
import resource
import sys
import types
from pathlib import Path

TOO_MUCH = 5


def run(module: str, growth: int, seconds: int) -> int:
    """Load, read, give means away, work."""
    # Only a shell of the package: its own first file would load the whole portal.
    portal = types.ModuleType("portal")
    portal.__path__ = [str(Path(__file__).resolve().parents[2])]
    sys.modules["portal"] = portal
    work = importlib.import_module(module)
    given = sys.stdin.buffer.read()
    _take_means_away(growth, seconds)
    try:
        return int(work.main(given))
    except MemoryError:
        return TOO_MUCH


def _take_means_away(growth: int, seconds: int) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + growth
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
