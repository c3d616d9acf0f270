"""Answers that are offered while somebody writes: found, opened, counted; and what a script loads besides."""

from datetime import date

from portal.questions.models import AnswerOffer, Question
from portal.rounds import ROUNDS
from tests.questions.asking import BODY, NEW, TYPED, asks, filled, fills_in, rows, sends
from tests.visitor import HTML, Visitor

OFFERS, OPENINGS, SETTLED = "/de/questions/offers", "/de/questions/offers/openings", "/de/questions/offers/answers"
HX = {"HX-Request": "true"}


def offered(visitor: Visitor, **typed: str) -> dict[int, str]:
    """Number and title of the offered articles."""
    page = visitor.sends(OFFERS, TYPED | typed, **{"HX-Request": "true"})
    assert page.status in (200, 204)
    if page.status == 204:  # nothing to show, and nothing shown before
        return {}
    items = page.all("details")
    return {int(each.get("data-number")): "".join(each.find(f"{HTML}summary").itertext()) for each in items}


def counts(app) -> dict[int, tuple[int, int, int, int]]:
    ROUNDS.of(app).once()
    return {each.article_number: (each.shown, each.opened, each.answered, each.sent) for each in rows(app, AnswerOffer)}


def test_up_to_four_answers_are_found_by_subject_and_text_and_open_in_place(reader):
    page = reader.sends(OFFERS, TYPED)
    assert 0 < len(page.all("details")) <= 4
    assert "Neu starten" in page.html
    ids = [each.get("id") for each in page.tree.iter() if each.get("id")]
    assert not ids, "articles beside each other have no anchors of their own"


def test_answers_of_the_topic_come_first(reader):
    as_bill = list(
        offered(reader, topic="bill", subject="Ich ziehe um", body="Was kostet das auf der Rechnung?").values()
    )
    as_moving = list(
        offered(reader, topic="moving", subject="Ich ziehe um", body="Was kostet das auf der Rechnung?").values()
    )
    assert as_bill != as_moving and "mzug" in as_moving[0] + as_moving[1]


def test_nothing_is_offered_for_next_to_nothing(reader):
    assert offered(reader, subject="", body="") == {}
    assert offered(reader, subject="xqzvy", body="wvqxz qqqq") == {}


def test_the_same_answers_again_leave_the_page_as_it_is(reader):
    numbers = ",".join(map(str, offered(reader)))
    assert reader.sends(OFFERS, TYPED | {"showing": numbers}).status == 204


def test_answers_are_in_the_language_of_the_reader(shared_app):
    page = Visitor(shared_app, languages="en").sends(
        "/en/questions/offers", TYPED | {"subject": "Internet does not work"}
    )
    links = [each.get("href") for each in page.all("a") if each.get("href", "").startswith("/")]
    assert any(each.startswith("/en/faq/") for each in links)


def test_what_was_shown_opened_answered_and_sent_is_counted_by_article_and_day(app, visitor):
    first = visitor.sends(OFFERS, TYPED)
    known = first.find("input", name="offered").get("value")
    number = int(known.split(",")[0])
    visitor.sends(OFFERS, TYPED | {"offered": known})  # what was shown before is not counted again
    assert visitor.sends(OPENINGS, {"number": str(number)}).status == 204
    settled = visitor.sends(SETTLED, TYPED | {"offered": known, "opened": str(number), "answered": known})
    assert settled.status == 200 and "Nichts" not in settled.heading
    assert counts(app)[number] == (1, 1, 1, 0)
    assert [each.day for each in rows(app, AnswerOffer, article_number=number)] == [date(2026, 12, 16)]
    asks(visitor)
    assert counts(app)[number][3] == 1 and len(rows(app, Question)) == 1


def test_after_that_answered_it_the_text_is_still_one_press_away(app, visitor):
    check = sends(visitor, fills_in(visitor))
    settled = visitor.sends(SETTLED, filled(check))
    assert not rows(app, Question)
    again = sends(visitor, filled(settled) | {"step": "edit"})
    assert again.status == 200 and again.find("textarea", name="body").text.strip() == BODY


def test_numbers_that_are_none_are_not_counted(app, visitor):
    for number in ("x", "-1", "9" * 30, "1e3", "", "１"):
        assert visitor.sends(OPENINGS, {"number": number}).status == 204
    assert counts(app) == {}


def test_offers_have_a_limit_of_their_own(app, visitor):
    answers = [visitor.sends(OFFERS, TYPED).status for _ in range(61)]
    assert answers[:60] == [200] * 60 and answers[60] == 429
    assert visitor.opens(NEW).status == 200


def test_facts_and_promise_follow_the_answers(reader):
    facts = reader.sends("/de/questions/new/facts", {"topic": "mobile", "fact_mobile_number": "0150 1"})
    assert facts.find("input", name="fact_mobile_number").get("value") == "0150 1"
    calm = reader.sends("/de/questions/new/promise", {"topic": "other", "can_continue": "yes", "affects": "me"})
    urgent = reader.sends("/de/questions/new/promise", {"topic": "other", "can_continue": "no", "affects": "me"})
    assert "Antwort bis Do., 17. Dezember, 11:00 Uhr" in calm.text
    assert "Antwort bis Mi., 16. Dezember, 12:00 Uhr" in urgent.text


def test_a_number_typed_into_the_search_leads_to_its_question_and_a_mistyped_one_says_so(reader):
    page = reader.opens("/de/search?q=q26+00001+2")
    assert "/de/questions/Q26-00001-2" in page.links.values()
    wrong = reader.opens("/de/search?q=Q26-00001-3")
    assert "eine Stelle stimmt nicht" in wrong.text


def test_every_page_leads_to_asking_and_takes_along_what_it_is_about(reader):
    for url in ("/de/", "/de/faq/rechnung/", "/de/contact"):
        assert NEW in reader.opens(url).links.values(), url
    assert reader.opens("/de/contact?about=121").all("a", href=f"{NEW}?about=121")
    assert reader.opens("/de/search?q=xqzvy+wvqxz").all("a", href=f"{NEW}?words=xqzvy+wvqxz")
