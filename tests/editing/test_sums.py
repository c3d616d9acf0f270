"""Sums of what readers did leave after ninety days; until then they name the words that the synonyms lack."""

from datetime import timedelta

from sqlalchemy import select

from portal.editing.queries.synonyms import suggested_pairs
from portal.faq.chores import CHORES as OF_THE_FAQ
from portal.faq.gaps import open_gaps
from portal.faq.library import KEEPER
from portal.faq.models import ArticleCount, ArticleOrigin, SearchCount, StepCount
from portal.foundation import clock
from portal.foundation.database import db, insert_or_add, transaction
from portal.questions.chores import CHORES as OF_QUESTIONS
from portal.questions.models import AnswerOffer, Question
from tests.cast import EMIL, signed_in
from tests.conftest import NOON
from tests.questions.people import ask
from tests.visitor import HTML

TODAY = NOON.date()
_OF = {"language": "de", "article_number": 121}
_SUMS = (
    (SearchCount, {"language": "de", "words": "rechnung"}, {"searches": 1}),
    (ArticleCount, _OF, {"clicks": 1}),
    (StepCount, {**_OF, "step": 1}, {"stuck": 1}),
    (AnswerOffer, _OF, {"shown": 1}),
)


def add(table, key, amounts) -> None:
    columns = [column for column in table.__table__.c if not column.primary_key and column.key not in amounts]
    db.session.execute(insert_or_add(table, key, amounts | {column.key: 0 for column in columns}))


def test_sums_of_more_than_ninety_days_ago_leave_and_no_day_earlier(app):
    chores = {each.name: each for each in (*OF_THE_FAQ, *OF_QUESTIONS)}
    due = [chores["faq.sums"], chores["questions.offers"]]
    with app.app_context():
        with transaction():
            for (table, key, amounts), age in ((each, age) for each in _SUMS for age in (0, 90, 91, 400)):
                add(table, {"day": TODAY - timedelta(days=age), **key}, amounts)
        assert all(each.is_due(clock.now()) for each in due)
        for each in due:
            each.run(clock.now())
        kept = {table: sorted(db.session.scalars(select(table.day))) for table, *_rest in _SUMS}
        assert kept == {key_0: [TODAY - timedelta(days=90), TODAY] for key_0 in kept}
        assert not any(each.is_due(clock.now()) for each in due)


def test_a_gap_is_settled_with_a_word_of_it_and_a_press_that_takes_it_back(app):
    emil = signed_in(app, EMIL)
    with app.app_context(), transaction():
        add(
            SearchCount,
            {"day": TODAY, "language": "de", "words": "drachenfutter"},
            {"searches": 4, "without_result": 4},
        )
    page = emil.opens("/desk/articles/gaps?language=de")
    form = page.find("form", action="/desk/articles/gaps?language=de")
    typed = {each.get("name"): each.get("value") for each in form.iter(f"{HTML}input")}
    for _twice in range(2):
        done = emil.sends(form.get("action"), typed | {"do": "settle"})
        page = emil.opens(done.location)
        said = page.find("div", role="status")
        assert "Erledigt: drachenfutt" in page.text and "language=de" in done.location
    assert [each.get("value") for each in said.iter(f"{HTML}button")] == ["again"]
    opened = emil.opens(emil.sends(form.get("action"), typed | {"do": "again"}).location)
    assert "Die Lücke ist wieder offen." in opened.text and "drachenfutter" in opened.text
    assert not emil.opens(done.location).all("div", role="status"), "an old address says nothing that is not so"
    for made_up in ("", "de|", "de|nie gesucht"):
        assert not emil.opens(f"/desk/articles/gaps?again={made_up}").all("p", role="status")


def test_words_that_found_nothing_stand_beside_the_article_that_answered_who_used_them(app):
    words, article = (
        "strippe locker",
        next(each for each in KEEPER.of(app).library.articles.values() if each.number == 121 and each.language == "de"),
    )
    asked = [ask(app, subject=f"Meine Strippe ist locker ({number})").id for number in range(3)]
    with app.app_context():
        with transaction():
            for age in (1, 120):
                key = {"day": TODAY - timedelta(days=age), "language": "de", "words": words}
                add(SearchCount, key, {"searches": 4, "without_result": 4})
            for question in db.session.scalars(select(Question)):
                question.searched_words = "Strippe  LOCKER" if question.id != asked[2] else "etwas anderes"
            for each in asked:
                db.session.add(ArticleOrigin(article_number=121, question_id=each, created_at=clock.now()))
        [pair] = suggested_pairs(TODAY, open_gaps(TODAY))
        assert (pair.words, pair.title, pair.number, pair.count) == (words, article.title, 121, 2)
        later = TODAY + timedelta(days=120)
        assert not suggested_pairs(later, open_gaps(later))
        assert not suggested_pairs(TODAY, open_gaps(TODAY, language="en"))
    page = signed_in(app, EMIL).opens("/desk/articles/gaps")
    assert "Wörter für die Synonyme" in page.text and article.title in page.text and words in page.text
