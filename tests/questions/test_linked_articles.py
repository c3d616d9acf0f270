"""Help articles of a question stand on its page: what was read before, and what our answers name."""

import re

import pytest

from portal.faq.queries import edition, library
from portal.faq.rules import Status
from portal.foundation.database import db
from portal.questions.models import Question
from portal.questions.thread.articles import article_address, numbers_in
from tests.questions.people import ask, counted, give_answer, write
from tests.visitor import HTML


def asked_from(asked, number: int) -> None:
    with asked.app.app_context():
        db.session.get_one(Question, asked.id).article_number = number
        db.session.commit()


def answer_with(asked, *numbers: int) -> None:
    with asked.app.test_request_context("/de/"):
        addresses = [article_address(number) for number in numbers]
    give_answer(asked, "Guten Tag,\n\nhier steht es:\n" + "\n".join(addresses))


def linked(page) -> list[tuple[str, str]]:
    """Address and title of each article in the list."""
    lists = page.all("ul", **{"aria-labelledby": "articles-title"})
    return [(each.get("href"), each.text) for found in lists for each in found.iter(f"{HTML}a")]


def shown(app, language: str, number: int) -> tuple[str, str]:
    with app.test_request_context(f"/{language}/"):
        entry = edition(language).by_number(number)
        return entry.url, entry.title


@pytest.fixture
def two(app) -> tuple[int, int]:
    """The numbers of two articles that stand in both languages."""
    with app.test_request_context("/de/"):
        german = {each.number for each in edition("de").entries()}
        return tuple(
            sorted(each.number for each in edition("en").entries() if not each.is_fallback and each.number in german)[
                :2
            ]
        )


def test_what_was_read_before_and_what_answers_name_stand_below_the_conversation_in_the_readers_language(
    app, anna, two
):
    asked = ask(app)
    assert linked(anna.opens(asked.address)) == []
    asked_from(asked, two[1])
    answer_with(asked, two[0], two[1], two[0])
    for language in ("de", "en"):
        page = anna.opens(asked.address.replace("/de/", f"/{language}/"))
        assert linked(page) == [shown(app, language, each) for each in (two[1], two[0])]


def test_the_list_comes_with_the_news_and_costs_no_statement(app, anna, two):
    asked = ask(app)
    anna.opens(asked.address)
    with counted(app) as before:
        anna.opens(asked.address)
    answer_with(asked, *two)
    with counted(app) as after:
        assert len(linked(anna.opens(asked.address))) == 2
    assert len(after) <= len(before)
    assert len(linked(anna.opens(f"{asked.address}/news"))) == 2


def test_internal_articles_drafts_and_those_that_are_gone_are_left_out(app, anna, two):
    with app.test_request_context("/de/"):
        kept = [each.number for each in library().articles.values() if each.status is not Status.PUBLISHED]
    asked = ask(app)
    answer_with(asked, *kept[:5], 987_654, two[0])
    assert kept and [title for _, title in linked(anna.opens(asked.address))] == [shown(app, "de", two[0])[1]]


def test_an_article_that_is_not_translated_says_in_which_language_it_is(app, anna):
    with app.test_request_context("/en/"):
        entry = next(each for each in edition("en").entries() if each.is_fallback)
    asked = ask(app)
    answer_with(asked, entry.number)
    page = anna.opens(asked.address.replace("/de/", "/en/"))
    (link,) = page.find("ul", **{"aria-labelledby": "articles-title"}).iter(f"{HTML}a")
    assert (link.get("lang"), link.text, link.get("href")) == ("de", entry.title, entry.url)


def test_addresses_that_customers_or_others_write_are_no_articles_of_ours(app, anna, two):
    asked = ask(app)
    with app.test_request_context("/de/"):
        own = article_address(two[0])
        elsewhere = re.sub(r"^https?://[^/]+", "https://example.org", own)
        assert numbers_in(f"{own}7a {own}. {elsewhere}") == (two[0],)
    write(asked, f"Steht das nicht unter {own}?")
    give_answer(asked, f"Siehe {elsewhere}")
    assert linked(anna.opens(asked.address)) == []
