"""Bytes are wholly there or not at all, also when the process dies at the worst moment."""

import hashlib
import io
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.attachments.storage import DiskStorage, Storage, StorageFailed
from portal.attachments.storage.objects import ObjectStorage
from portal.foundation.crash import arm
from portal.foundation.files.disk import REFUSES_BELOW, WARNS_BELOW
from tests.attachments.buckets import KEY, REGION, new_bucket, object_server

LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with object_server() as address:
        yield address


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture(params=["disk", "objects"])
def kept(request: pytest.FixtureRequest, folder: Path) -> Storage:
    """Every place for files keeps the same promises."""
    if request.param == "disk":
        return DiskStorage(folder)
    return ObjectStorage(new_bucket(request.getfixturevalue("server")), KEY, REGION)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_saved_is_read_again_under_a_random_name(kept):
    one, other = kept.save(io.BytesIO(b"abc")), kept.save(io.BytesIO(b"abc"))
    assert one.name != other.name and (one.size, one.sha256) == (other.size, other.sha256)
    assert (one.size, one.sha256) == (3, hashlib.sha256(b"abc").hexdigest())
    with kept.open(one.name) as file:
        assert file.read() == b"abc"
    kept.remove(one.name)
    kept.remove(one.name)
    with pytest.raises(FileNotFoundError):
        kept.open(one.name)
    assert set(kept.older_than(LATER)) == {other.name}


def test_a_large_file_is_read_in_pieces_and_from_any_place(kept):
    content = bytes(range(256)) * 10_000
    source = io.BytesIO(b"head" + content)
    source.seek(4)
    name = kept.save(source).name
    with kept.open(name) as file:
        assert file.seek(0, os.SEEK_END) == len(content)
        file.seek(1_500_000)
        assert file.read(7) == content[1_500_000:1_500_007] and file.tell() == 1_500_007
        file.seek(0)
        assert b"".join(iter(lambda: file.read(300_000), b"")) == content


def test_what_a_backup_brings_back_has_the_name_it_had_and_changes_nothing_that_is_there(kept):
    name = "0123456789" * 4
    for content in (b"first", b"second"):
        kept.bring_back(name, io.BytesIO(content))
    with kept.open(name) as file:
        assert file.read() == b"first"
    assert list(kept.older_than(LATER)) == [name] and list(kept.older_than(datetime(2000, 1, 1, tzinfo=UTC))) == []


@pytest.mark.parametrize("name", ["", "x", "../secret", "/etc/passwd", "a" * 39, "A" * 40, "a" * 40 + "\n", "ａ" * 40])
def test_no_other_name_leads_to_a_file(kept, name):
    for use in (kept.open, kept.remove, lambda name: kept.bring_back(name, io.BytesIO())):
        with pytest.raises(FileNotFoundError):
            use(name)


def test_a_source_that_breaks_off_leaves_no_half_of_a_file(kept):
    with pytest.raises(StorageFailed):
        kept.save(Breaking(b"abcdef"))
    assert list(kept.older_than(LATER)) == [] and list(kept.leftovers(LATER)) == []
    assert kept.remove_leftovers(LATER) == 0 and kept.has_room(1) and kept.answers()


def test_a_storage_that_is_away_is_said_to_fail_and_nothing_is_said_to_be_missing():
    away = ObjectStorage("http://127.0.0.1:9/bucket", KEY, REGION)
    for use in (
        lambda: away.save(io.BytesIO(b"abc")),
        lambda: away.open("a" * 40),
        lambda: away.remove("a" * 40),
        lambda: list(away.older_than(LATER)),
    ):
        with pytest.raises(StorageFailed) as failed:
            use()
        assert "127.0.0.1" not in str(failed.value)
    assert not away.answers()


def test_a_shared_disk_that_is_not_mounted_is_never_made_anew(folder):
    with pytest.raises(StorageFailed):
        DiskStorage(folder, is_shared=True).save(io.BytesIO(b"abc"))
    assert not folder.exists() and not DiskStorage(folder, is_shared=True).answers()


class Breaking(io.BytesIO):
    """A source that fails after its first piece, as a disk does that is full."""

    def read(self, _size: int | None = -1) -> bytes:
        if self.tell():
            raise OSError(28, "No space left on device")
        return super().read(2) + self.read()


def test_only_this_process_may_read_what_it_keeps(folder):
    DiskStorage(folder).save(io.BytesIO(b"abc"))
    assert [path.stat().st_mode & 0o777 for path in files_in(folder)] == [0o600]


def test_a_place_that_cannot_be_written_says_so_and_keeps_nothing(folder):
    folder.write_text("")
    with pytest.raises(StorageFailed):
        DiskStorage(folder).save(io.BytesIO(b"abc"))


@pytest.mark.parametrize("point", ["file_tmp_written", "file_fsynced", "file_renamed"])
def test_a_process_that_dies_leaves_a_whole_file_or_a_leftover_that_is_cleared_away(folder, point):
    child = os.fork()
    if not child:
        arm((point,))
        DiskStorage(folder).save(io.BytesIO(b"abc" * 1000))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
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
