"""Whatever is typed: it is kept exactly, or the form comes back filled with a sentence at its field; never a fault."""

import sqlite3
from datetime import timedelta

import pytest

from portal.foundation import clock, database
from portal.questions.models import Message, Question
from tests.cast import anna, signed_in  # noqa: F401
from tests.conftest import NOON, make_app, running
from tests.questions.asking import BODY, NEW, SUBJECT, TYPED, asks, faults, filled, fills_in, number_on, rows, sends
from tests.visitor import Visitor

LONG = "x" * 100_000
HOSTILE = {
    "html": "<script>alert(1)</script><b>fett</b>",
    "sql": "'; DROP TABLE questions; --",
    "right to left": "Rechnung \u202e fdp.exe \u2066 Ende",
    "emoji": "Kein Netz 😡🧑‍💻 seit 🕗",
    "template": "{{ 7*7 }} {% for x in y %} %(name)s %s",
    "quotes": "\"'`&amp;&lt; – „so“",
    "address": "Bcc: alle@example.org",
}


@pytest.fixture
def both(app):
    return Visitor(app)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_kept_exactly_and_printed_as_text(app, both, text):
    receipt = asks(both, subject=text, body=f"{text}\nzweite Zeile", name=text[:100])
    question, message = rows(app, Question)[0], rows(app, Message)[0]
    line = text.replace("\u202e", "").replace("\u2066", "")
    assert (question.subject, message.body, message.author_name) == (line, f"{text}\nzweite Zeile", line)
    assert line in receipt.text or " ".join(line.split()) in receipt.text
    assert not [each for each in receipt.all("script") if "alert" in (each.text or "")]


@pytest.mark.together
@pytest.mark.parametrize("field", ["subject", "body", "name", "email", "needed_by"])
def test_a_hundred_thousand_characters_are_refused_with_the_text_kept(app, both, field):
    page = sends(both, fills_in(both, **{field: LONG}))
    assert page.status == 422 and field in faults(page)
    tag = "textarea" if field == "body" else "input"
    element = page.find(tag, name=field)
    assert (element.text if field == "body" else element.get("value")).strip() == LONG
    assert page.find("textarea", name="body").text.strip() in (LONG, BODY)
    assert not rows(app, Question)


@pytest.mark.parametrize("text", ["\u200b", "\u2060\u202e", "\u200e\u00ad \u0301"])
@pytest.mark.parametrize("field", ["subject", "body", "name"])
def test_what_nobody_can_see_is_no_text(shared_app, field, text):
    visitor = Visitor(shared_app)
    page = sends(visitor, fills_in(visitor, **{field: text}))
    assert page.status == 422 and list(faults(page)) == [field]


@pytest.mark.parametrize("field", ["topic", "can_continue", "affects", "about", "words", "after", "stamp", "opened_at"])
@pytest.mark.parametrize("value", [LONG, "\x00", "\ud800", "9" * 30, "１２", "-1", "' OR 1=1", "😀", "a\r\nb: c"])
def test_hidden_and_chosen_values_are_refused_or_left_out_and_never_a_fault(shared_app, field, value):
    visitor = Visitor(shared_app)
    page = sends(visitor, fills_in(visitor) | {field: value.encode("utf-8", "surrogatepass").decode("latin-1")})
    assert page.status in (200, 400, 422), page.status
    if page.status == 422:
        assert page.find("textarea", name="body").text.strip() == BODY


@pytest.mark.parametrize(
    "typed", ["31.02.2027", "gestern", "2026-13-01", "0000-00-00", "1e9", "2026-12-15", "15.12.2026"]
)
def test_a_date_that_is_none_or_over_says_so(shared_app, typed):
    visitor = Visitor(shared_app)
    page = sends(visitor, fills_in(visitor, needed_by=typed))
    assert page.status == 422 and "Feld leer" in faults(page)["needed_by"]
    assert page.find("input", name="needed_by").get("value") == typed


@pytest.mark.parametrize(
    "address", ["anna", "anna@", "@x.de", "a b@c.de", "a@b.de\nBcc: c@d.de", "a@b.de,c@d.de", "a@" + "b" * 300]
)
def test_an_address_that_is_none_says_so(shared_app, address):
    visitor = Visitor(shared_app)
    page = sends(visitor, fills_in(visitor, email=address))
    assert page.status == 422 and "anna@example.org" in faults(page)["email"]


def test_control_characters_and_half_characters_are_left_out_of_the_text(app, both):
    asks(both, subject="Kein\x00 Netz\x07", body="eins\x00zwei\x1b[31m\ndrei")
    assert rows(app, Question)[0].subject == "Kein Netz"
    assert rows(app, Message)[0].body == "einszwei[31m\ndrei"


def test_a_subject_of_several_lines_is_refused(shared_app):
    visitor = Visitor(shared_app)
    page = sends(visitor, fills_in(visitor, subject="Hallo\r\nBcc: alle@example.org"))
    assert page.status == 422 and "subject" in faults(page)


def test_everything_that_is_missing_is_named_at_its_field_with_the_focus_on_the_summary(shared_app):
    visitor = Visitor(shared_app)
    page = sends(visitor, fills_in(visitor, topic="", subject=" ", body="\n", name="", email="") | {"topic": "nichts"})
    assert page.status == 422
    assert list(faults(page)) == ["topic", "subject", "body", "name", "email"]
    box = page.find("div", class_="faults")
    assert box.get("autofocus") is not None and box.get("tabindex") == "-1" and box.get("role") == "alert"
    assert page.title.startswith("Bitte prüfen")
    assert page.find("input", name="subject").get("aria-invalid") == "true"
    assert page.find("fieldset", id="topic", aria_invalid="true").get("aria-describedby") == "topic-error"


def test_a_form_that_was_cut_off_stores_nothing(app, visitor):
    fields = fills_in(visitor)
    del fields["is_complete"]
    assert sends(visitor, fields).status == 400
    assert not rows(app, Question)


def test_a_form_without_stamp_or_time_is_shown_once_more_and_then_sent(app, visitor):
    check = sends(visitor, {**TYPED, "is_complete": "yes", "is_checked": "yes"})
    assert check.status == 200 and "Vor dem Senden" in check.heading
    assert sends(visitor, filled(check)).status == 303


def test_bad_values_in_the_address_give_the_empty_form(shared_app):
    for asked in (
        "topic=%00",
        "topic=" + "x" * 3000,
        "about=9999999999",
        "about=%ff",
        "words=" + "x" * 3000,
        "after=Q26-1",
    ):
        page = Visitor(shared_app).opens(f"{NEW}?{asked}")
        assert page.status == 200, asked
    assert len(Visitor(shared_app).opens(f"{NEW}?words={'x' * 300}").find("input", name="words").get("value")) == 200


def test_a_link_of_another_site_brings_topic_and_subject_and_takes_nothing_that_was_typed(app, anna):  # noqa: F811
    url = f"{NEW}?topic=bill&subject=Rechnung%20%3Cb%3E4711"
    page = Visitor(app).opens(url)
    assert page.find("input", name="subject").get("value") == "Rechnung <b>4711"
    assert page.find("input", name="topic", value="bill").get("checked") is not None
    assert anna.sends("/de/questions/draft", fills_in(anna, subject="Selbst getippt")).status == 204
    assert anna.opens(url).find("input", name="subject").get("value") == "Selbst getippt"


def test_a_database_that_somebody_holds_gives_the_form_back_filled(data, demo, monkeypatch):
    monkeypatch.setattr(database, "_PATIENT", 50)
    with running(make_app(data, demo / "content")) as app:
        visitor, other = Visitor(app), sqlite3.connect(data / "portal.sqlite", isolation_level=None)
        fields = filled(sends(visitor, fills_in(visitor)))
        other.execute("BEGIN EXCLUSIVE")
        page = sends(visitor, fields)
        assert (page.status, page.response.headers["Retry-After"]) == (503, "10")
        assert page.find("textarea", name="body").text.strip() == BODY
        assert page.find("input", name="subject").get("value") == SUBJECT
        assert page.find("input", name="email").get("value") == "anna@example.org"
        other.execute("ROLLBACK")
        assert sends(visitor, fields).status == 303


def test_a_postgresql_that_is_gone_gives_form_and_text(data, demo):
    gone = "postgresql+psycopg://portal@127.0.0.1:1/portal"
    with running(make_app(data, demo / "content", database_url=gone)) as app:
        visitor = Visitor(app)
        check = sends(visitor, fills_in(visitor))
        assert check.status == 200
        page = sends(visitor, filled(check))
        assert page.status == 503 and page.find("textarea", name="body").text.strip() == BODY


def test_a_lost_session_gives_the_form_of_a_guest_with_everything_in_it(app, anna):  # noqa: F811
    fields = fills_in(anna)
    page = sends(Visitor(app), fields)
    assert page.status == 409 and "nicht mehr angemeldet" in page.text
    assert page.find("textarea", name="body").text.strip() == BODY and page.find("input", name="email") is not None
    assert not rows(app, Question)


def test_a_form_of_another_sign_in_comes_back_filled(app, anna):  # noqa: F811
    page = sends(anna, fills_in(anna) | {"token": "f" * 64})
    assert page.status == 409 and page.find("textarea", name="body").text.strip() == BODY
    assert sends(anna, filled(page)).status == 200


def test_too_many_questions_from_one_place_give_the_filled_form_and_a_time_to_come_back(app, visitor):
    for _ in range(5):
        assert sends(visitor, filled(sends(visitor, fills_in(visitor)))).status == 303
    page = sends(visitor, filled(sends(visitor, fills_in(visitor))))
    assert page.status == 429 and 0 < int(page.response.headers["Retry-After"]) <= 601
    assert page.find("textarea", name="body").text.strip() == BODY
    assert len(rows(app, Question)) == 5
    assert sends(Visitor(app), filled(sends(Visitor(app), fills_in(Visitor(app))))).status == 303
    with clock.frozen(NOON + timedelta(minutes=11)):
        assert sends(visitor, filled(page) | {"is_checked": "yes"}).status == 303


def test_the_same_form_gives_its_receipt_also_when_no_more_questions_are_taken(app, visitor):
    fields = filled(sends(visitor, fills_in(visitor)))
    first = sends(visitor, fields)
    again = [sends(visitor, fields) for _ in range(8)]
    assert {each.status for each in again} == {303}
    assert {each.location.partition("?")[0] for each in again} == {first.location.partition("?")[0]}
    assert sends(visitor, fields | {"body": "Etwas anderes."}).status == 429
    # The receipt is for whoever sent the same; another browser opens it with the key of its own answer.
    with clock.frozen(NOON + timedelta(seconds=5)):
        assert number_on(visitor.follows(again[-1].location)) == "Q26-00001-2"
    assert len(rows(app, Question)) == 1


def test_pages_on_the_way_do_not_count_against_the_limit_of_questions(app, visitor):
    for _ in range(12):
        assert sends(visitor, fills_in(visitor, email="nichts")).status == 422
    assert sends(visitor, filled(sends(visitor, fills_in(visitor)))).status == 303


def test_what_fills_in_the_hidden_field_is_shown_the_page_and_marked(app, visitor):
    fields = fills_in(visitor) | {"is_checked": "yes", "website": "http://spam.example"}
    with clock.frozen(NOON + timedelta(minutes=1)):
        check = sends(visitor, fields)
        assert check.status == 200 and not rows(app, Question)
        assert sends(visitor, filled(check)).status == 303
    trap = visitor.opens(NEW).find("input", name="website")
    assert trap.get("tabindex") == "-1" and trap.get("autocomplete") == "off"


def test_a_form_that_comes_back_within_a_moment_is_shown_once_more(app, visitor):
    fields = fills_in(visitor) | {"is_checked": "yes"}
    assert sends(visitor, fields).status == 200 and not rows(app, Question)
    with clock.frozen(NOON + timedelta(seconds=3)):
        assert sends(visitor, fields).status == 303


def test_files_travel_along_and_a_refused_one_costs_nothing(app, visitor):
    files = [("attachments", "notiz.txt", b"Lampe rot"), ("attachments", "virus.exe", b"MZ")]
    page = visitor.sends(NEW, fills_in(visitor), files=files)
    assert page.status == 422 and "virus.exe" in page.find("div", class_="faults").findtext(".//*[@href]", "")
    check = sends(visitor, filled(page))
    assert "notiz.txt" in check.text
    question_page = visitor.follows(sends(visitor, filled(check)).location)
    assert "notiz.txt" in visitor.follows(question_page.links["Meine Anfrage öffnen"]).text


def test_a_second_press_with_files_is_still_one_question(app, visitor):
    check = visitor.sends(NEW, fills_in(visitor), files=[("attachments", "notiz.txt", b"Lampe rot")])
    fields = filled(check)
    assert [sends(visitor, fields).status for _ in range(2)] == [303, 303]
    assert len(rows(app, Question)) == 1
