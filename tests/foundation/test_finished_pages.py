"""Public pages are answered from memory, and only as long as they are true."""

import pytest
from flask import Flask, make_response, request
from werkzeug.test import Client, TestResponse

from portal.foundation.rendering import finished_pages
from portal.foundation.rendering.finished_pages import FinishedPages, finished_page


class Counting:
    """A small application that counts how often each page was really made."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.edition = "first"
        app = Flask(__name__)

        @app.get("/kept")
        def kept():
            self.made.append("kept")
            return finished_page(make_response(f"page of the {self.edition} edition"))

        @app.get("/large/<name>")
        def large(name):
            self.made.append(name)
            return finished_page(make_response(name * 400))

        @app.get("/personal")
        def personal():
            self.made.append("personal")
            return "for one reader"

        @app.get("/encoding")
        def encoding():
            return request.headers["Accept-Encoding"]

        self.client = Client(FinishedPages(app.wsgi_app, edition=lambda: self.edition, size=1000))

    def get(self, url: str, **headers: str) -> TestResponse:
        return self.client.get(url, headers=headers)


@pytest.fixture
def site() -> Counting:
    return Counting()


def test_the_second_reader_gets_the_same_bytes_without_the_page_being_made_again(site):
    assert site.get("/kept").data == site.get("/kept").data
    assert site.made == ["kept"]


def test_changed_content_makes_the_page_new(site):
    site.get("/kept")
    site.edition = "second"
    assert site.get("/kept").data == b"page of the second edition"


@pytest.mark.parametrize(
    ("accepted", "form"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP;q=0.001", "gzip"),
        ("br;q=0, gzip", "gzip"),
        # A weight of nothing is a refusal, however it is written.
        ("gzip;q=0", "identity"),
        ("gzip;q=0.0", "identity"),
        ("gzip; q=0.000, br;q=0.", "identity"),
        ("gzip;q=nonsense", "identity"),
        ("*", "identity"),
        (",;=,,q=0,\x7f", "identity"),
    ],
)
def test_a_page_is_asked_for_in_one_of_three_forms_that_the_reader_takes(site, accepted, form):
    assert site.get("/encoding", Accept_Encoding=accepted).text == form


def test_what_a_script_asks_for_is_kept_apart_from_the_page(site):
    for headers in ({}, {"HX-Request": "true"}, {}, {"HX-Request": "true"}):
        site.get("/kept", **headers)
    assert site.made == ["kept", "kept"]


def test_a_page_that_is_not_marked_is_made_for_every_reader(site):
    site.get("/personal"), site.get("/personal")
    assert site.made == ["personal", "personal"]


def test_a_browser_that_has_the_page_is_told_so_in_an_empty_answer(site):
    first = site.get("/kept")
    again = site.get("/kept", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Content-Length" not in again.headers


def test_a_browser_that_has_an_older_page_gets_the_new_one(site):
    old = site.get("/kept").headers["ETag"]
    site.edition = "second"
    assert site.get("/kept", If_None_Match=old).status_code == 200


def test_head_says_the_same_as_get_without_a_body(site):
    head, get = site.client.head("/kept"), site.get("/kept")
    assert head.data == b"" and head.headers["ETag"] == get.headers["ETag"]
    assert site.client.head("/personal").data == b""


def test_an_address_with_a_question_mark_is_never_kept(site):
    site.get("/kept?about=1"), site.get("/kept?about=1")
    assert site.made == ["kept", "kept"]


def test_a_cdn_may_keep_it_and_a_browser_always_asks(site):
    rule = site.get("/kept").headers["Cache-Control"]
    assert "public" in rule and "max-age=0" in rule and "s-maxage=30" in rule


def test_pages_are_kept_until_there_are_too_many_and_then_made_again(site):
    for name in ("a", "b", "a", "b", "c", "c", "a"):
        assert site.get(f"/large/{name}").text == name * 400
    assert site.made == ["a", "b", "c", "a"]


def test_a_disk_that_takes_nothing_and_one_that_gives_nothing_back_cost_time_and_no_page(site, monkeypatch):
    monkeypatch.setattr(finished_pages.os, "pwrite", _broken)
    assert [site.get("/kept").text for _ in range(2)] == ["page of the first edition"] * 2
    monkeypatch.undo()
    site.get("/kept")
    monkeypatch.setattr(finished_pages.os, "pread", _broken)
    assert site.get("/kept").text == "page of the first edition"
    assert site.made == ["kept"] * 4


def _broken(*_given: object) -> bytes:
    raise OSError(28, "No space left on device")
