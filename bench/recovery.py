"""`python -m bench.recovery`: how long it takes from a backup to a running portal, at a size you name.

Fills a portal with questions of three messages and with files, saves it, loses it, brings it back on an empty folder
and waits for its first page. Each step with its seconds and its processor seconds, which a busy machine moves less.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine, insert

from bench.fast_fill import fill_fast
from bench.many import NEWEST
from bench.servers import Server
from portal.attachments.models import Attachment
from portal.attachments.storage import DiskStorage
from portal.foundation.config import ROOT
from portal.foundation.database import Model

_FLASK = (str(Path(sys.executable).parent / "flask"), "--app", "app")
_FILE = b"%PDF-1.7\n" + bytes(range(256)) * 800


def main() -> None:
    """Every step with its time."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--questions", type=int, default=100_000)
    wanted.add_argument("--files", type=int, default=2_000)
    wanted.add_argument("--into", default="", help="postgresql://… of an empty database; else SQLite")
    given = wanted.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="portal-recovery-"))
    try:
        _run(folder, given.questions, given.files, given.into)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, questions: int, files: int, into: str) -> None:
    here, there = folder / "here", folder / "there"
    flask(here, "setup")
    timed(f"{questions} questions and {files} files are made", lambda: _fill(here, questions, files))
    timed("backup, read again", lambda: flask(here, "backup", str(folder / "backups")))
    (made,) = (folder / "backups").iterdir()
    size = sum(path.stat().st_size for path in made.rglob("*") if path.is_file())
    print(f"{'size of the backup':<42} {size / 1e6:8.0f} MB", flush=True)
    # From here on everything is on an empty machine that has the code and the content.
    begun = time.monotonic()
    timed("restore on an empty folder", lambda: flask(there, "restore", str(made), DATABASE_URL=into))
    timed("setup: pages and index", lambda: flask(there, "setup", DATABASE_URL=into))
    timed("check of all invariants", lambda: flask(there, "check", DATABASE_URL=into))
    timed("start to first page", lambda: _start(there, into))
    print(f"{'from the backup to the first page':<42} {time.monotonic() - begun:8.1f} s", flush=True)


def flask(data: Path, *arguments: str, **changes: str) -> None:
    """A command of the portal; SystemExit with its words when it fails."""
    environment = os.environ | {"PORTAL_DATA": str(data)} | changes
    done = subprocess.run((*_FLASK, *arguments), cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"flask {arguments[0]} failed:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")


def timed(what: str, do: Callable[[], object]) -> None:
    """A line with what it took, children included."""
    begun, before = time.monotonic(), os.times()
    do()
    after = os.times()
    worked = sum(after[:4]) - sum(before[:4])
    print(f"{what:<42} {time.monotonic() - begun:8.1f} s   {worked:8.1f} s of processor", flush=True)


def _fill(data: Path, questions: int, files: int) -> None:
    url = f"sqlite:///{data / 'portal.sqlite'}"
    fill_fast(url, questions)
    kept, rows = DiskStorage(data / "uploads"), []
    source = data / "file.pdf"
    for number in range(files):
        source.write_bytes(_FILE + str(number).encode())
        with source.open("rb") as file:
            stored = kept.save(file)
        rows.append(
            {
                "public_id": f"{number:0>43}",
                "owner_type": "message",
                "owner_id": number % questions + 1,
                "name": "Rechnung.pdf",
                "media_type": "application/pdf",
                "size": stored.size,
                "sha256": stored.sha256,
                "storage_name": stored.name,
                "created_at": NEWEST,
            }
        )
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(insert(Model.metadata.tables[Attachment.__tablename__]), rows)
    engine.dispose()


def _start(data: Path, into: str) -> None:
    changes = {"PORTAL_DATA": str(data), "DATABASE_URL": into}
    with Server(["--config", "portal/serving.py"], changes, data / "log") as server:
        assert server.wait_for("/de/", seconds=120) >= 0


if __name__ == "__main__":
    main()
