"""The original can only be saved, the picture only be looked at, and nothing in either can run."""

import pytest
from flask import Flask

from portal.attachments.actions import receive
from portal.attachments.models import Attachment
from portal.attachments.queries import attachment_by_public_id
from portal.attachments.rules import Sender
from portal.attachments.serving import send_original, send_picture
from portal.attachments.storage import STORAGE
from portal.audiences import AUDIENCES
from portal.foundation.database import db, transaction
from portal.foundation.security import Audience
from tests.attachments.files import PDF, incoming, picture
from tests.conftest import NOON
from tests.visitor import Visitor

SENT = picture("JPEG") + b"<script>alert('SECRET')</script>"


@pytest.fixture
def serving(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A portal that hands out every file to everybody: the rooms decide better."""
    for endpoint, send in (("original", send_original), ("picture", send_picture)):
        monkeypatch.setitem(AUDIENCES, endpoint, Audience.PUBLIC)
        app.add_url_rule(f"/{endpoint}/<name>", endpoint, lambda name, send=send: send(attachment_by_public_id(name)))
    return app


def stored(app: Flask, name: str = "Foto.jpg", content: bytes = SENT) -> str:
    with app.test_request_context("/de/"):
        received = receive([incoming(name, content)], sender=Sender("198.51.100.7"), now=NOON)
        return received.accepted[0].attachment.public_id


def answer(app: Flask, path: str):
    return Visitor(app).opens(path, inspected=False).response


def assert_cannot_run(response) -> None:
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert {part.strip() for part in response.headers["Cache-Control"].split(",")} == {"private", "no-store"}
    assert "Set-Cookie" not in response.headers


def test_the_original_comes_as_it_was_sent_and_only_to_be_saved(serving):
    response = answer(serving, f"/original/{stored(serving)}")
    assert response.status_code == 200 and response.data == SENT
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert_cannot_run(response)


def test_the_picture_is_ours_and_nothing_of_the_original_is_in_it(serving):
    response = answer(serving, f"/picture/{stored(serving)}")
    assert response.headers["Content-Type"] == "image/webp" and response.data.startswith(b"RIFF")
    assert b"SECRET" not in response.data
    assert "attachment" not in response.headers.get("Content-Disposition", "")
    assert_cannot_run(response)


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("Rechnung März.pdf", "filename*=UTF-8''Rechnung%20M%C3%A4rz.pdf"),
        ("請求書.pdf", "filename*=UTF-8''%E8%AB%8B"),
        ("a'b;c=d\r\nX-Evil: 1.pdf", "filename"),
    ],
)
def test_every_name_travels_in_one_header_line(serving, name, disposition):
    response = answer(serving, f"/original/{stored(serving, name, PDF)}")
    assert disposition in response.headers["Content-Disposition"] and "X-Evil" not in response.headers


def test_a_file_without_a_picture_has_none_to_show(serving):
    assert answer(serving, f"/picture/{stored(serving, 'a.pdf', PDF)}").status_code == 404


def test_a_blocked_file_is_not_handed_out_in_any_form(serving):
    name = stored(serving)
    with serving.app_context(), transaction():
        db.session.query(Attachment).update({"scan": "blocked"})
    assert [answer(serving, f"/{form}/{name}").status_code for form in ("original", "picture")] == [404, 404]


def test_lost_bytes_are_not_found_and_no_fault(serving):
    name = stored(serving)
    with serving.app_context():
        row = attachment_by_public_id(name)
        for kept in (row.storage_name, row.picture_name):
            STORAGE.of(serving).remove(kept)
    assert [answer(serving, f"/{form}/{name}").status_code for form in ("original", "picture")] == [404, 404]
