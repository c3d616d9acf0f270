"""Ask a question: number, message, files, promise, keys, mail and history in one transaction (DR-01)."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from portal.attachments.actions import attach
from portal.customers.actions import guest_customer
from portal.customers.models import Customer
from portal.foundation.company import Company
from portal.foundation.database import db, transaction
from portal.journal.actions import record
from portal.journal.rules import Actor, ActorKind
from portal.keys.actions import finish_stamp, give_key, take_stamp
from portal.keys.queries import stamp_of
from portal.keys.rules import Purpose, digest
from portal.numbers.actions import next_number
from portal.questions.actions.promises import advance_question
from portal.questions.actions.proposing import Outlook
from portal.questions.drafts import NEW_QUESTION, remove_draft
from portal.questions.models import Message, Question
from portal.questions.notices.asking import tell_of_question
from portal.questions.rules import Author, Status
from portal.service_levels.levels import Answers
from portal.service_levels.promises import Happening

log = logging.getLogger(__name__)

KEY_LASTS = timedelta(days=90)
_FORM = "question"
# Nothing of this has happened to a new question; said here so that it is written once.
_NOT_YET = (
    *("warned_at", "breached_at", "waiting_since", "remind_at", "reminded_at", "close_at"),
    *("closed_at", "solved_at", "reopen_until"),
)
# Somebody else held the database or a row of it for too long: the same may work a moment later (DR-04).
_BUSY = {"55P03", "40P01", "40001"}
_TRIES = 3
_MOST_LINKS = 2


@dataclass(frozen=True)
class Asker:
    """Who asks: a customer who is signed in, or a guest by name and (normalised) address.

    `is_proven`: this browser has shown that whoever sits there reads the address.
    """

    customer: Customer | None
    name: str
    email: str
    is_proven: bool


@dataclass(frozen=True)
class NewQuestion:
    """Everything about a question that is to be asked, checked.

    `uploads` are the keys of held files; `files` tells these files from others, also once they are no longer held.
    `marks` are remarks for the staff, such as `links`.
    """

    stamp: str
    topic: str
    subject: str
    body: str
    answers: Answers
    facts: dict[str, str] = field(default_factory=dict)
    article_number: int | None = None
    article_step: int | None = None
    searched_words: str = ""
    previous_id: int | None = None
    uploads: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """The number that was given out, and the key with which the asking browser opens it ("" for an account)."""

    number: str
    key: str
    is_new: bool


def ask_question(new: NewQuestion, asker: Asker, outlook: Outlook, *, language: str, now: datetime) -> Asked:
    """Ask once: the same form again gives the same number and a fresh key. A busy database is tried three times.

    StampUsed when other text was sent with the form's stamp; UploadsGone when a file is no longer held.
    """
    for _try in range(_TRIES - 1):
        try:
            return _ask(new, asker, outlook, language=language, now=now)
        except OperationalError as error:
            if not _is_busy(error):
                raise
            db.session.rollback()
    return _ask(new, asker, outlook, language=language, now=now)


def asked_before(new: NewQuestion, asker: Asker, *, now: datetime) -> Asked | None:
    """What this form gave when it was sent before with the same content, with a fresh key; None for a new one."""
    earlier = stamp_of(_FORM, new.stamp)
    if earlier is None or not earlier.result or earlier.content_digest != digest(_content(new, asker)):
        return None
    with transaction():
        return _again(earlier.result, asker, now)


def _is_busy(error: OperationalError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _BUSY or "locked" in str(error.orig)


def _ask(new: NewQuestion, asker: Asker, outlook: Outlook, *, language: str, now: datetime) -> Asked:
    content, letter, year = _content(new, asker), question_letter(), _local_year(now)
    with transaction():
        earlier = take_stamp(_FORM, new.stamp, content, now=now)
        if earlier is not None:
            return _again(earlier.result, asker, now)
        customer = asker.customer or guest_customer(asker.email, asker.name, language, now)
        question = _question(new, (customer, asker), outlook, language=language, now=now)
        # From here on everybody else who asks waits for this transaction: the counter comes as late as it can.
        question.number = str(next_number(letter, year))
        db.session.add(question)
        actor = _actor(asker)
        advance_question(question, Happening.ASKED, at=now, by=actor)
        message = _message(question, new, asker)
        db.session.add(message)
        if new.uploads:
            db.session.flush()
            attach(new.uploads, owner=("message", message.id), now=now)
        key = _key(question, asker, now)
        tell_of_question(question, customer, is_proven=asker.is_proven, marks=list(new.marks), now=now)
        if new.marks:
            record("question.marked", "question", question.id, by=actor, at=now, marks=list(new.marks))
        if asker.customer is not None and asker.customer.user_id is not None:
            remove_draft(asker.customer.user_id, NEW_QUESTION)
        finish_stamp(_FORM, new.stamp, question.number)
    return Asked(question.number, key, is_new=True)


def question_letter() -> str:
    """The letter that question numbers begin with, from `[questions]` of company.toml; Q when none can be read."""
    letter = letter_of(current_app.extensions["company"])
    if letter is None:
        log.error("letter of [questions] in company.toml is none of A to Z. Numbers begin with Q.")
    return letter or "Q"


def letter_of(company: Company) -> str | None:
    """The letter as the company wrote it; None when it is none of A to Z."""
    written = company.sections.get("questions", {})
    letter = written.get("letter", "Q") if isinstance(written, Mapping) else None
    return letter if isinstance(letter, str) and len(letter) == 1 and "A" <= letter <= "Z" else None


def suspicions(body: str, *, is_proven: bool, is_trapped: bool) -> tuple[str, ...]:
    """What staff should know before they trust a text; nothing is refused for it."""
    links = body.count("http://") + body.count("https://")
    marks = {"links": not is_proven and links > _MOST_LINKS, "trap": is_trapped}
    return tuple(name for name, is_so in marks.items() if is_so)


def _content(new: NewQuestion, asker: Asker) -> str:
    """Everything that makes two sendings the same question."""
    who = asker.customer.id if asker.customer else [asker.name, asker.email]
    answers = [new.answers.can_continue, new.answers.affects, str(new.answers.needed_by or "")]
    parts: list[Any] = [new.topic, new.subject, new.body, new.facts, answers]
    parts += [new.article_number, new.article_step]
    return json.dumps([*parts, new.searched_words, new.previous_id, new.files, who], sort_keys=True)


def _local_year(now: datetime) -> int:
    local: date = now.astimezone(current_app.extensions["company"].zone).date()
    return local.year


def _question(
    new: NewQuestion, by: tuple[Customer, Asker], outlook: Outlook, *, language: str, now: datetime
) -> Question:
    customer, asker = by
    return Question(
        customer_id=customer.id,
        asker_name=asker.name,
        language=language,
        topic=new.topic,
        subject=new.subject,
        facts=new.facts,
        article_number=new.article_number,
        article_step=new.article_step,
        searched_words=new.searched_words,
        previous_id=new.previous_id,
        can_continue=new.answers.can_continue.value,
        affects=new.answers.affects.value,
        needed_by=new.answers.needed_by,
        proposed_level=outlook.level.slug,
        level=outlook.level.slug,
        version=1,
        created_at=now,
        confirmed_at=now if asker.is_proven else None,
        last_message_at=now,
        last_customer_message_at=now,
        # The same as advance_question will find: the row is written once instead of twice.
        answer_due_at=outlook.promise.due_at,
        warn_at=outlook.warn_at,
        solution_due_at=outlook.standing.solution_due_at,
        solution_minutes_left=outlook.standing.solution_minutes_left,
        status=Status.OPEN.value,
        closed_by="",
        **dict.fromkeys(_NOT_YET),
    )


def _message(question: Question, new: NewQuestion, asker: Asker) -> Message:
    return Message(
        question_id=question.id,
        author=Author.CUSTOMER.value,
        user_id=asker.customer.user_id if asker.customer else None,
        author_name=asker.name,
        body=new.body,
        created_at=question.created_at,
    )


def _actor(asker: Asker) -> Actor:
    if asker.customer is None:
        return Actor(ActorKind.GUEST, asker.name)
    return Actor(ActorKind.CUSTOMER, asker.name, asker.customer.user_id)


def _key(question: Question, asker: Asker, now: datetime) -> str:
    """A key for the browser of a guest; somebody with an account signs in instead."""
    if asker.customer is not None:
        return ""
    return give_key(Purpose.QUESTION_ASKED, question.id, now=now, lasts=KEY_LASTS)


def _again(number: str, asker: Asker, now: datetime) -> Asked:
    question = db.session.scalars(select(Question).filter_by(number=number)).one()
    return Asked(number, _key(question, asker, now), is_new=False)
