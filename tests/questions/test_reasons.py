"""Why a date is what it is: when the counting really begins, and how the date is set in lines."""

from datetime import timedelta

from tests.cast import ANNA, signed_in
from tests.conftest import NOON
from tests.questions.people import ask, at

RUNS = "Die Zeit läuft ab Do., 17. Dezember, 08:00 Uhr"


def test_asked_while_closed_the_page_and_the_receipt_name_the_next_opening(app):
    with at(NOON + timedelta(hours=9)):
        asked, anna = ask(app), signed_in(app, ANNA)
        assert RUNS in anna.opens(asked.address).text
        assert RUNS in anna.opens(f"{asked.address}/receipt").text


def test_asked_while_open_nothing_of_the_kind_is_said(app, anna):
    asked = ask(app)
    assert "Die Zeit läuft ab" not in anna.opens(asked.address).text
    assert "Die Zeit läuft ab" not in anna.opens(f"{asked.address}/receipt").text


def test_a_date_breaks_only_before_its_time_and_whose_turn_it_is_stands_alone(app, anna):
    page = anna.opens(ask(app).address)
    date, turn = page.find("h1").find("*[@datetime]"), page.find("span", class_="promise__turn")
    assert date.text == "Do.,\N{NO-BREAK SPACE}17.\N{NO-BREAK SPACE}Dezember, 09:00\N{NO-BREAK SPACE}Uhr"
    assert turn.text == "Wir sind dran."


def test_the_states_of_the_list_are_written_alike(app, anna):
    ask(app)
    names = [each.text for each in anna.opens("/de/questions/").all("a", class_="filters__link")]
    assert names[0] == "Alle" and all(name[0].isupper() for name in names)
