"""What nobody sent goes after a day; what is missing, changed or left over is found."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.attachments.actions import attach
from portal.attachments.checking import check_files
from portal.attachments.chores import forget_counts, remove_leftovers, remove_orphans, watch_room
from portal.attachments.models import Attachment, UploadCount
from portal.attachments.queries import attachments_of, held_uploads
from portal.attachments.storage import STORAGE, DiskStorage
from portal.foundation.config import CONFIG
from portal.foundation.database import db, transaction
from portal.foundation.files.disk import Room
from tests.attachments.files import incoming, picture
from tests.attachments.test_actions import pdf, taken
from tests.conftest import NOON

DAY = timedelta(days=1)


def files_of(app: Flask) -> list[Path]:
    return sorted(path for path in (CONFIG.of(app).data / "uploads").rglob("*") if path.is_file())


def make_old(path: Path) -> None:
    moment = (NOON - 2 * DAY).timestamp()
    os.utime(path, (moment, moment))


def make_new(path: Path) -> None:
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))


def test_files_of_a_form_that_was_left_go_after_a_day_and_those_that_were_sent_stay(app: Flask):
    with app.test_request_context("/de/"):
        sent, left = taken(pdf("gesendet.pdf")).keys, taken(incoming("liegt.png", picture())).keys
        with transaction():
            attach(sent, owner=("message", 1), now=NOON)
        remove_orphans(NOON + DAY - timedelta(minutes=1))
        assert held_uploads(left)
        remove_orphans(NOON + DAY + timedelta(minutes=1))
        assert held_uploads(left) == []
        assert [each.name for each in attachments_of("message", [1])[1]] == ["gesendet.pdf"]
        assert len(files_of(app)) == 1 and list(check_files(NOON)) == []


def test_a_file_without_a_row_and_half_a_file_are_named_and_go_after_a_day(app: Flask):
    folder = CONFIG.of(app).data / "uploads"
    with app.test_request_context("/de/"):
        (row,) = (each.attachment for each in taken(pdf()).accepted)
        orphan, half = folder / "aa" / "bb" / ("c" * 36), folder / "tmp" / "half"
        for path in (orphan, half):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
            make_new(path)
        assert list(check_files(NOON)) == [] and remove_leftovers(NOON) == 0
        make_old(orphan)
        make_old(half)
        assert len(faults := list(check_files(NOON))) == 2 and "aabbccc" in faults[0] and "1 unfinished" in faults[1]
        assert remove_leftovers(NOON) == 2 and list(check_files(NOON)) == []
        assert STORAGE.of(app).open(row.storage_name).read()


def test_more_left_files_than_one_round_takes_all_go_in_several(app: Flask):
    with app.test_request_context("/de/"):
        with transaction():
            for number in range(450):
                db.session.add(
                    Attachment(
                        public_id=str(number),
                        name="a.pdf",
                        media_type="application/pdf",
                        size=1,
                        sha256="",
                        storage_name=f"{number:040x}",
                        created_at=NOON,
                    )
                )
        assert [remove_orphans(NOON + 2 * DAY) for _ in range(3)] == [True, True, False]
        assert db.session.scalar(select(func.count()).select_from(Attachment)) == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda path: path.unlink(), "its bytes are missing"),
        (lambda path: path.write_bytes(b"x"), "1 bytes instead of"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b"PDF", b"FDP")), "its content has changed"),
    ],
)
def test_a_file_that_is_missing_or_changed_by_one_byte_is_named_by_its_number(app: Flask, change, said):
    with app.test_request_context("/de/"):
        number = taken(pdf("geheim.pdf")).accepted[0].attachment.id
        change(files_of(app)[0])
        (fault,) = check_files(NOON)
        assert fault.startswith(f"file {number}: ") and said in fault and "geheim" not in fault


def test_a_missing_picture_is_a_fault_too(app: Flask):
    with app.test_request_context("/de/"):
        row = taken(incoming("a.png", picture())).accepted[0].attachment
        STORAGE.of(app).remove(row.picture_name)
        assert len(list(check_files(NOON))) == 1


def test_who_sent_how_much_is_forgotten_after_two_days(app: Flask):
    with app.test_request_context("/de/"):
        taken(pdf())
        forget_counts(NOON + DAY)
        assert db.session.scalar(select(func.count()).select_from(UploadCount)) == 2
        forget_counts(NOON + 3 * DAY)
        assert db.session.scalar(select(func.count()).select_from(UploadCount)) == 0


def test_a_disk_that_is_nearly_full_is_named_in_the_log_before_files_are_refused(app: Flask, caplog):
    folder = CONFIG.of(app).data / "uploads"
    with app.app_context():
        STORAGE.put(app, DiskStorage(folder, warns_below=Room(0.0, 0)))
        watch_room(NOON)
        assert not caplog.records
        STORAGE.put(app, DiskStorage(folder, warns_below=Room(1.0, 10**18)))
        watch_room(NOON)
        assert "nearly full" in caplog.text and STORAGE.of(app).has_room(1)
