"""Every way to reach a person, and honestly when."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from portal.contact.options import read_options
from portal.contact.rules import opening
from portal.contact.waiting import USUAL_WAIT
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.database import db, transaction
from portal.questions.models import Question
from tests.questions.asking import asks
from tests.visitor import Visitor

# Winter time: Lärchental is one hour ahead of UTC.
MOMENTS = [
    (datetime(2026, 12, 16, 10, 0, tzinfo=UTC), "Jetzt erreichbar, bis 18:00 Uhr", "Open now, until 18:00"),
    (datetime(2026, 12, 16, 16, 59, tzinfo=UTC), "Jetzt erreichbar, bis 18:00 Uhr", "Open now, until 18:00"),
    (datetime(2026, 12, 16, 5, 0, tzinfo=UTC), "heute um 8:00", "today at 8:00"),
    (datetime(2026, 12, 16, 17, 0, tzinfo=UTC), "morgen um 8:00", "tomorrow at 8:00"),
    (datetime(2026, 12, 19, 8, 0, tzinfo=UTC), "bis 13:00", "until 13:00"),
    (datetime(2026, 12, 19, 13, 0, tzinfo=UTC), "Montag um 8:00", "Monday at 8:00"),
    (datetime(2026, 12, 20, 10, 0, tzinfo=UTC), "morgen um 8:00", "tomorrow at 8:00"),
    (datetime(2026, 12, 25, 10, 0, tzinfo=UTC), "Betriebsruhe", "company closure"),
    (datetime(2026, 12, 24, 10, 0, tzinfo=UTC), "Samstag, 2. Januar", "Saturday, 2 January"),
    (datetime(2027, 1, 6, 10, 0, tzinfo=UTC), "Heilige Drei Könige", "Epiphany"),
    (datetime(2026, 7, 1, 15, 30, tzinfo=UTC), "bis 18:00", "until 18:00"),
]


def phone(page) -> str:
    item = next(each for each in page.all("li", class_="ways__item") if "89 99998 100" in "".join(each.itertext()))
    return " ".join("".join(item.itertext()).split())


@pytest.mark.parametrize(("moment", "german", "english"), MOMENTS, ids=lambda value: str(value)[:16])
@pytest.mark.parametrize("url", ["/{}/contact", "/{}/"])
def test_the_phone_says_whether_somebody_is_there_now_or_when_next(app, moment, german, english, url):
    with clock.frozen(moment):
        assert german in phone(Visitor(app).opens(url.format("de")))
        assert english in phone(Visitor(app).opens(url.format("en")))


def test_what_a_page_says_of_now_does_not_outlive_the_minute(app, held_clock):
    with clock.frozen(held_clock.replace(hour=16, minute=59)):
        assert "Jetzt erreichbar" in phone(Visitor(app).opens("/de/contact?a"))
    with clock.frozen(held_clock.replace(hour=17, minute=0)):
        assert "Jetzt erreichbar" not in phone(Visitor(app).opens("/de/contact?a"))


def test_what_is_open_now_stands_first(app, held_clock):
    def first(hour: int) -> str:
        with clock.frozen(held_clock.replace(hour=hour)):
            return Visitor(app).opens("/de/contact?a").all("li", class_="ways__item")[0]

    assert "Telefon" in "".join(first(10).itertext())
    company = COMPANY.of(app)
    assert [option.name for option in read_options(company, "de")] == ["Telefon", "E-Mail", "Rückruf", "Laden", "Post"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_contact_page_names_every_way_with_address_and_hours(shared_app, language):
    page = Visitor(shared_app).opens(f"/{language}/contact")
    for option in read_options(COMPANY.of(shared_app), language):
        assert option.name in page.text and option.detail in page.text and option.note in page.text
        assert option.href is None or option.href in page.links.values()
    assert ("Montag bis Freitag" if language == "de" else "Monday to Friday") in page.text


def test_a_way_without_hours_is_neither_open_nor_closed(shared_app, held_clock):
    letter = read_options(COMPANY.of(shared_app), "de")[-1]
    assert opening(letter, held_clock) is None


def test_the_article_that_somebody_comes_from_is_named(reader):
    page = reader.opens("/de/contact?about=207")
    assert page.links["Was bedeuten die Lampen am Router?"] == "/de/faq/stoerung/internet/lampen-am-router"
    english = reader.opens("/en/contact?about=207")
    assert "/en/faq/faults/internet/router-lamps" in english.links.values()


def test_the_words_that_somebody_searched_for_are_taken_along_as_text(reader):
    page = reader.opens("/de/contact?words=router+%3Cb%3Erot%3C/b%3E")
    assert "router <b>rot</b>" in page.text
    assert "<b>rot" not in page.html


@pytest.mark.parametrize(
    "query", ["", "?about=", "?about=99999", "?words=", "?words=%20%00", "?about=abc", "?about=-1"]
)
def test_without_an_article_or_words_the_page_is_the_usual_one(reader, query):
    page = reader.opens(f"/de/contact{query}")
    assert page.status == 200 and not page.all("aside")


def test_the_words_are_cut_to_what_a_search_takes(reader):
    page = reader.opens("/de/contact?words=" + "x" * 300)
    assert "x" * 200 in page.text and "x" * 201 not in page.text


def test_an_article_goes_before_words(reader):
    assert "Lampen" in "".join(reader.opens("/de/contact?about=207&words=xyzxyz").find("aside").itertext())


def answer_after(app, minutes: list[int], now: datetime, source: str = "web") -> None:
    """Questions in the database that were answered so many minutes after they had been asked."""
    with app.app_context():
        asks(Visitor(app))
        model = db.session.scalar(select(Question).limit(1))
        same = {column.key: getattr(model, column.key) for column in Question.__table__.columns if column.key != "id"}
        with transaction():
            for number, each in enumerate(minutes):
                asked = now - timedelta(days=9)
                times = {"created_at": asked, "first_answered_at": asked + timedelta(minutes=each)}
                own = {"number": f"{source}-{number}", "source": source}
                db.session.execute(insert(Question).values(**{**same, **times, **own}))
        USUAL_WAIT.of(app).read_at = -10_000.0
        USUAL_WAIT.of(app).refresh()


def test_the_contact_page_says_how_long_half_of_the_people_waited(app, held_clock):
    answer_after(app, [5] * 9 + [130] * 2 + [5000] * 9, held_clock)
    answer_after(app, [9000] * 30, held_clock, source="callback")
    assert "innerhalb von 3 Stunden beantwortet" in Visitor(app).opens("/de/contact").text
    assert "answered within 3 hours" in Visitor(app).opens("/en/contact").text


def test_of_few_answers_the_contact_page_promises_nothing(app, held_clock):
    answer_after(app, [5] * 19, held_clock)
    assert "Die Hälfte" not in Visitor(app).opens("/de/contact").text


def test_long_waits_are_said_in_days(app, held_clock):
    answer_after(app, [60 * 73] * 20, held_clock)
    assert "innerhalb von 4 Tagen beantwortet" in Visitor(app).opens("/de/contact").text
