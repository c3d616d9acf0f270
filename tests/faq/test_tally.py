"""Searches are counted per day, language and words, without a person; those without result are the gaps."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from portal.faq.actions import anonymous_words
from portal.faq.models import ArticleCount, SearchCount
from portal.foundation import clock
from portal.foundation.database import db
from portal.rounds import ROUNDS
from tests.visitor import Visitor

TODAY = date(2026, 12, 16)


def written(app) -> dict[tuple[str, str], tuple[int, int, int]]:
    """What stands in the database after the next round: searches, without result, clicks by language and words."""
    ROUNDS.of(app).once()
    with app.app_context():
        rows = db.session.scalars(select(SearchCount))
        return {(row.language, row.words): (row.searches, row.without_result, row.clicks) for row in rows}


def test_searches_of_a_day_are_added_up_by_language_and_words(app):
    visitor = Visitor(app)
    for url in ("/de/search?q=Router", "/de/search?q=router%20%20", "/en/search?q=router", "/de/search?q=xqzvy"):
        visitor.opens(url)
    assert written(app) == {
        ("de", "router"): (2, 0, 0),
        ("en", "router"): (1, 0, 0),
        ("de", "xqzvy"): (1, 1, 0),
    }


def test_what_several_processes_and_rounds_write_is_added_not_replaced(app):
    for _ in range(3):
        Visitor(app).opens("/de/search?q=router")
        assert ("de", "router") in written(app)
    assert written(app) == {("de", "router"): (3, 0, 0)}


def test_another_day_is_another_row(app, held_clock):
    Visitor(app).opens("/de/search?q=router")
    with clock.frozen(held_clock + timedelta(days=1)):
        Visitor(app).opens("/de/search?q=router")
    ROUNDS.of(app).once()
    with app.app_context():
        assert db.session.scalars(select(SearchCount.day).order_by(SearchCount.day)).all() == [
            TODAY,
            TODAY + timedelta(days=1),
        ]


def test_a_click_counts_for_the_words_and_for_the_article(app):
    visitor = Visitor(app)
    assert visitor.sends("/de/search/clicks", {"q": "Lampe rot", "number": "207"}).status == 204
    assert written(app) == {("de", "lampe rot"): (0, 0, 1)}
    with app.app_context():
        (row,) = db.session.scalars(select(ArticleCount))
        assert (row.day, row.language, row.article_number, row.clicks) == (TODAY, "de", 207, 1)


@pytest.mark.parametrize(
    "fields", [{}, {"q": "x"}, {"q": "", "number": "207"}, {"q": "x", "number": "99999"}, {"q": "x", "number": "-1"}]
)
def test_a_click_that_makes_no_sense_is_not_counted(app, visitor, fields):
    assert visitor.sends("/de/search/clicks", fields).status == 204
    assert written(app) == {}


@pytest.mark.parametrize(
    "url",
    [
        "/de/search?q=router&page=2",
        "/de/search?q=router&category=internet",
        "/de/search?q=",
        "/de/search/suggestions?q=router",
    ],
)
def test_turning_pages_filtering_and_typing_are_no_further_searches(app, visitor, url):
    visitor.opens(url)
    assert written(app) == {}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Router   ROT ", "router rot"),
        ("Rechnung anna.alt@example.org falsch", "rechnung … falsch"),
        ("kundennummer 4711-08-15-22", "kundennummer …"),
        ("+49 7641 / 12 34 56", "…"),
        ("DE89 3704 0044 0532 0130 00", "de…"),
        ("tarif 300", "tarif 300"),
        ("vertrag von 2020", "vertrag von 2020"),
        ("", ""),
    ],
)
def test_words_are_kept_folded_and_without_what_could_name_a_person(typed, kept):
    assert anonymous_words(typed) == kept


@given(st.text(max_size=400))
def test_kept_words_fit_the_column_and_stay_the_same_when_folded_again(typed):
    kept = anonymous_words(typed)
    assert len(kept) <= 200 and anonymous_words(kept)[:100] == kept[:100]


@given(st.emails())
def test_no_mail_address_is_kept(address):
    assert address.lower() not in anonymous_words(f"rechnung {address} fehlt")


def test_nothing_that_names_a_person_stands_in_the_tables():
    assert set(SearchCount.__table__.columns.keys()) == {
        "day",
        "language",
        "words",
        "searches",
        "without_result",
        "clicks",
        "asked",
    }
    assert set(ArticleCount.__table__.columns.keys()) == {"day", "language", "article_number", "clicks"}


def test_odd_words_are_written_on_both_databases(app):
    visitor = Visitor(app)
    for words in (
        "a%00b",
        "%ed%a0%80",
        "%E2%80%AErot",
        "%F0%9F%98%80" * 60,
        "%C4%B0" * 200,
        "'; DROP TABLE search_counts;--",
    ):
        assert visitor.opens(f"/de/search?q={words}").status == 200
    assert len(written(app)) == 6


def test_a_database_that_fails_costs_no_count_and_tells_the_log_no_words(app, visitor, caplog):
    (
        visitor.opens("/de/search?q=geheimeworte"),
        visitor.sends("/de/search/clicks", {"q": "geheimeworte", "number": "207"}),
    )
    with app.app_context():
        db.session.execute(text("ALTER TABLE search_counts RENAME TO away"))
        db.session.commit()
    ROUNDS.of(app).once()
    assert "a duty of the round failed" in caplog.text and "geheimeworte" not in caplog.text
    with app.app_context():
        db.session.execute(text("ALTER TABLE away RENAME TO search_counts"))
        db.session.commit()
    assert written(app) == {("de", "geheimeworte"): (1, 1, 1)}


def test_a_search_never_waits_for_the_database(app, visitor):
    with app.app_context():
        db.session.execute(text("DROP TABLE search_counts"))
        db.session.commit()
    assert visitor.opens("/de/search?q=router").status == 200


def test_the_articles_opened_most_in_thirty_days_stand_on_the_home_page(app, held_clock):
    def click(number: int, times: int, days_ago: int = 0) -> None:
        with clock.frozen(held_clock - timedelta(days=days_ago)):
            for _ in range(times):
                Visitor(app).sends("/de/search/clicks", {"q": "x", "number": str(number)})

    click(207, 2), click(121, 3), click(122, 9, days_ago=31)
    written(app)
    page = Visitor(app).opens("/de/")
    section = next(each for each in page.all("section") if each.get("aria-labelledby") == "most-asked-title")
    assert [each.get("href") for each in section.iter() if each.get("href")] == [
        "/de/faq/rechnung/rechnung-finden",
        "/de/faq/stoerung/internet/lampen-am-router",
    ]
    assert "most-asked-title" not in Visitor(app).opens("/en/").html


def test_home_has_no_list_of_most_asked_before_anybody_asked(visitor):
    assert "most-asked-title" not in visitor.opens("/de/").html


def test_the_last_counts_are_written_when_a_process_ends(app, visitor):
    visitor.opens("/de/search?q=router")
    ROUNDS.of(app).stop()
    with app.app_context():
        assert db.session.scalar(select(SearchCount.searches)) == 1
