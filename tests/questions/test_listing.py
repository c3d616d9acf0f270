"""My questions: all of one's own and nobody else's, found by words and state, in pieces."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from portal.foundation import clock
from portal.foundation.database import transaction
from portal.keys.actions import give_key
from portal.keys.rules import Purpose
from portal.questions.actions.closing import mark_solved
from tests.cast import ANNA, signed_in
from tests.conftest import NOON
from tests.questions.people import GUEST, ask, ask_as_guest, counted, give_answer, holding, opened
from tests.visitor import Visitor

LIST = "/de/questions/"


def subjects(page) -> list[str]:
    return ["".join(each.itertext()) for each in page.all("span", class_="listing__subject")]


def test_anna_sees_her_questions_with_state_and_promise_and_bernd_sees_none_of_them(app, anna, bernd):
    first, second = ask(app, subject="Rechnung"), ask(app, subject="Umzug")
    give_answer(first)
    page = anna.opens(LIST)
    assert subjects(page) == ["Umzug", "Rechnung"]
    assert "Sie sind dran" in page.text and "Antwort bis Do., 17. Dezember, 09:00 Uhr" in page.text
    assert page.find("a", href=second.address) is not None
    hers = bernd.opens(LIST)
    assert subjects(hers) == [] and "Hier steht noch keine Anfrage von Ihnen." in hers.text


def test_the_list_names_the_new_date_of_a_missed_one_as_the_page_does(app):
    asked = ask(app, subject="Rechnung")
    with clock.frozen(NOON + timedelta(days=2)):
        anna = signed_in(app, ANNA)
        named = anna.opens(asked.address).heading.removesuffix(" Wir sind dran.")
        assert named.removesuffix(".") in anna.opens(LIST).text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("rechnung", 1),
        ("RECHN", 1),
        ("100 %", 1),
        ("%", 1),
        ("_", 1),
        ("\\", 0),
        ("gibt es nicht", 0),
        ("Q26-00001", 1),
        ("'", 0),
        ("x" * 500, 0),
        ("\x00", 3),
    ],
)
def test_words_find_subject_and_number_as_they_are_typed(app, anna, words, found):
    for subject in ("Rechnung", "Rabatt von 100 %", "Datei a_b"):
        ask(app, subject=subject)
    page = anna.opens(f"{LIST}?{_query(words)}")
    assert len(subjects(page)) == found


def test_searching_finds_nothing_of_anybody_else(app, bernd):
    asked = ask(app, subject="Geheim")
    for words in ("Geheim", asked.number, "%"):
        assert subjects(bernd.opens(f"{LIST}?{_query(words)}")) == []


def test_states_narrow_the_list(app, anna):
    received, waiting, solved = ask(app, subject="a"), ask(app, subject="b"), ask(app, subject="c")
    give_answer(waiting)
    with app.app_context():
        mark_solved(opened(solved), now=NOON)
    found = {
        state: subjects(anna.opens(f"{LIST}?state={state}"))
        for state in ("received", "in_work", "your_turn", "solved", "closed")
    }
    assert found == {"received": ["a"], "in_work": [], "your_turn": ["b"], "solved": ["c"], "closed": []}
    assert received.number in anna.opens(f"{LIST}?state=nonsense").text


def test_a_long_list_goes_on_by_a_link_without_gap_or_overlap(app, anna):
    for number in range(60):
        ask(app, subject=f"Frage {number:02d}")
    seen, page = [], anna.opens(LIST)
    with counted(app) as statements:
        page = anna.opens(LIST)
    assert len(statements) <= 3
    seen += subjects(page)
    while "Nächste Seite" in page.links:
        page = anna.opens(page.links["Nächste Seite"])
        seen += subjects(page)
    assert seen == [f"Frage {number:02d}" for number in reversed(range(60))]
    back = subjects(page)
    while "Vorige Seite" in page.links:
        page = anna.opens(page.links["Vorige Seite"])
        back[:0] = subjects(page)
    assert back == seen


@pytest.mark.together
@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "before=9999999999999999999", "state=%00", "q=%FF", "before=１"]
)
def test_nonsense_in_the_address_shows_the_list(app, anna, query):
    ask(app)
    assert anna.opens(f"{LIST}?{query}").status == 200


def test_somebody_unknown_is_led_to_a_new_link(visitor):
    page = visitor.opens(LIST)
    assert page.status == 303 and page.location == "/de/questions/find"


def test_a_browser_that_asked_sees_what_it_asked(app):
    mine, other = ask_as_guest(app, subject="Meine"), ask_as_guest(app, subject="Andere")
    page = holding(app, mine.key).opens(LIST)
    assert subjects(page) == ["Meine"] and other.number not in page.text
    assert page.links["Link zu allen zusenden lassen"] == "/de/questions/find"


def test_one_mailed_link_opens_all_questions_of_that_address_and_no_other(app):
    first, second = ask_as_guest(app, subject="Eins"), ask_as_guest(app, subject="Zwei")
    ask_as_guest(app, subject="Fremd", email="other@example.org")
    with app.app_context(), transaction():
        key = give_key(
            Purpose.CUSTOMER_MAILED, first.row.customer_id, now=NOON, lasts=timedelta(days=90), address=GUEST
        )
    guest = Visitor(app)
    came = guest.opens(f"{LIST}?key={key}")
    assert came.status == 303 and came.location == LIST and came.response.headers["Referrer-Policy"] == "no-referrer"
    assert subjects(guest.opens(LIST)) == ["Zwei", "Eins"]
    assert guest.opens(second.address).status == 200


@pytest.mark.parametrize("key", ["", "x", "x" * 43])
def test_a_wrong_key_opens_no_list(visitor, key):
    assert visitor.opens(f"{LIST}?key={key}").status == 404


def test_a_link_whose_mail_came_too_late_leads_to_a_new_one_and_to_no_question(app):
    asked = ask_as_guest(app, subject="Eins")
    with app.app_context(), transaction():
        key = give_key(Purpose.CUSTOMER_MAILED, asked.row.customer_id, now=NOON, lasts=timedelta(days=1), address=GUEST)
    with clock.frozen(NOON + timedelta(days=21)):
        late = Visitor(app)
        page = late.opens(f"{LIST}?key={key}")
        assert page.status == 404 and "Dieser Link ist abgelaufen" in page.text and "Eins" not in page.text
        assert page.find("form", action=f"{LIST}find") is not None and late.cookies == []


def test_the_key_of_one_question_is_no_key_of_the_list(app):
    asked = ask_as_guest(app)
    assert Visitor(app).opens(f"{LIST}?key={asked.key}").status == 404


def _query(words: str) -> str:

    return urlencode({"q": words})
