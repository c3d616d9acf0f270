"""A request is complete or refused, wherever it was cut, and files may be large only where they belong."""

import io
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.test import Client

from portal.foundation.config import CONFIG
from portal.foundation.web.strict_request import REQUEST_LIMIT, pairs_of
from portal.foundation.web.uploads import UPLOAD_LIMIT
from tests.attachments.conftest import forms  # noqa: F401  (the fixture)
from tests.attachments.files import PDF
from tests.visitor import Visitor

MULTIPART = "multipart/form-data; boundary=rand"


def part(name: str, content: bytes, filename: str = "") -> bytes:
    file = f'; filename="{filename}"' if filename else ""
    return b"--rand\r\n" + f'Content-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + content + b"\r\n"


WHOLE = (
    part("body", "Grüße".encode())
    + part("attachments", PDF * 3, "a.pdf")
    + part("is_complete", b"yes")
    + b"--rand--\r\n"
)


def sent(app, body: bytes, *, announced: int | None = None, kind: str = MULTIPART, url: str = "/de/form", **environ):
    """The status of a request with this body, whatever length it announces."""
    length = {"CONTENT_LENGTH": str(len(body) if announced is None else announced)} if announced != -1 else {}
    return Client(app).open(
        url,
        method="POST",
        input_stream=io.BytesIO(body),
        headers={"Content-Type": kind, "Accept": "text/html"},
        environ_overrides=length | environ,
    )


def test_a_whole_form_is_taken(forms):  # noqa: F811
    answer = sent(forms, WHOLE)
    assert answer.status_code == 200 and "a.pdf" in answer.text and "Grüße" in answer.text


@pytest.mark.together
@pytest.mark.parametrize(
    "at", [0, 1, 30, 100, 160, 260, len(WHOLE) // 2, len(WHOLE) - 60, len(WHOLE) - 12, len(WHOLE) - 5]
)
@pytest.mark.parametrize("way", ["announced", "not announced", "by the server"])
def test_a_form_that_was_cut_anywhere_is_refused_and_nothing_of_it_is_kept(forms, at, way):  # noqa: F811
    environ = {"wsgi.input_terminated": True} if way == "by the server" else {}
    answer = sent(forms, WHOLE[:at], announced=at if way == "not announced" else len(WHOLE), **environ)
    assert answer.status_code == 400 and answer.mimetype == "text/html"
    uploads = CONFIG.of(forms).data / "uploads"
    assert not [path for path in uploads.rglob("*") if path.is_file()]


@pytest.mark.once
@given(
    st.lists(st.sampled_from(["&", "=", "+", "%", "%C3", "%BC", "%26", "%00", "%ff", "2", "a", "ü", ";"])).map("".join)
)
@example("&&a&=b&c==d+%2B&%&%E2%82")
def test_a_form_without_files_is_read_as_everybody_reads_it(body):
    assert pairs_of(body) == parse_qsl(body, keep_blank_values=True, errors="werkzeug.url_quote")


def test_a_form_without_its_last_field_is_refused(forms):  # noqa: F811
    assert sent(forms, part("body", b"x") + b"--rand--\r\n").status_code == 400


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=ä"]
)
def test_a_form_without_a_boundary_is_refused(forms, kind):  # noqa: F811
    assert sent(forms, WHOLE, kind=kind).status_code == 400


def test_text_that_is_no_utf_8_is_refused_in_a_plain_form(forms):  # noqa: F811
    kind = "application/x-www-form-urlencoded"
    assert sent(forms, b"body=\xff\xfe&is_complete=yes", kind=kind, url="/de/short-form").status_code == 400


@pytest.mark.parametrize(
    ("url", "kind", "size", "status"),
    [
        ("/de/form", MULTIPART, UPLOAD_LIMIT + 1, 413),
        ("/de/short-form", MULTIPART, REQUEST_LIMIT + 1, 413),
        ("/de/short-form", "application/x-www-form-urlencoded", REQUEST_LIMIT + 1, 413),
        ("/de/form", "application/x-www-form-urlencoded", REQUEST_LIMIT + 1, 413),
        ("/de/form", "text/plain", REQUEST_LIMIT + 1, 413),
        ("/de/nichts", MULTIPART, REQUEST_LIMIT + 1, 413),
    ],
)
def test_each_view_has_its_limit_and_what_is_larger_is_not_even_read(forms, url, kind, size, status):  # noqa: F811
    answer = sent(forms, b"", announced=size, kind=kind, url=url)
    assert answer.status_code == status


def test_a_form_with_a_large_file_is_taken_where_files_belong(forms):  # noqa: F811
    body = WHOLE.replace(b"--rand--", part("attachments", PDF + b" " * 9_000_000, "b.pdf") + b"--rand--")
    answer = sent(forms, body)
    assert answer.status_code == 200 and "b.pdf" in answer.text


def test_a_body_without_a_length_is_counted_while_it_comes(forms):  # noqa: F811
    endless = b"--rand\r\n" + b"x" * (REQUEST_LIMIT + 10)
    answer = sent(forms, endless, announced=-1, url="/de/short-form", **{"wsgi.input_terminated": True})
    assert answer.status_code in (400, 413)


def test_text_stays_small_also_where_files_are_large(forms):  # noqa: F811
    fields = [part(f"field{number}", b"x" * 100_000) for number in range(3)]
    assert sent(forms, b"".join(fields) + b"--rand--\r\n").status_code == 413
    assert sent(forms, part("body", b"x" * (REQUEST_LIMIT + 1)) + b"--rand--\r\n").status_code == 413


def test_more_than_a_hundred_fields_are_too_many(forms):  # noqa: F811
    many = b"".join(part(f"field{number}", b"x") for number in range(101))
    assert sent(forms, many + b"--rand--\r\n").status_code == 413


def test_a_foreign_page_is_refused_before_its_files_are_read(forms):  # noqa: F811
    answer = sent(forms, b"", announced=UPLOAD_LIMIT, HTTP_ORIGIN="https://evil.example")
    assert answer.status_code == 403


def test_a_body_that_is_too_large_gets_a_page_that_says_that_nothing_was_kept(forms):  # noqa: F811
    visitor = Visitor(forms)
    page = visitor.sends("/de/form", {"body": "x"}, files=[("attachments", "a.pdf", b"x" * (UPLOAD_LIMIT + 1))])
    assert page.status == 413 and "nichts gespeichert" in page.text
