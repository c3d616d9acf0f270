"""People and questions of the demo company, so that a portal that was just started has something to show.

They act through the same verbs as everybody, at times of the last weeks; only for development, only into an empty
database.
"""

import secrets
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.accounts.passwords import hash_password
from portal.accounts.rules import Role
from portal.customers.actions import customer_of
from portal.customers.models import Customer
from portal.desk.actions.incidents import attach_cases
from portal.foundation.config import CONFIG
from portal.foundation.database import db, transaction
from portal.foundation.i18n import offered
from portal.incidents.actions import Told, begin_incident, change_incident
from portal.incidents.rules import State, Words
from portal.journal.rules import Actor, ActorKind
from portal.keys.rules import digest, new_key
from portal.leaving.actions.declaring import declare
from portal.leaving.queries.company import legal_zone
from portal.leaving.rules.declarations import Arrival, Channel, Kind, Said
from portal.questions.access import OpenQuestion
from portal.questions.actions.answering import Answer, Then, answer
from portal.questions.actions.asking import Asker, NewQuestion, ask_question
from portal.questions.actions.closing import mark_solved, solve_question
from portal.questions.actions.moving import move_promise
from portal.questions.actions.proposing import outlook
from portal.questions.actions.rating import rate
from portal.questions.actions.replying import Written, reply
from portal.questions.actions.sheet import write_line
from portal.questions.models import Question
from portal.questions.rules import Face, SheetLine
from portal.questions.topics import TOPICS_FILE, Topic
from portal.seeds.books import seed_contracts, seed_orders
from portal.seeds.knowledge import show_work_for_editors
from portal.seeds.programs import seed_tokens
from portal.seeds.year import seed_year
from portal.service_levels.levels import Affects, Answers, CanContinue

STORIES = Path(__file__).with_name("stories.toml")


@dataclass(frozen=True)
class Person:
    """Somebody of the demo who can sign in."""

    name: str
    email: str
    role: Role
    password: str


PEOPLE = (
    Person("Anna Berger", "anna@example.org", Role.CUSTOMER, "lärchental-demo-anna"),
    Person("Bernd Kolb", "bernd@example.org", Role.CUSTOMER, "lärchental-demo-bernd"),
    Person("Clara Vogt", "clara@talwind.example", Role.AGENT, "lärchental-demo-clara"),
    Person("Dora Lindner", "dora@talwind.example", Role.LEAD, "lärchental-demo-dora"),
    Person("Emil Brandt", "emil@talwind.example", Role.EDITOR, "lärchental-demo-emil"),
    Person("Frida Sommer", "frida@talwind.example", Role.ADMIN, "lärchental-demo-frida"),
)
_INCIDENT = {
    "de": (
        "Internet in der Mühlgasse unterbrochen",
        "Seit dem Vormittag war das Glasfaserkabel in der Mühlgasse beschädigt. Es ist repariert; wir beobachten die "
        "Leitung bis zum Abend.",
    ),
    "en": (
        "Internet interrupted in Mühlgasse",
        "Since the morning the fibre cable in Mühlgasse was damaged. It is repaired; we are watching the line until "
        "the evening.",
    ),
}
_GUESTS = {"guest-de": ("Gerd Amann", "gerd@example.org"), "guest-en": ("Grace Adams", "grace@example.org")}
# One finds its contract by itself, one has a wrong digit and waits for a person.
_LEAVING = (
    (Said(Kind.CANCELLATION, "Gerd Amann", "gerd@example.org", "K-10102", "Talwind Glas 150"), 5),
    (Said(Kind.CANCELLATION, "Bernd Kolb", "", "Am Anger 9, Lärchental", "TW-2026-00738"), 2),
)
_CLOSINGS = {
    "de": "Guten Tag {name},\n\n{text}\n\nFreundliche Grüße\nClara Vogt\nTalwind",
    "en": "Hello {name},\n\n{text}\n\nKind regards\nClara Vogt\nTalwind",
}


def can_seed() -> bool:
    """Whether this is a development portal on this machine without any account and question.

    The passwords of the demo stand in a public file: where others can reach the portal, nobody gets one.
    """
    is_empty = not db.session.scalar(select(func.count(User.id))) and not db.session.scalar(
        select(func.count(Question.id))
    )
    return is_empty and _is_private()


def is_demo() -> bool:
    """Whether the people of the demo are those who sign in here."""
    known = select(func.count(User.id)).where(User.email.in_([person.email for person in PEOPLE]))
    return _is_private() and db.session.scalar(known) == len(PEOPLE)


def seed(now: datetime, *, with_year: bool = False) -> int:
    """Make people and questions; the number of questions. What a story needs and the content lacks is left out.

    `with_year` puts a year of ended questions before them, for reports.
    """
    hashes = {person.email: hash_password(person.password) for person in PEOPLE}
    for person in PEOPLE:
        _sign_up(person, hashes[person.email], now - timedelta(days=40))
    seed_contracts(now)
    seed_orders(now)
    seed_tokens(now)
    before = seed_year(now) if with_year else 0
    stories = tomllib.loads(STORIES.read_text(encoding="utf-8"))["story"]
    stories.sort(key=lambda story: -story["hours_ago"])
    topics = TOPICS_FILE.here().topics.by_slug
    told = [story for story in stories if story["topic"] in topics]
    for story in told:
        _tell(story, topics[story["topic"]], now - timedelta(hours=story["hours_ago"]), now)
    for said, hours_ago in _LEAVING:
        _declare(said, now - timedelta(hours=hours_ago))
    _begin_incident(now)
    show_work_for_editors(now, by=_clara())
    return before + len(told)


def _declare(said: Said, at: datetime) -> None:
    page = f"{CONFIG.here().url}/kuendigen"
    declare(said, Arrival(Channel.WEB, at, at, legal_zone(), "de", url=page), now=at, token_digest=digest(new_key()))


def _begin_incident(now: datetime) -> None:
    """One incident that is being watched, with the newest open case on its topic."""
    words = {code: Words(code, *each) for code, each in _INCIDENT.items() if code in offered()}
    if "fault" not in TOPICS_FILE.here().topics.by_slug or not words:
        return
    told, by = Told(words, ["fault"], is_public=True), _clara()
    made = begin_incident(told, stamp="demo", by=by, now=now - timedelta(hours=4))
    change_incident(made, told, State.WATCHING, by=by, now=now - timedelta(hours=1))
    open_case = select(Question.id).where(Question.topic == "fault", Question.status == "open")
    newest = db.session.scalar(open_case.order_by(Question.id.desc()).limit(1))
    if newest is not None:
        attach_cases(made, [newest], by=by, now=now - timedelta(hours=1))


def _is_private() -> bool:
    config = CONFIG.here()
    return not config.is_production and urlsplit(config.url).hostname in ("127.0.0.1", "localhost", "::1")


def _sign_up(person: Person, password_hash: str, at: datetime) -> None:
    with transaction():
        user = User(
            email=person.email,
            name=person.name,
            language="de",
            role=person.role.value,
            password_hash=password_hash,
            password_changed_at=at,
            confirmed_at=at,
            created_at=at,
            failures=0,
        )
        db.session.add(user)
        db.session.flush()
        if person.role is Role.CUSTOMER:
            customer_of(user, at)


def _tell(story: dict[str, Any], topic: Topic, at: datetime, now: datetime) -> None:
    language = story.get("language", "de")
    answers = Answers(CanContinue(story["can_continue"]), Affects(story["affects"]))
    new = NewQuestion(
        stamp=secrets.token_urlsafe(32),
        topic=topic.slug,
        subject=story["subject"],
        body=story["body"].strip(),
        answers=answers,
        facts=story.get("facts", {}),
    )
    proposed = outlook(topic, answers, language=language, now=at)
    number = ask_question(new, _asker(story["who"]), proposed, language=language, now=at).number
    question_id = db.session.scalars(select(Question.id).filter_by(number=number)).one()
    for act in story.get("act", ()):
        at = min(at + timedelta(hours=act["hours"]) if "hours" in act else at, now)
        _ACTS[act["do"]](question_id, act, at, language)


def _asker(who: str) -> Asker:
    if who in _GUESTS:
        name, email = _GUESTS[who]
        return Asker(None, name, email, is_proven=True)
    customer = db.session.scalars(select(Customer).filter_by(email=f"{who}@example.org")).one()
    return Asker(customer, customer.name, customer.email, is_proven=True)


def _clara() -> Actor:
    clara = db.session.scalars(select(User).filter_by(email="clara@talwind.example")).one()
    return Actor(ActorKind.STAFF, clara.name, clara.id)


def _opened(question_id: int) -> OpenQuestion:
    question = db.session.get_one(Question, question_id)
    customer = db.session.get_one(Customer, question.customer_id)
    return OpenQuestion(question, customer, None, "", is_signed_in=customer.user_id is not None, is_proven=True)


def _answer(question_id: int, act: dict[str, Any], at: datetime, language: str) -> None:
    then = Then.ASKS_BACK if act["do"] == "asks_back" else Then.CUSTOMERS_TURN
    name = _opened(question_id).customer.name
    text = _CLOSINGS[language].format(name=name, text=act["text"].strip())
    answer(question_id, Answer(text, secrets.token_urlsafe(32), then=then), by=_clara(), now=at)


def _reply(question_id: int, act: dict[str, Any], at: datetime, _language: str) -> None:
    reply(_opened(question_id), Written(act["text"].strip(), secrets.token_urlsafe(32)), now=at)


def _solve(question_id: int, act: dict[str, Any], at: datetime, _language: str) -> None:
    if act["by"] == "customer":
        mark_solved(_opened(question_id), now=at)
    else:
        solve_question(question_id, by=_clara(), now=at)


def _rate(question_id: int, act: dict[str, Any], at: datetime, _language: str) -> None:
    rate(_opened(question_id), Face(act["face"]), act["text"], now=at)


def _write_sheet(question_id: int, act: dict[str, Any], at: datetime, _language: str) -> None:
    for line, text in act["lines"].items():
        write_line(question_id, SheetLine(line), text, by=_clara(), now=at)


def _move(question_id: int, act: dict[str, Any], at: datetime, _language: str) -> None:
    until = db.session.get_one(Question, question_id).answer_due_at
    if until is not None:
        move_promise(question_id, until + timedelta(days=act["days"]), reason=act["text"], by=_clara(), now=at)


_ACTS = {
    "answer": _answer,
    "asks_back": _answer,
    "reply": _reply,
    "solved": _solve,
    "rate": _rate,
    "sheet": _write_sheet,
    "move": _move,
}
