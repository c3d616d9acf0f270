"""Which SQLite Python's own `sqlite3` works with: a sound one that a package brings, where the system's is not.

Debian's SQLite has the WAL-reset fault (specs: DR-04), and Python's module takes what the system has. The package
`cysqlite` carries a newer one inside, for which nothing needs to be compiled. Its library alone is loaded here, before
Python's module is: the system binds what the module asks for to the library that came first, as with LD_PRELOAD. The
module stays Python's own, and a process has one SQLite; two of them in one process would break each other's locks.

Where anything is missing, nothing is done, and `sqlite3.sqlite_version_info` says what there is.
"""

import ctypes
import importlib.util
import re
import sys
from pathlib import Path

_SYSTEMS = "libsqlite3.so.0"
_NAMES = re.compile(rb"\0(sqlite3_[a-z0-9_]+)(?=\0)")


def load_sound_sqlite() -> bool:
    """Let Python's module find the package's SQLite; False where it is too late for that, or not possible."""
    if sys.platform != "linux" or "_sqlite3" in sys.modules:
        return False
    package, module = importlib.util.find_spec("cysqlite"), importlib.util.find_spec("_sqlite3")
    if package is None or not package.submodule_search_locations or module is None or not module.has_location:
        return False
    try:
        (path,) = Path(package.submodule_search_locations[0]).glob("_cysqlite*.so")
        named = {name.decode() for name in _NAMES.findall(Path(str(module.origin)).read_bytes())}
        # Nobody sees these two yet. What the newer one lacked, the module would take from the other.
        system, sound = ctypes.CDLL(_SYSTEMS), ctypes.CDLL(str(path))
        if not all(hasattr(sound, name) for name in named if hasattr(system, name)):
            return False
        ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)
    except (OSError, ValueError):
        return False
    return True
