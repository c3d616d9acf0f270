"""Errors are pages with words, a number and a way on, in both languages, or JSON where JSON was asked."""

import logging
import re
from collections.abc import Iterator

import pytest
from flask import Flask, abort
from jinja2 import TemplateNotFound
from sqlalchemy import create_engine, text
from sqlalchemy.exc import TimeoutError
from wtforms import PasswordField, TextAreaField

from portal.foundation.errors import PortalError
from portal.foundation.forms import PublicForm
from portal.foundation.web import typed
from tests.conftest import make_app, running
from tests.visitor import Visitor

STATUSES = [400, 403, 404, 405, 413, 414, 429, 500, 503]
SECRET = "the-secret-of-the-house"


class QuestionUnknown(PortalError):
    """A failure with a name, as rooms have them."""

    status = 409


@pytest.fixture(scope="module")
def failing(demo, tmp_path_factory):
    """The portal with addresses that fail in every way."""
    app = make_app(tmp_path_factory.mktemp("failing"), demo / "content")

    def fail(status: int) -> str:
        abort(status)

    def crash() -> str:
        raise ValueError(SECRET, __file__)

    def be_known() -> str:
        raise QuestionUnknown("Diese Anfrage gibt es nicht.")

    def ask_a_missing_table() -> str:
        with create_engine("sqlite://").connect() as connection:
            connection.execute(text(f"SELECT '{SECRET}' FROM nowhere"))

    def wait_for_the_pool() -> str:
        raise TimeoutError(SECRET)

    for language in ("de", "en"):
        app.add_url_rule(f"/{language}/fail/<int:status>", f"fail-{language}", fail, methods=["GET", "POST"])
        for view in (crash, be_known, ask_a_missing_table, wait_for_the_pool):
            app.add_url_rule(
                f"/{language}/{view.__name__}", f"{view.__name__}-{language}", view, methods=["GET", "POST"]
            )
    with running(app):
        yield app


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("status", STATUSES)
def test_every_error_is_a_page_in_the_reader_s_language(failing, status, language):
    page = Visitor(failing, languages="de" if language == "en" else "en").opens(f"/{language}/fail/{status}")
    assert page.status == status
    assert page.tree.get("lang") == language
    assert {f"/{language}/", f"/{language}/contact"} <= set(page.links.values())
    assert page.all("form", action=f"/{language}/search")
    assert page.response.headers["X-Request-Id"] in page.text
    assert page.response.headers["X-Request-Id"] and page.response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("status", STATUSES)
def test_the_two_languages_say_the_same_in_different_words(failing, status):
    german, english = (Visitor(failing).opens(f"/{language}/fail/{status}") for language in ("de", "en"))
    assert german.heading and english.heading and german.heading != english.heading


def test_each_kind_of_error_has_words_of_its_own(failing):
    headings = [Visitor(failing).opens(f"/de/fail/{status}").heading for status in STATUSES]
    assert len(set(headings)) == len(STATUSES)


def test_what_is_over_in_a_moment_is_tried_again_at_the_same_address_unless_something_was_sent(failing):
    reader = Visitor(failing)
    again = {status for status in STATUSES if reader.opens(f"/de/fail/{status}").all("a", href="")}
    assert again == {429, 500, 503}
    assert not reader.sends("/de/fail/503", {"body": "Mein Text"}).all("a", href="")


@pytest.mark.parametrize("status", STATUSES)
def test_a_program_that_asks_for_json_gets_json(failing, status):
    page = Visitor(failing).opens(f"/en/fail/{status}", Accept="application/json")
    assert page.response.mimetype == "application/json"
    assert page.json()["status"] == status
    assert page.json()["request_id"] == page.response.headers["X-Request-Id"]
    assert page.json()["error"]


@pytest.mark.parametrize(
    "accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", "", "text/plain", "application/json;q=0.1,text/html"]
)
def test_everybody_else_gets_a_page(failing, accept):
    assert Visitor(failing).opens("/de/fail/404", Accept=accept).response.mimetype == "text/html"


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize(("view", "status"), [("crash", 500), ("ask_a_missing_table", 503), ("wait_for_the_pool", 503)])
def test_a_fault_of_ours_tells_nothing_of_the_inside(failing, view, status, accept):
    page = Visitor(failing).opens(f"/en/{view}", Accept=accept)
    assert page.status == status
    for inside in (
        SECRET,
        "Traceback",
        "ValueError",
        "SELECT",
        "nowhere",
        "sqlalchemy",
        ".py",
        "/work",
        "site-packages",
    ):
        assert inside not in page.html


def test_a_fault_of_ours_is_recorded_with_the_number_that_the_reader_was_given(failing, caplog):
    page = Visitor(failing).opens("/de/crash?q=meine-geheimen-worte")
    recorded = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(recorded) == 1 and page.response.headers["X-Request-Id"] in recorded[0].getMessage()
    assert recorded[0].exc_info


def test_a_named_failure_says_its_sentence_with_its_status(failing):
    page = Visitor(failing).opens("/de/be_known")
    assert page.status == 409
    assert "Diese Anfrage gibt es nicht." in page.text


def test_a_status_without_words_of_its_own_gets_those_of_its_kind(failing):
    assert Visitor(failing).opens("/de/fail/418").heading == Visitor(failing).opens("/de/fail/400").heading
    assert Visitor(failing).opens("/de/fail/501").heading == Visitor(failing).opens("/de/fail/500").heading


@pytest.mark.parametrize("url", ["/de/crash", "/de/fail/403", "/de/fail/429", "/de/wait_for_the_pool"])
def test_no_error_costs_a_typed_text(failing, url):
    remark = "Die Frist fehlt: <b>14 Tage</b> & mehr."
    page = Visitor(failing).sends(url, {"remark": remark, "verdict": "no"})
    assert remark in [each.text.strip("\n") for each in page.all("textarea")]


def test_what_was_typed_comes_back_without_what_no_keyboard_makes(failing):
    page = Visitor(failing).sends("/de/fail/400", {"remark": "a\x00b\x1fc"})
    assert "abc" in page.find("textarea").text


def test_a_search_that_fails_gives_the_words_back(failing):
    assert "router rot" in Visitor(failing).opens("/de/crash?q=router+rot").find("textarea").text


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/de/kuendigen", "kuendigen"),
        ("/hc/de/articles/4711-rechnung-zu-hoch.html", "rechnung zu hoch"),
        ("/de/k%C3%BCndigungsfrist/", "kündigungsfrist"),
        ("/de/faq/%22%3E%3Cscript%3E", "script"),
        ("/wp-login.php", "wp login"),
        ("/de/a1b2c3", ""),
        ("/4711", ""),
    ],
)
def test_an_address_that_does_not_exist_is_searched_for_by_its_words(reader, url, words):
    assert reader.opens(url).find("input", name="q").get("value") == words


def test_a_method_that_an_address_does_not_take_is_named_with_those_it_takes(reader):
    page = reader.sends("/de/contact")
    assert page.status == 405
    assert "GET" in page.response.headers["Allow"]


def test_an_unavailable_page_says_when_to_come_back(failing):
    assert int(Visitor(failing).opens("/de/wait_for_the_pool").response.headers["Retry-After"]) > 0


def test_an_unknown_host_gets_the_whole_error_page_and_no_entry_in_the_log(reader, caplog):
    page = reader.opens("/en/", Host="evil.example")
    assert page.status == 400 and page.tree.get("lang") == "en"
    assert page.all("link", rel="stylesheet")
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_every_error_finds_its_page_when_what_pages_have_in_common_is_broken(app: Flask):
    @app.context_processor
    def broken() -> dict:
        raise RuntimeError(SECRET)

    page = Visitor(app).opens("/de/contact")
    assert page.status == 500
    assert page.all("link", rel="stylesheet") and SECRET not in page.html


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_bare_page_stands_in_when_the_error_page_itself_breaks(app: Flask, monkeypatch, language):
    whole = app.jinja_env.get_template

    def get_template(name, *given, **named):
        if name == "errors/error.html":
            raise TemplateNotFound(name)
        return whole(name, *given, **named)

    monkeypatch.setattr(app.jinja_env, "get_template", get_template)
    page = Visitor(app).opens(f"/{language}/nichts")
    assert page.status == 404 and page.tree.get("lang") == language
    assert {"/de/", "/en/"} <= set(page.links.values())
    assert page.response.headers["X-Request-Id"] in page.text


def test_keys_and_passwords_are_no_texts_and_a_short_note_is_one(failing):
    sent = {
        "password": "ganz geheim hier",
        "code": "123 456",
        "token": "abc",
        "note": "Erledigt",
        "anything": "zwei Worte",
    }
    page = Visitor(failing).sends("/de/fail/403", sent)
    assert [each.text.strip() for each in page.all("textarea")] == ["Erledigt", "zwei Worte"]


def test_every_field_for_text_is_given_back_also_with_one_word_in_it(app):
    def below(kind: type) -> Iterator[type]:
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    forms = [each for each in below(PublicForm) if each.__module__.startswith("portal.")]
    names = {(name, getattr(each, name).field_class) for each in forms for name in dir(each) if _is_field(each, name)}
    in_languages = re.compile(r"(text|body|title)_[a-z]{2}")
    texts = {name for name, kind in names if kind is TextAreaField and not in_languages.fullmatch(name)}
    assert texts <= typed._FIELDS and {name for name, kind in names if kind is PasswordField} <= typed._SECRET


def _is_field(form: type, name: str) -> bool:
    return hasattr(getattr(form, name, None), "field_class")
