"""A question's page: the promise on top and whose turn it is, why that date, and the conversation."""

from datetime import timedelta

import pytest

from portal.questions.actions.answering import Then
from portal.questions.actions.moving import change_level, move_promise
from portal.questions.actions.sheet import write_line
from portal.questions.rules import SheetLine
from portal.service_levels.levels import CanContinue
from tests.cast import ANNA, signed_in
from tests.conftest import NOON
from tests.questions.people import ask, ask_as_guest, at, clara, counted, give_answer, holding, later, write
from tests.visitor import HTML


def test_the_headline_is_the_promise_and_whose_turn_it_is(app, anna):
    asked = ask(app)
    page = anna.opens(asked.address)
    assert page.status == 200
    assert page.heading == "Antwort bis Do., 17. Dezember, 09:00 Uhr. Wir sind dran."
    assert "eingegangen" in page.text and asked.number in page.text
    due = page.find("h1").find(f"{HTML}time")
    assert due.get("datetime") == asked.row.answer_due_at.isoformat()


def test_the_page_speaks_english_too(app, anna):
    page = anna.opens(ask(app).address.replace("/de/", "/en/"))
    assert page.heading == "Answer by Thu, 17 December, 09:00. It is our turn."


def test_why_this_date_names_level_start_hours_and_skipped_days(app):
    # On Wednesday afternoon before the closure: the next opening days lie behind it.
    with at(NOON + timedelta(days=7, hours=6)):
        asked = ask(app)
        why = signed_in(app, ANNA).opens(asked.address).find("details", class_="why")
    words = " ".join("".join(why.itertext()).split())
    for part in (
        "Warum dieses Datum?",
        "Mo–Fr 8:00–18:00",
        "Betriebsruhe",
        "Neujahr",
        "MEZ",
        "Mi., 23. Dezember, 17:00 Uhr",
    ):
        assert part in words, part


def test_an_answer_gives_the_turn_to_the_customer_and_announces_what_silence_leads_to(app, anna):
    asked = ask(app)
    give_answer(asked)
    page = anna.opens(asked.address)
    assert page.heading == "Sie sind dran."
    assert "schließen die Anfrage am" in page.text and "Clara Vogt" in page.text and "Kundendienst" in page.text


def test_a_moved_promise_shows_the_old_date_struck_through_with_its_reason(app, anna):
    asked = ask(app)
    with app.app_context():
        move_promise(asked.id, NOON + timedelta(days=2), reason="Der Techniker ist krank.", by=clara(app), now=NOON)
    page = anna.opens(asked.address)
    assert page.heading == "Antwort bis Fr., 18. Dezember, 11:00 Uhr. Wir sind dran."
    old = "".join(page.find("del").itertext())
    assert old == "Gilt nicht mehr: Do., 17. Dezember, 09:00 Uhr"
    assert "Der Techniker ist krank." in page.text


def test_a_missed_promise_says_so_by_itself_before_any_worker_ran(app):
    asked = ask(app)
    with at(NOON + timedelta(days=1)):
        page = signed_in(app, ANNA).opens(asked.address)
    assert page.heading.startswith("Wir sind zu spät. Antwort bis ") and page.heading.endswith("Wir sind dran.")
    assert "Do., 17. Dezember, 09:00 Uhr" in "".join(page.find("del").itertext())
    assert "Diesen Termin haben wir nicht eingehalten." in page.text
    assert asked.row.breached_at is None


def test_the_due_moment_itself_is_in_time(app, anna):
    asked = ask(app)
    with at(asked.row.answer_due_at):
        assert anna.opens(asked.address).heading.startswith("Antwort bis")


def test_another_level_strikes_the_old_date_too(app, anna):
    asked = ask(app, can_continue=CanContinue.YES)
    with app.app_context():
        change_level(asked.id, "calm", reason="Es eilt nicht.", by=clara(app), now=NOON)
    page = anna.opens(asked.address)
    assert len(page.all("del")) == 1 and "Es eilt nicht." in page.text


def test_messages_stand_in_order_with_author_role_and_local_time(app, anna):
    asked = ask(app, body="Erste Zeile\nzweite Zeile\n\nSiehe https://example.org/a?b=1.")
    with later(hours=1):
        give_answer(asked, "<b>Wir</b> prüfen.")
    page = anna.opens(asked.address)
    heads = ["".join(each.itertext()).split() for each in page.all("h3", class_="message__author")]
    assert heads == [["Anna", "Berger", "Sie"], ["Clara", "Vogt", "Kundendienst"]]
    assert "Mi., 16. Dezember, 12:00 Uhr" in page.text
    assert "<b>Wir</b> prüfen." in page.text
    assert page.find("a", href="https://example.org/a?b=1").get("rel") == "nofollow noopener noreferrer ugc"


def test_the_case_sheet_appears_once_a_line_of_it_is_written(app, anna):
    asked = ask(app)
    assert not anna.opens(asked.address).all("section", id="sheet")
    with app.app_context():
        write_line(asked.id, SheetLine.CHECKED, "Leitung gemessen", by=clara(app), now=NOON)
    page = anna.opens(asked.address)
    assert "Was geprüft wurde Leitung gemessen" in page.text and "Was noch fehlt" not in page.text


def test_the_page_needs_at_most_ten_statements_however_long_the_conversation(app, anna):
    asked = ask(app)
    for number in range(3):
        give_answer(asked, f"Antwort {number}")
        write(asked, f"Frage {number}")
    with counted(app) as statements:
        anna.opens(asked.address)
    assert len(statements) <= 10, statements


def test_asking_for_news_without_news_costs_two_statements_at_most(app, anna):
    asked = ask(app)
    tag = anna.opens(asked.address).find("div", data_behaviour="news").get("data-tag")
    with counted(app) as statements:
        answer = anna.opens(f"{asked.address}/news", If_None_Match=f'"{tag}"')
    assert answer.status == 304 and answer.html == ""
    assert len(statements) <= 2, statements
    assert anna.opens(f"{asked.address}/news?version={tag}").status == 304


def test_a_guest_s_poll_costs_one_statement(app):
    asked = ask_as_guest(app)
    guest = holding(app, asked.key)
    tag = guest.opens(asked.address).find("div", data_behaviour="news").get("data-tag")
    with counted(app) as statements:
        assert guest.opens(f"{asked.address}/news", If_None_Match=f'"{tag}"').status == 304
    assert len(statements) == 1


def test_news_are_a_fragment_with_the_new_message_and_without_the_reply_form(app, anna):
    asked = ask(app)
    tag = anna.opens(asked.address).find("div", data_behaviour="news").get("data-tag")
    give_answer(asked, "Der Fehler ist gefunden.")
    news = anna.opens(f"{asked.address}/news", If_None_Match=f'"{tag}"')
    assert news.status == 200 and "Der Fehler ist gefunden." in news.html
    assert "Neue Nachricht von Clara Vogt." in news.html
    assert 'name="body"' not in news.html and "<html" not in news.html


def test_a_missed_date_is_news_although_nobody_changed_anything(app, anna):
    asked = ask(app)
    tag = anna.opens(asked.address).find("div", data_behaviour="news").get("data-tag")
    with at(NOON + timedelta(days=1)):
        news = signed_in(app, ANNA).opens(f"{asked.address}/news", If_None_Match=f'"{tag}"')
    assert news.status == 200 and "Wir sind zu spät" in news.html


def test_news_in_another_language_are_news(app, anna):
    asked = ask(app)
    tag = anna.opens(asked.address).find("div", data_behaviour="news").get("data-tag")
    assert anna.opens(f"/en/questions/{asked.number}/news", If_None_Match=f'"{tag}"').status == 200


def test_of_a_long_conversation_the_last_fifty_are_shown_and_earlier_ones_are_a_link_away(app, anna):
    asked = ask(app, body="Die allererste Nachricht")
    with app.app_context():
        for number in range(104):
            write(asked, f"Nachricht {number}.")
    page = anna.opens(asked.address)
    assert len(page.all("article")) == 50 and "Nachricht 103." in page.text and "Nachricht 53." not in page.text
    middle = anna.opens(page.links["Frühere Nachrichten"])
    assert len(middle.all("article")) == 50 and "Nachricht 53." in middle.text
    assert not middle.all("div", data_behaviour="news")
    first = anna.opens(middle.links["Frühere Nachrichten"])
    assert len(first.all("article")) == 5 and "Die allererste Nachricht" in first.text
    assert "Nachricht 53." in anna.opens(first.links["Spätere Nachrichten"]).text


@pytest.mark.together
@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "before=99999999999999", "after=%00", "before=１", "version=x"]
)
def test_nonsense_in_the_address_is_as_if_it_were_not_there(app, anna, query):
    assert anna.opens(f"{ask(app).address}?{query}").status == 200


def test_the_page_is_never_kept_by_anybody(app, anna):
    answer = anna.opens(ask(app).address).response
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_assigned_person_is_named(app, anna):
    asked = ask(app)
    give_answer(asked, then=Then.OUR_TURN)
    page = anna.opens(asked.address)
    assert "Clara Vogt kümmert sich darum." in page.text and "in Arbeit" in page.text
    assert page.heading.startswith("Antwort bis")
