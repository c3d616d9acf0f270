"""Bytes are wholly there or not at all, also when the process dies at the worst moment."""

import io
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.attachments.storage import REFUSES_BELOW, WARNS_BELOW, DiskStorage, StorageFailed
from portal.foundation.config import ROOT

LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_saved_is_read_again_under_a_random_name(folder):
    kept = DiskStorage(folder)
    one, other = kept.save(io.BytesIO(b"abc")), kept.save(io.BytesIO(b"abc"))
    assert one.name != other.name and (one.size, one.sha256) == (other.size, other.sha256)
    with kept.open(one.name) as file:
        assert file.read() == b"abc"
    kept.remove(one.name)
    kept.remove(one.name)
    with pytest.raises(FileNotFoundError):
        kept.open(one.name)


def test_only_this_process_may_read_what_it_keeps(folder):
    DiskStorage(folder).save(io.BytesIO(b"abc"))
    assert [path.stat().st_mode & 0o777 for path in files_in(folder)] == [0o600]


@pytest.mark.parametrize("name", ["", "x", "../secret", "/etc/passwd", "a" * 39, "A" * 40, "a" * 40 + "\n", "ａ" * 40])
def test_no_other_name_leads_to_a_file(folder, name):
    with pytest.raises(FileNotFoundError):
        DiskStorage(folder).open(name)
    with pytest.raises(FileNotFoundError):
        DiskStorage(folder).remove(name)


def test_a_place_that_cannot_be_written_says_so_and_keeps_nothing(folder):
    folder.write_text("")
    with pytest.raises(StorageFailed):
        DiskStorage(folder).save(io.BytesIO(b"abc"))


class Breaking(io.BytesIO):
    """A source that fails after its first piece, as a disk does that is full."""

    def read(self, _size: int | None = -1) -> bytes:
        if self.tell():
            raise OSError(28, "No space left on device")
        return super().read(2)


def test_a_disk_that_fills_up_leaves_no_half_of_a_file(folder):
    with pytest.raises(StorageFailed):
        DiskStorage(folder).save(Breaking(b"abcdef"))
    assert files_in(folder) == []


@pytest.mark.parametrize("point", ["file_tmp_written", "file_fsynced", "file_renamed"])
def test_a_process_that_dies_leaves_a_whole_file_or_a_leftover_that_is_cleared_away(folder, point):
    script = (
        "import io, sys; from pathlib import Path; from portal.foundation.crash import arm; "
        "from portal.attachments.storage import DiskStorage; "
        f"arm(({point!r},)); DiskStorage(Path({str(folder)!r})).save(io.BytesIO(b'abc' * 1000)); print('survived')"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL and b"survived" not in ended.stdout
    kept = DiskStorage(folder)
    names = list(kept.older_than(LATER))
    assert len(names) == (1 if point == "file_renamed" else 0)
    assert all(kept.open(name).read() == b"abc" * 1000 for name in names)
    assert kept.remove_leftovers(LATER) == (0 if point == "file_renamed" else 1)
    assert len(files_in(folder)) == len(names)


def test_old_files_are_told_from_new_ones(folder):
    kept = DiskStorage(folder)
    old, new = kept.save(io.BytesIO(b"old")), kept.save(io.BytesIO(b"new"))
    path = next(path for path in files_in(folder) if path.read_bytes() == b"old")
    os.utime(path, (1_000_000, 1_000_000))
    assert list(kept.older_than(datetime(2000, 1, 1, tzinfo=UTC))) == [old.name]
    assert set(kept.older_than(datetime.now(UTC) + timedelta(minutes=1))) == {old.name, new.name}


@pytest.mark.parametrize(
    ("room", "free", "total", "is_left"),
    [
        (REFUSES_BELOW, 500_000_000, 10**12, True),
        (REFUSES_BELOW, 499_999_999, 10**12, False),
        (REFUSES_BELOW, 60_000_000, 10**9, True),
        (REFUSES_BELOW, 49_000_000, 10**9, False),
        (WARNS_BELOW, 999_999_999, 10**12, False),
        (WARNS_BELOW, 10**9, 10**12, True),
        (REFUSES_BELOW, -5, 10**9, False),
    ],
)
def test_room_for_texts_is_a_share_or_a_size_whichever_is_less(room, free, total, is_left):
    assert room.is_left(free=free, total=total) is is_left


def test_a_file_larger_than_the_disk_has_no_room(folder):
    assert not DiskStorage(folder).has_room(10**18)
