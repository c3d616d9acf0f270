"""Which SQLite a process has: the sound one of a package where there is one, and never two of them."""

import importlib.util
import sqlite3
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from portal.foundation.sql.sqlite_settings import is_wal_safe

ROOT = Path(__file__).resolve().parents[2]
_MODULE = importlib.util.find_spec("_sqlite3")
CAN = sys.platform == "linux" and importlib.util.find_spec("cysqlite") and _MODULE and _MODULE.has_location
needs_package = pytest.mark.skipif(not CAN, reason="no such package for this machine, or Python has SQLite inside")
SAY = "import sqlite3; print(sqlite3.connect(':memory:').execute('SELECT sqlite_version()').fetchone()[0])"


def said(program: str, *paths: Path) -> str:
    """What another Python prints whose first folders are these."""
    found = [f"import sys; sys.path[:0] = {[str(each) for each in (*paths, ROOT)]}", program]
    done = subprocess.run([sys.executable, "-P", "-c", "\n".join(found)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def systems() -> str:
    return said(SAY)


@needs_package
def test_out_of_the_box_the_portal_has_an_sqlite_without_the_fault_and_nothing_of_the_package_but_that():
    assert is_wal_safe(sqlite3.sqlite_version_info)
    assert said(f"import portal; {SAY}") == sqlite3.sqlite_version
    assert said("import portal, sqlite3; print('cysqlite' in sys.modules)") == "False"


def test_without_the_package_it_works_with_the_sqlite_of_the_system():
    assert said(f"sys.modules['cysqlite'] = None; import portal; {SAY}") == systems()


def test_a_process_that_has_an_sqlite_keeps_it():
    """Two in one process would not know of each other's locks."""
    assert said(f"import sqlite3, portal; {SAY}") == systems()


def test_a_library_that_lacks_what_python_asks_for_is_not_taken(tmp_path):
    (tmp_path / "cysqlite").mkdir()
    (tmp_path / "cysqlite" / "__init__.py").touch()
    kind = sysconfig.get_config_var("EXT_SUFFIX")
    (tmp_path / "cysqlite" / f"_cysqlite{kind}").write_bytes(Path(_of_another_kind()).read_bytes())
    assert said(f"import portal; {SAY}", tmp_path) == systems()


def test_no_part_of_the_portal_brings_an_sqlite_of_its_own():
    drivers = ("import cysqlite", "import apsw", "import pysqlite", "from cysqlite", "from apsw", "from pysqlite")
    for path in (*ROOT.glob("portal/**/*.py"), *ROOT.glob("bench/**/*.py"), ROOT / "app.py"):
        assert not any(each in path.read_text(encoding="utf-8") for each in drivers), path


def _of_another_kind() -> str:
    """Some library that is no SQLite."""
    spec = importlib.util.find_spec("Stemmer")
    assert spec is not None and spec.origin
    return spec.origin
