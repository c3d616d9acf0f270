"""Files are taken in, held for a form, given to a message once, and thrown away."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.attachments.actions import UploadsGone, attach, drop_upload, receive
from portal.attachments.models import Attachment, UploadCount
from portal.attachments.queries import attachment_by_public_id, attachments_of, held_uploads
from portal.attachments.rules import MOST_BYTES_A_DAY, Reason, Sender
from portal.attachments.storage import STORAGE, DiskStorage
from portal.attachments.words import refusal
from portal.foundation.config import CONFIG
from portal.foundation.database import db, transaction
from portal.foundation.files.disk import Room
from tests.attachments.files import PDF, incoming, picture
from tests.conftest import NOON

ANNA = Sender("198.51.100.7", "Anna@example.org")
BERND = Sender("198.51.100.8", "bernd@example.org")


def taken(*files, sender=ANNA, now=NOON, held=0):
    return receive(files, sender=sender, now=now, held=held)


def pdf(name="a.pdf", size=0):
    return incoming(name, PDF + b" " * size, "application/pdf")


def test_a_file_is_held_under_its_key_with_everything_that_is_known_of_it(app: Flask):
    with app.test_request_context("/de/"):
        received = taken(incoming("../Foto.PNG", picture(), "image/png"))
        (row,) = held_uploads(received.keys)
        assert (row.name, row.media_type, row.size) == ("Foto.PNG", "image/png", len(picture()))
        assert (row.picture_width, row.picture_height, row.scan) == (60, 40, "unchecked")
        assert row.owner_type == "upload" and row.owner_id is None and row.created_at == NOON
        assert received.keys[0] not in (row.upload_digest, row.public_id)


def test_a_refused_file_costs_none_of_the_others(app: Flask):
    with app.test_request_context("/de/"):
        received = taken(pdf("eins.pdf"), incoming("b.exe", b"MZ"), incoming("c.pdf", b""), pdf("zwei.pdf"))
        assert [each.attachment.name for each in received.accepted] == ["eins.pdf", "zwei.pdf"]
        assert [(each.name, each.reason) for each in received.refused] == [("b.exe", "type"), ("c.pdf", "empty")]
        assert all(each.name in each.sentence for each in received.refused)
        assert len(held_uploads(received.keys)) == 2


def test_of_six_files_five_are_taken(app: Flask):
    with app.test_request_context("/en/"):
        received = taken(*(pdf(f"{number}.pdf") for number in range(6)))
        assert len(received.accepted) == 5
        assert [(each.name, each.reason) for each in received.refused] == [("5.pdf", Reason.MANY)]
        assert "at most 5 files" in received.refused[0].sentence


def test_a_refused_file_leaves_its_place_to_the_next_one(app: Flask):
    with app.test_request_context("/de/"):
        wrong = [incoming("b.exe", b"MZ"), incoming("c.pdf", b""), incoming("d.png", b"no picture")]
        received = taken(*wrong, *(pdf(f"{number}.pdf") for number in range(3)), held=2)
        assert [each.attachment.name for each in received.accepted] == ["0.pdf", "1.pdf", "2.pdf"]
        assert [each.reason for each in received.refused] == ["type", "empty", "content"]
        crowd = taken(*wrong * 4)
        assert [each.reason for each in crowd.refused] == [*["type", "empty", "content"] * 3, "type", "many", "many"]


def test_files_that_the_form_holds_already_count(app: Flask):
    with app.test_request_context("/de/"):
        received = taken(pdf(), pdf(), held=4)
        assert (len(received.accepted), len(received.refused)) == (1, 1)


@pytest.mark.together
@pytest.mark.once
@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_reason_has_a_sentence(app: Flask, reason, language):
    with app.test_request_context(f"/{language}/"):
        sentence = refusal("a.pdf", reason).sentence
    assert sentence.endswith(".") and "%" not in sentence and "!" not in sentence


def test_held_files_belong_to_a_message_once(app: Flask):
    with app.test_request_context("/de/"):
        keys = taken(pdf("eins.pdf"), pdf("zwei.pdf")).keys
        with transaction():
            assert attach([*keys, keys[0]], owner=("message", 7), now=NOON) == 2
        assert [each.name for each in attachments_of("message", [7])[7]] == ["eins.pdf", "zwei.pdf"]
        assert held_uploads(keys) == []
        with pytest.raises(UploadsGone), transaction():
            attach(keys, owner=("message", 8), now=NOON)
        assert attachments_of("message", [7, 8])[8] == []


def test_nothing_is_sent_without_a_file_that_was_meant(app: Flask):
    with app.test_request_context("/de/"):
        kept, dropped = taken(pdf("eins.pdf"), pdf("zwei.pdf")).keys
        assert drop_upload(dropped) and not drop_upload(dropped)
        with pytest.raises(UploadsGone), transaction():
            attach([kept, dropped], owner=("message", 7), now=NOON)
        assert len(held_uploads([kept, dropped])) == 1


def test_more_than_five_files_never_belong_to_one_message(app: Flask):
    with app.test_request_context("/de/"):
        keys = [*taken(*(pdf() for _ in range(5))).keys, *taken(pdf()).keys]
        with pytest.raises(UploadsGone), transaction():
            attach(keys, owner=("message", 7), now=NOON)


@pytest.mark.parametrize("key", ["", "x", "x" * 43, "ä" * 43, "a" * 5000, "\x00" * 43])
def test_a_made_up_key_holds_nothing(app: Flask, key):
    with app.test_request_context("/de/"):
        taken(pdf())
        assert held_uploads([key]) == [] and not drop_upload(key)
        with transaction():
            assert attach([], owner=("message", 7), now=NOON) == 0


def test_two_forms_sent_at_one_moment_never_share_a_file(app: Flask):
    with app.test_request_context("/de/"):
        keys = taken(pdf()).keys

    def send(message: int) -> bool:
        with app.test_request_context("/de/"):
            try:
                with transaction():
                    attach(keys, owner=("message", message), now=NOON)
                return True
            except UploadsGone:
                return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, range(1, 9))) == 1
    with app.test_request_context("/de/"):
        assert sum(len(files) for files in attachments_of("message", range(1, 9)).values()) == 1


def test_files_of_many_messages_are_found_in_one_statement(app: Flask):
    with app.test_request_context("/de/"):
        for message in (3, 1, 2):
            keys = taken(pdf(f"{message}.pdf")).keys
            with transaction():
                attach(keys, owner=("message", message), now=NOON)
        found = attachments_of("message", [1, 2, 3, 4])
        assert {number: [each.name for each in files] for number, files in found.items()} == {
            1: ["1.pdf"],
            2: ["2.pdf"],
            3: ["3.pdf"],
            4: [],
        }
        assert attachments_of("note", [1]) == {1: []} and attachments_of("message", []) == {}


def test_a_file_is_found_by_its_random_name_alone(app: Flask):
    with app.test_request_context("/de/"):
        row = taken(pdf()).accepted[0].attachment
        assert attachment_by_public_id(row.public_id).id == row.id
        for other in ("", "x" * 43, row.public_id + "x", "\x00", "ü" * 20, str(row.id), row.storage_name):
            assert attachment_by_public_id(other) is None


def test_a_hundred_megabytes_a_day_are_enough_for_one_address(app: Flask):
    day, piece = timedelta(days=1), 9 * 1024 * 1024
    with app.test_request_context("/de/"):
        for number in range(MOST_BYTES_A_DAY // piece):
            assert taken(pdf(size=piece - len(PDF))).accepted, number
        full = taken(pdf(size=piece), pdf("klein.pdf"))
        assert [each.reason for each in full.refused] == [Reason.QUOTA]
        assert [each.attachment.name for each in full.accepted] == ["klein.pdf"], "what still fits is taken"
        for same in (Sender(ANNA.network, "other@example.org"), Sender("203.0.113.9", "anna@EXAMPLE.org ")):
            assert taken(pdf(size=piece), sender=same).refused
        assert taken(pdf(size=piece), sender=BERND).accepted and taken(pdf(size=piece), now=NOON + day).accepted


def test_bytes_sent_at_one_moment_are_counted_one_after_the_other(app: Flask):
    def send(_: int) -> int:
        with app.test_request_context("/de/"):
            return len(taken(pdf(size=9_000_000 - len(PDF))).accepted)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, range(14))) == MOST_BYTES_A_DAY // 9_000_000
    with app.test_request_context("/de/"):
        assert db.session.scalar(select(func.max(UploadCount.size))) <= MOST_BYTES_A_DAY


def test_what_counts_somebodys_bytes_does_not_name_them(app: Flask):
    with app.test_request_context("/de/"):
        taken(pdf())
        marks = db.session.scalars(select(UploadCount.sender)).all()
        assert len(marks) == 2 and not any("anna" in mark or "198" in mark[:3] for mark in marks)


def test_a_disk_without_room_refuses_files_with_a_sentence(app: Flask):
    STORAGE.put(app, DiskStorage(CONFIG.of(app).data / "uploads", refuses_below=Room(1.0, 10**18)))
    with app.test_request_context("/en/"):
        received = taken(pdf())
        assert [each.reason for each in received.refused] == [Reason.ROOM]
        assert "Your text can be sent" in received.refused[0].sentence


def test_a_place_that_cannot_be_written_refuses_files_and_leaves_no_row(app: Flask):
    (CONFIG.of(app).data / "uploads").write_text("a file where a folder should be")
    with app.test_request_context("/de/"):
        assert [each.reason for each in taken(pdf(), pdf()).refused] == [Reason.ROOM] * 2
        assert db.session.scalar(select(func.count()).select_from(Attachment)) == 0


def test_the_stored_bytes_are_those_that_were_sent(app: Flask):
    with app.test_request_context("/de/"):
        row = taken(incoming("a.jpg", picture("JPEG"), "image/jpeg")).accepted[0].attachment
        with STORAGE.of(app).open(row.storage_name) as stored:
            assert stored.read() == picture("JPEG")
        with STORAGE.of(app).open(row.picture_name) as shown:
            assert shown.read(4) == b"RIFF"
