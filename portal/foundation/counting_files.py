"""The files in which the web processes of one machine count together, with room that is taken before it is needed.

The package that counts writes into memory behind which a file lies. When its disk is full the kernel ends the process,
and every new one after it: a full folder for temporary files would take the whole site away.
"""

import atexit
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# Memory of the machine, where nothing that people send ever lies; else where temporary files lie.
_PLACES = ("/dev/shm", tempfile.gettempdir())  # noqa: S108  (each folder below it is new and ours alone)
_KINDS = ("counter", "histogram", "gauge_livemax")
_ROOM = 1 << 16


def new_folder() -> str:
    """A folder of our own in the first place that has room."""
    for place in _PLACES:
        with suppress(OSError):
            folder = tempfile.mkdtemp(prefix="portal-counted-", dir=place)
            try:
                _take(Path(folder) / "room")
            except OSError:
                os.rmdir(folder)
                raise
            (Path(folder) / "room").unlink()
            return _gone_with_us(folder)
    return _gone_with_us(tempfile.mkdtemp(prefix="portal-counted-"))


def _gone_with_us(folder: str) -> str:
    """Whoever made it takes it along, however early they end: a start that fails again and again leaves nothing."""
    atexit.register(_remove, folder, os.getpid())
    return folder


def _remove(folder: str, maker: int) -> None:
    # Web processes are forked from the one that made it, and end before it does.
    if os.getpid() == maker:
        shutil.rmtree(folder, ignore_errors=True)


def take_room(pid: int) -> None:
    """Right after the start of a process: its files are there, whole. Without room for them it counts elsewhere."""
    try:
        _take_all(pid)
    except OSError:
        os.environ[FOLDER] = new_folder()
        with suppress(OSError):
            _take_all(pid)


def _take_all(pid: int) -> None:
    for kind in _KINDS:
        _take(Path(os.environ[FOLDER]) / f"{kind}_{pid}.db")


def _take(path: Path) -> None:
    with path.open("ab") as file:
        try:
            os.posix_fallocate(file.fileno(), 0, _ROOM)
        except OSError:
            path.unlink()
            raise
