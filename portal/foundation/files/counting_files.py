"""The files in which the web processes of one machine count together, with room that is taken before it is needed.

The package that counts writes into memory behind which a file lies. When its disk is full the kernel ends the process,
and every new one after it: a full folder for temporary files would take the whole site away.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# Memory of the machine, where nothing that people send ever lies; else where temporary files lie.
_PLACES = ("/dev/shm", tempfile.gettempdir())  # noqa: S108  (each folder below it is new and ours alone)
_NAME = "portal-counted-"
# Locked by whoever made the folder and the processes forked from it, for as long as one of them lives.
_HELD = "held"
_KINDS = ("counter", "histogram", "gauge_livemax")
_ROOM = 1 << 16


def new_folder() -> str:
    """A folder of our own in the first place that has room; what killed processes left there goes."""
    for place in _PLACES:
        _sweep(Path(place))
        with suppress(OSError):
            folder = tempfile.mkdtemp(prefix=_NAME, dir=place)
            try:
                _take(Path(folder) / "room")
            except OSError:
                os.rmdir(folder)
                raise
            (Path(folder) / "room").unlink()
            return _gone_with_us(folder)
    return _gone_with_us(tempfile.mkdtemp(prefix=_NAME))


def _sweep(place: Path) -> None:
    for held in place.glob(f"{_NAME}*/{_HELD}"):
        with suppress(OSError):  # also where it is locked: its processes live
            if held.parent.lstat().st_uid == os.getuid():
                lock = _locked(held)
                shutil.rmtree(held.parent, ignore_errors=True)
                os.close(lock)


def _locked(path: Path) -> int:
    """The open file, locked; OSError when somebody else holds it."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock


def _gone_with_us(folder: str) -> str:
    """Whoever made it takes it along, however early they end: a start that fails again and again leaves nothing."""
    atexit.register(_remove, folder, os.getpid())
    with suppress(OSError):  # a full disk: then it merely stays behind if we are killed
        # Never closed, and under its name only once it is locked: nobody may take it for one that was left.
        _locked(Path(folder) / ".held")
        os.rename(Path(folder) / ".held", Path(folder) / _HELD)
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
