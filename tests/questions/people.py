"""Questions of the cast, asked and answered through the room's own verbs; forms are tried in their own tests."""

import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import event, select

from portal.accounts.models import User
from portal.customers.models import Customer
from portal.foundation import clock
from portal.foundation.database import db
from portal.journal.rules import Actor, ActorKind
from portal.questions.access import OpenQuestion
from portal.questions.actions.answering import Answer, Then, answer
from portal.questions.actions.asking import Asker, NewQuestion, ask_question
from portal.questions.actions.proposing import outlook
from portal.questions.actions.replying import Written, reply
from portal.questions.models import PromiseEntry, Question
from portal.questions.topics import TOPICS_FILE
from portal.service_levels.levels import Affects, Answers, CanContinue
from tests.cast import ANNA, CLARA, Person, SignedIn, account
from tests.visitor import Page, Visitor

GUEST = "gerda@example.org"


@dataclass(frozen=True)
class Asked:
    """A question as a test knows it; `key` is that of the guest's browser, "" for somebody with an account."""

    app: Flask
    number: str
    key: str

    @property
    def address(self) -> str:
        return f"/de/questions/{self.number}"

    @property
    def row(self) -> Question:
        """The question as it is in the database now."""
        with self.app.app_context():
            return db.session.scalars(select(Question).filter_by(number=self.number)).one()

    @property
    def id(self) -> int:
        return self.row.id

    @property
    def ledger(self) -> list[PromiseEntry]:
        """Every promise of the question, oldest first."""
        with self.app.app_context():
            rows = select(PromiseEntry).filter_by(question_id=self.id).order_by(PromiseEntry.id)
            return list(db.session.scalars(rows))


def ask(
    app: Flask,
    person: Person = ANNA,
    *,
    subject: str = "Die Rechnung ist zu hoch",
    body: str = "Bitte prüfen Sie den November.",
    can_continue: CanContinue = CanContinue.YES,
    topic: str = "",
    language: str = "de",
) -> Asked:
    """A new question of somebody with an account."""
    user_id = account(app, person)
    with app.app_context():
        customer = db.session.scalars(select(Customer).filter_by(user_id=user_id)).one()
        asker = Asker(customer, customer.name, customer.email, is_proven=True)
        return _ask(app, asker, subject=subject, body=body, can_continue=can_continue, topic=topic, language=language)


def ask_as_guest(app: Flask, *, email: str = GUEST, name: str = "Gerda Blum", subject: str = "Kein Netz") -> Asked:
    """A new question of somebody without an account, whose address nobody has confirmed."""
    with app.app_context():
        asker = Asker(None, name, email, is_proven=False)
        return _ask(app, asker, subject=subject, body="Seit gestern geht nichts.", can_continue=CanContinue.NO)


def give_answer(asked: Asked, text: str = "Wir haben es geprüft.", *, then: Then = Then.CUSTOMERS_TURN, **more) -> int:
    """Clara answers."""
    given = Answer(text, secrets.token_urlsafe(24), role="Kundendienst", then=then, **more)
    with asked.app.app_context():
        return answer(asked.id, given, by=clara(asked.app), now=clock.now())


def write(asked: Asked, text: str = "Noch etwas.", *, stamp: str = "") -> int:
    """Whose question it is writes again."""
    with asked.app.app_context():
        return reply(opened(asked), Written(text, stamp or secrets.token_urlsafe(24)), now=clock.now())


def opened(asked: Asked, *, is_proven: bool = False) -> OpenQuestion:
    """The question in its owner's hands; needs an application context."""
    question = db.session.scalars(select(Question).filter_by(number=asked.number)).one()
    customer = db.session.get_one(Customer, question.customer_id)
    return OpenQuestion(question, customer, None, "", is_signed_in=customer.user_id is not None, is_proven=is_proven)


def clara(app: Flask) -> Actor:
    """Clara as the history names her."""
    user_id = account(app, CLARA)
    with app.app_context():
        return Actor(ActorKind.STAFF, db.session.get_one(User, user_id).name, user_id)


def holding(app: Flask, *keys: str, language: str = "de") -> Visitor:
    """A browser that holds these keys."""
    visitor = Visitor(app, languages=language)
    visitor._client.set_cookie("guest", ".".join(keys))
    return visitor


def replies(visitor: Visitor | SignedIn, asked: Asked, text: str, **more) -> Page:
    """Write on the page, as without script."""
    page = visitor.opens(asked.address)
    action = page.find("textarea", id="body") is not None and _action(page)
    return visitor.submits(page, action, body=text, **more)


def later(**passed: float):
    """That long after the moment at which every test lives."""
    return clock.frozen(clock.now() + timedelta(**passed))


def at(moment: datetime):
    """At that moment."""
    return clock.frozen(moment)


@contextmanager
def counted(app: Flask):
    """The statements that reach the database in this block."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if not statement.lstrip().upper().startswith(("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK")):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _ask(app, asker, *, subject, body, can_continue=CanContinue.YES, topic="", language="de") -> Asked:
    found = TOPICS_FILE.of(app).topics
    chosen = found.get(topic) or next(iter(found))
    answers = Answers(can_continue, Affects.ME)
    stamp = secrets.token_urlsafe(24)
    new = NewQuestion(stamp=stamp, topic=chosen.slug, subject=subject, body=body, answers=answers)
    view = outlook(chosen, answers, language=language, now=clock.now())
    made = ask_question(new, asker, view, language=language, now=clock.now())
    return Asked(app, made.number, made.key)


def _action(page: Page) -> str:
    forms = [each for each in page.all("form") if each.findall(".//{http://www.w3.org/1999/xhtml}textarea[@id='body']")]
    return forms[0].get("action")
