"""Writing an answer: greeting and closing stand ready, saved replies are put in, and nothing typed gets lost."""

import json
import re

import pytest
from sqlalchemy import select, update

from portal.customers.models import Customer
from portal.desk.models import InsertedArticle
from portal.desk.replies import RepliesFolder, fill, read_reply, reply_faults
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.foundation.i18n import local_moment
from tests.cast import ANNA, CLARA, signed_in
from tests.conftest import CONTENT
from tests.desk.cases import desk, does, goes_out, messages
from tests.questions.people import ask, later, write
from tests.visitor import Visitor

LANGUAGES = ("de", "en")
GOOD = "---\ntitle: Neu starten\nkeywords: [router]\ntopics: [fault]\n---\nGuten Tag {{ name }}, starten Sie neu.\n"
FAULTS = [
    ("title: Neu starten\n", "", "has no title"),
    ("keywords: [router]", "keywords: router", "keywords is not a list"),
    ("keywords: [router]", "keyword: [router]", "Nothing is called “keyword”"),
    ("Guten Tag {{ name }}, starten Sie neu.", "", "is empty"),
    ("{{ name }}", "{{ nmae }}", "Nothing fills {{ nmae }}"),
    ("[fault]", "[storm]", "no topic “storm”"),
    ("title: Neu starten\n", "title: [\n", "cannot be read"),
]


def box(page) -> str:
    """What stands in the box to the customer."""
    return page.all("textarea", name="body")[0].text.lstrip("\n")


@pytest.mark.parametrize(
    ("language", "first", "last"), [("de", "Guten Tag", "Freundliche Grüße"), ("en", "Hello", "Kind regards")]
)
def test_greeting_and_closing_speak_the_customer_s_language(app, clara, language, first, last):
    typed = box(clara.opens(desk(ask(app, language=language))))
    assert typed.startswith(f"{first} {ANNA.name},\n") and typed.endswith(f"{last}\n{CLARA.name}\nTalwind")


def test_how_a_customer_wants_to_be_reached_stands_in_the_box_to_them(app, clara):
    asked = ask(app)
    assert not clara.opens(desk(asked)).all("p", class_="tocustomer__wish")
    with app.app_context(), transaction():
        db.session.execute(update(Customer).values(contact_wishes="Bitte <b>anrufen</b>, nicht schreiben."))
    wish = clara.opens(desk(asked)).find("p", class_="tocustomer__wish")
    assert "Bitte <b>anrufen</b>, nicht schreiben." in "".join(wish.itertext())


def test_greeting_and_closing_alone_are_no_answer(app, clara):
    asked = ask(app)
    page = does(clara, asked, "answers", body=box(clara.opens(desk(asked))), then="our_turn")
    assert page.status == 422 and len(messages(asked)) == 1


def test_a_saved_reply_is_put_in_and_nothing_typed_is_lost(app, clara):
    asked = ask(app)
    opening = box(clara.opens(desk(asked)))
    typed = opening.replace(",\n\n\n\n", ",\n\ndanke für die Geduld.\n\n")
    page = does(clara, asked, "insertion", body=typed, do="reply", reply="angabe-fehlt", then="asks_back")
    text = box(page)
    assert page.status == 200 and "danke für die Geduld.\n\nDamit wir weiterkommen" in text
    assert asked.number in text and text.endswith("Talwind") and len(messages(asked)) == 1
    assert [each.get("value") for each in page.all("input", name="then") if each.get("checked") is not None] == [
        "asks_back"
    ]
    gone = does(clara, asked, "insertion", body=typed, reply="gibt-es-nicht")
    assert gone.status == 422 and gone.find("a", class_="summary__link").get("href") == "#reply" and box(gone) == typed
    long = does(clara, asked, "insertion", body=typed, do="find", words="w" * 201)
    assert long.status == 422 and long.find("input", id="words").get("aria-describedby") == "words-error"


def test_what_arrived_while_a_reply_was_put_in_still_stops_the_answer(app, clara):
    asked = ask(app)
    page = clara.opens(desk(asked))
    write(asked, "Es hat sich erledigt.")
    hidden = {name: page.find("input", name=name).get("value") for name in ("token", "seen", "stamp")}
    page = clara.sends(f"{desk(asked)}/insertion", {**hidden, "reply": "neustart", "is_complete": "yes"})
    assert page.status == 200 and "ziehen Sie den Stecker" in box(page)
    assert clara.submits(page, f"{desk(asked)}/answers", body="Bitte neu starten.").status == 409


def test_the_list_has_every_reply_for_this_case_those_of_the_topic_first(app, clara):
    asked = ask(app, topic="bill", language="en")
    found = json.loads(clara.opens(f"{desk(asked)}/replies", inspected=False).html)
    assert [each["title"] for each in found][:2] == ["The bill is right", "The bill was wrong"]
    assert len(found) == 10 and any(asked.number in each["text"] for each in found)
    assert not [each for each in found if "{{" in each["text"]]


def test_a_reply_names_the_date_that_the_customer_reads_never_one_that_has_passed(app, clara):
    asked = ask(app)
    with later(days=2):
        again = signed_in(app, CLARA)
        assert asked.row.answer_due_at < clock.now()
        anna = signed_in(app, ANNA).opens(asked.address).find("h1").itertext()
        time = next(each for each in re.findall(r"\d\d:\d\d", "".join(anna)))
        assert f", {time}" in again.opens(desk(asked)).text.split("Auf der Seite steht jetzt: bis ")[1][:24]
        found = json.loads(again.opens(f"{desk(asked)}/replies?q=dauert", inspected=False).html)[0]["text"]
        with app.test_request_context("/de/"):
            assert local_moment(asked.row.answer_due_at) not in found and f", {time} Uhr von mir" in found
        assert "Auf der Seite steht jetzt" not in again.opens(desk(ask(app))).text


def test_saved_replies_are_for_staff_alone(app, anna):
    asked = ask(app)
    assert anna.opens(f"{desk(asked)}/replies").status == 404
    assert anna.opens(f"{desk(asked)}/articles").status == 404
    assert Visitor(app).opens(f"{desk(asked)}/replies").status == 303
    assert signed_in(app, CLARA).opens(f"{desk(asked)}/replies", inspected=False).status == 200


def inserted(app) -> list[tuple[int, int]]:
    """Numbers of articles and questions that were counted."""
    with app.app_context():
        return [(row.article_number, row.question_id) for row in db.session.scalars(select(InsertedArticle))]


def test_an_article_is_found_in_the_customer_s_language_and_counted_when_it_is_sent(app):
    asked, clara = ask(app, language="en"), signed_in(app, CLARA)
    found = json.loads(clara.opens(f"{desk(asked)}/articles?q=customer+number", inspected=False).html)
    assert any(each["text"].endswith("/faq/364") and each["hint"] in each["text"] for each in found)
    page = does(clara, asked, "insertion", words="customer number", do="find", body="Bitte lesen Sie:")
    assert [each for each in page.all("option") if each.get("value") == "364"] and box(page) == "Bitte lesen Sie:"
    page = does(
        clara, asked, "insertion", words="customer number", do="article", article="364", body="Bitte lesen Sie:"
    )
    assert "http://localhost/faq/364" in box(page) and inserted(app) == []
    for _ in range(2):
        assert does(clara, asked, "answers", body=box(page), then="our_turn").status == 303
        goes_out(app)
    assert inserted(app) == [(364, asked.id)]


def test_no_article_is_offered_for_nothing_or_for_strange_words(app, clara):
    asked = ask(app)
    for words in ("", "%00", "zzqqxx" * 80, "xylofonkarussell"):
        assert json.loads(clara.opens(f"{desk(asked)}/articles?q={words}", inspected=False).html) == []
    none = does(clara, asked, "insertion", do="find", words="xylofonkarussell")
    assert "Kein Artikel enthält diese Wörter." in none.text
    assert does(clara, asked, "insertion", do="article", article="364", words="Kundennummer").status == 200
    assert does(clara, asked, "insertion", do="article", article="999999", words="Kundennummer").status == 422


def test_the_demo_company_s_replies_are_right_and_there_in_both_languages():
    topics = {"fault", "bill", "contract", "moving", "mobile", "leaving", "account", "other"}
    assert list(reply_faults(CONTENT / "replies", LANGUAGES, topics)) == []
    german, english = (RepliesFolder(CONTENT / "replies", LANGUAGES).in_language(each) for each in LANGUAGES)
    assert {each.slug for each in german} == {each.slug for each in english} and len(german) == 10
    assert not {each.title for each in german} & {each.title for each in english}


@pytest.mark.parametrize(("good", "bad", "problem"), FAULTS)
def test_every_mistake_in_a_reply_is_named_with_its_file(tmp_path, good, bad, problem):
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "neu.md").write_text(GOOD.replace(good, bad))
    found = [str(each) for each in reply_faults(tmp_path, LANGUAGES, {"fault"})]
    assert len(found) == 1 and problem in found[0] and found[0].startswith("replies/de/neu.md")


def test_a_changed_reply_is_taken_over_and_a_broken_one_stays_as_it_was(tmp_path):
    (tmp_path / "de").mkdir()
    file = tmp_path / "de" / "neu.md"
    file.write_text(GOOD)
    folder = RepliesFolder(tmp_path, LANGUAGES)
    assert not folder.refresh()
    file.write_text(GOOD.replace("Neu starten", "Wieder anfangen"))
    assert folder.refresh() and [each.title for each in folder.in_language("en")] == ["Wieder anfangen"]
    file.write_text("---\nkaputt: {")
    folder.refresh()
    assert [each.title for each in folder.in_language("de")] == ["Wieder anfangen"]
    file.unlink()
    assert folder.refresh() and folder.in_language("de") == []


def test_gaps_are_filled_once_and_unknown_ones_stay_to_be_written(tmp_path):
    (tmp_path / "neu.md").write_text(GOOD)
    reply, _ = read_reply(tmp_path / "neu.md")
    assert fill(reply.body, {"name": "{{ number }}"}).startswith("Guten Tag {{ number }},")
    assert fill(reply.body, {}).startswith("Guten Tag …,")
