"""The whole life of a file, in a folder and in object storage: taken, shown, saved, brought back, erased."""

import io
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal import create_app
from portal.attachments.chores import remove_leftovers
from portal.attachments.discarding import remove_discarded
from portal.attachments.models import Attachment
from portal.attachments.storage import STORAGE, Storage
from portal.foundation.config import read_config
from portal.foundation.database import db, transaction
from portal.foundation.errors import SettingError
from portal.integrity import check
from portal.operation.backup import make_verified
from portal.operation.restoring import restore
from portal.questions.models import Message
from tests.attachments.buckets import KEY, REGION, new_bucket, object_server
from tests.attachments.files import PDF, picture
from tests.cast import ANNA, signed_in
from tests.conftest import NOON, make_app, running
from tests.departure.people import DATA, ERASURE, archive_in, presses, with_traces
from tests.departure.people import add_file as add_file_to
from tests.questions.people import Asked, ask
from tests.visitor import Visitor

LATER = datetime(2100, 1, 1, tzinfo=UTC)
PHOTO = picture("PNG", size=(300, 200))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with object_server() as address:
        yield address


@pytest.fixture(params=["folder", "objects"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[dict, dict]:
    """Settings of a portal and of the one that takes its place after a loss, which keeps files the other way."""
    folder = tmp_path / "mounted"
    folder.mkdir()
    objects = {"uploads": new_bucket(request.getfixturevalue("server")), "uploads_key": KEY, "uploads_region": REGION}
    both = ({"uploads": folder}, objects)
    return both if request.param == "folder" else both[::-1]


def kept_by(app: Flask) -> Storage:
    place: Storage = STORAGE.of(app)
    return place


def names_in(app: Flask) -> set[str]:
    with app.app_context():
        rows = db.session.execute(select(Attachment.storage_name, Attachment.picture_name)).all()
    return {name for row in rows for name in row if name}


def faults_of(app: Flask) -> list[str]:
    with app.app_context():
        return [each for each in check(NOON) if "file" in each]


def addresses(app: Flask, asked: Asked) -> dict[str, str]:
    """Where each file of a question is fetched, by its name."""
    with app.app_context():
        rows = db.session.execute(select(Attachment.name, Attachment.public_id)).all()
    return {name: f"{asked.address}/attachments/{public_id}" for name, public_id in rows}


def test_a_file_lives_its_whole_life_wherever_it_lies(demo, data, places, tmp_path):
    here, there = places
    with running(make_app(data, demo / "content", **here)) as app:
        asked = with_traces(app)
        add_file_to(asked, PHOTO, "Lampen.png")
        anna = signed_in(app, ANNA)
        original = addresses(app, asked)["Lampen.png"]
        assert anna.opens(original).response.data == PHOTO
        part = anna.opens(original, Range="bytes=100-199")
        assert (part.status, part.response.data) == (206, PHOTO[100:200])
        assert part.response.headers["Content-Range"] == f"bytes 100-199/{len(PHOTO)}"
        assert anna.opens(original, Range="bytes=9999999-").status == 416
        assert anna.opens(f"{original}?shown").response.data.startswith(b"RIFF")
        assert set(kept_by(app).older_than(LATER)) == names_in(app) and len(names_in(app)) == 4
        with app.app_context():
            made = make_verified(tmp_path / "backups", NOON)
        assert faults_of(app) == []
        lost = names_in(app).pop()
        kept_by(app).remove(lost)
        assert [each.partition(": ")[2] for each in faults_of(app)] == ["its bytes are missing"]
    shutil.copytree(demo / "data" / "derived", tmp_path / "new" / "derived")
    with running(make_app(tmp_path / "new", demo / "content", **there)) as app:
        with app.app_context():
            assert restore(made, NOON).files == 4
        assert faults_of(app) == []
        archive = archive_in(presses(signed_in(app, ANNA), DATA))
        assert PHOTO in [archive.read(name) for name in archive.namelist() if name.endswith(".png")]
        orphan = kept_by(app).save(io.BytesIO(b"never belonged to anything")).name
        presses(signed_in(app, ANNA), ERASURE)
        with app.app_context():
            remove_discarded(NOON)
            remove_leftovers(LATER)
        assert names_in(app) == set() and list(kept_by(app).older_than(LATER)) == [], orphan


def test_while_object_storage_is_away_texts_go_on_and_files_are_told_from_lost_ones(demo, data):
    away = {"uploads": "http://127.0.0.1:9/bucket", "uploads_key": KEY}
    with running(make_app(data, demo / "content", **away)) as app:
        asked, anna = ask(app, ANNA), signed_in(app, ANNA)
        with app.app_context(), transaction():
            row = {"name": "a.pdf", "media_type": "application/pdf", "size": 3, "sha256": "0" * 64, "created_at": NOON}
            first = db.session.scalars(select(Message.id)).first()
            owner = {"owner_type": "message", "owner_id": first}
            db.session.add(Attachment(public_id="p" * 43, storage_name="a" * 40, **owner, **row))
        page = anna.opens(addresses(app, asked)["a.pdf"])
        assert page.status == 503 and "X-Request-Id" in page.response.headers
        form = {"body": "Die Lampe blinkt.", "is_complete": "yes"}
        refused = anna.sends("/de/questions/uploads", form, files=[("attachments", "b.pdf", PDF)])
        assert refused.status in (200, 422) and "b.pdf wurde nicht" in refused.text
        assert faults_of(app) == ["the place of files that people send does not answer: nothing is known of them"]
        found = Visitor(app, address="127.0.0.1").opens("/readyz").json()
        assert found["status"] == "degraded" and found["uploads"] is False


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"UPLOADS": "/nowhere/mounted"}, "Mount it or make it"),
        ({"UPLOADS": "https://objects.example.org"}, "https://host/bucket"),
        ({"UPLOADS": "https://objects.example.org/bucket"}, "UPLOADS_KEY cannot be empty"),
        ({"UPLOADS_KEY": "onlysecret"}, "name and secret"),
    ],
)
def test_a_place_that_cannot_be_used_stops_the_start_with_a_sentence(demo, tmp_path, environment, sentence):
    settings = {"PORTAL_DATA": str(tmp_path), "PORTAL_CONTENT": str(demo / "content"), **environment}
    with pytest.raises(SettingError, match=sentence) as refused:
        create_app(read_config(settings))
    assert "onlysecret" not in str(refused.value)
