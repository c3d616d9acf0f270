"""A portal that was just started has people and questions to look at, and everything in it fits together."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from portal.accounts.models import User
from portal.api.queries import all_tokens
from portal.api.rules import Standing
from portal.departure.retention import PROOFS, retain
from portal.faq.library import KEEPER
from portal.faq.models import ArticleCount
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.integrity import check
from portal.journal.models import AuditEntry
from portal.notifications.models import Notification
from portal.numbers.models import NumberCounter
from portal.questions.models import Message, PromiseEntry, Question
from portal.seeds import PEOPLE, can_seed, is_demo, seed
from portal.seeds.knowledge import WITHOUT_RESULT
from tests.conftest import NOON, make_app, running

TODAY = NOON.date()


@pytest.fixture
def seeded(app):
    """The portal with the people of the demo, once on each database."""
    with app.app_context():
        assert can_seed()
        seed(clock.now())
        yield app


@pytest.fixture
def seeded_year(app):
    """The same with the year of ended questions that `make run` shows."""
    with app.app_context():
        seed(clock.now(), with_year=True)
        yield app


def test_the_demo_has_people_of_every_role_and_questions_in_every_state(seeded):
    assert {user.email for user in db.session.scalars(select(User))} == {person.email for person in PEOPLE}
    assert {question.status for question in db.session.scalars(select(Question))} == {"open", "waiting", "closed"}
    assert is_demo() and not can_seed(), "twice would double everything"
    opened = [(row.language, row.article_number) for row in db.session.scalars(select(ArticleCount))]
    editions = {language: KEEPER.of(seeded).library.edition(language, TODAY) for language in ("de", "en")}
    assert len(opened) == 12 and all(editions[language].by_number(number) for language, number in opened)
    assert [token.standing(clock.now()) for token in all_tokens()] == [Standing.RUNNING, Standing.REVOKED]


def test_everything_that_the_verbs_made_fits_together(seeded):
    assert list(check(clock.now())) == []


def test_what_the_demo_says_was_not_found_is_not_found(app):
    searcher = KEEPER.of(app).searcher
    results = {words: searcher.search(words, language="de") for words in WITHOUT_RESULT}
    assert [words for words, found in results.items() if found.hits and not found.is_guess] == []


def test_the_worker_erases_nothing_of_a_demo_that_was_just_made(seeded_year):
    while retain(clock.now()):
        continue
    assert db.session.scalars(select(AuditEntry.verb).where(AuditEntry.verb.in_(PROOFS))).all() == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (update(NumberCounter).values(last=NumberCounter.last + 1), "were given out"),
        (delete(Message).where(Message.question_id == 1), "no message"),
        (delete(Notification).where(Notification.subject_id == 1), "no receipt"),
        (delete(PromiseEntry).where(PromiseEntry.ended_at.is_(None)), "no open line of the ledger"),
        (update(Question).where(Question.status == "open").values(answer_due_at=None), "no date is promised"),
        (update(Question).where(Question.id == 1).values(number="Q26-00001-0"), "check digit"),
        (update(Notification).values(claimed_at=clock.now() - timedelta(days=9000)), "longer than five minutes"),
        (update(Notification).values(due_at=None), "nobody will"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_damage_is_found(seeded, damage, said):
    with transaction():
        db.session.execute(damage.execution_options(synchronize_session=False))
    assert any(said in fault for fault in check(clock.now()))


@pytest.mark.parametrize(
    "changes", [{"stage": "production", "url": "https://help.example.org"}, {"url": "http://help.example.org"}]
)
def test_passwords_that_everybody_can_read_are_never_given_where_others_can_sign_in(demo, data, changes):
    with running(make_app(data, demo / "content", **changes)) as app, app.app_context():
        assert not can_seed()
