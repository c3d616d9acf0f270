"""Whole stories over HTTP, as somebody lives them whose browser runs no script."""

from sqlalchemy import select

from portal.faq.models import ArticleFeedback, SearchCount
from portal.foundation.database import db
from portal.rounds import ROUNDS
from tests.visitor import Visitor


def test_a_customer_finds_the_answer_by_the_form_says_no_with_a_reason_and_asks_a_person(app, visitor):
    home = visitor.follows("/")
    results = visitor.submits(home, "/de/search", q="lampe am ruter ist rot")
    address = results.all("a", class_="results__link")[0].get("href")
    article = visitor.opens(address)
    assert article.heading == "Was bedeuten die Lampen am Router?"
    asked = visitor.follows(visitor.submits(article, "/de/feedback/207", verdict="no").location)
    thanked = visitor.follows(
        visitor.submits(asked, "/de/feedback/207", reason="missing", remark="Meine Lampe ist gelb.").location
    )
    ways = [each.get("href") for each in thanked.all("a")]
    form = visitor.opens(next(url for url in ways if url == "/de/questions/new?about=207"))
    assert "Was bedeuten die Lampen am Router?" in form.text
    with app.app_context():
        vote = db.session.scalars(select(ArticleFeedback)).one()
        assert (vote.is_helpful, vote.reason, vote.remark) == (False, "missing", "Meine Lampe ist gelb.")


def test_a_customer_who_finds_nothing_takes_the_words_to_a_person_and_leaves_a_gap(app, visitor):
    nothing = visitor.submits(visitor.opens("/de/"), "/de/search", q="xqzvy kaputt wvqxz")
    contact = visitor.opens(next(url for url in nothing.links.values() if url.startswith("/de/questions/new?words=")))
    assert "xqzvy kaputt wvqxz" in contact.text
    ROUNDS.of(app).once()
    with app.app_context():
        assert db.session.scalars(select(SearchCount.words)).all() == ["xqzvy kaputt wvqxz"]


def test_a_customer_walks_from_topic_to_topic_and_switches_the_language_on_the_way(visitor):
    topic = visitor.opens(visitor.opens("/de/").links["Rechnung und Zahlung"])
    article = visitor.opens(next(url for text, url in topic.links.items() if text.startswith("Wo finde ich meine")))
    english = visitor.opens(article.switch["en"])
    assert english.tree.get("lang") == "en" and english.url == "/en/faq/billing/find-bill"
    assert visitor.opens(english.switch["de"]).heading == article.heading


def test_a_link_from_a_letter_leads_to_the_article_wherever_it_lies_now(app):
    assert Visitor(app).follows("/faq/207").heading == "Was bedeuten die Lampen am Router?"
    assert Visitor(app, languages="en").follows("/faq/207").tree.get("lang") == "en"


def test_everything_a_reader_did_left_no_cookie_until_the_vote(visitor):
    for url in (
        "/",
        "/de/",
        "/de/search?q=router",
        "/de/faq/rechnung/rechnung-finden",
        "/de/contact",
        "/de/feedback/121",
    ):
        visitor.opens(url)
    assert visitor.cookies == []
