"""Ask a question: number, message, files, promise, keys, mail and history in one transaction (DR-01)."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import func, select

from portal.attachments.actions import attach
from portal.attachments.queries import attachments_of
from portal.customers.actions import guest_who_asks
from portal.customers.models import Customer
from portal.foundation.company import COMPANY, Company
from portal.foundation.crash import crash_point
from portal.foundation.database import db, make_row, make_row_with_id, transaction
from portal.foundation.errors import SettingError
from portal.foundation.i18n import local_time
from portal.foundation.sql.together import together
from portal.foundation.sql.trying import repeatable
from portal.journal.actions import record
from portal.journal.rules import Actor, ActorKind
from portal.keys.actions import StampUsed, give_key, give_keys, sent_before, take_stamp_for
from portal.keys.queries import stamp_of
from portal.keys.rules import Purpose, digest
from portal.numbers.actions import give_back_number, next_number
from portal.numbers.format import OF_DECLARATIONS
from portal.questions.actions.mailed import Mailed, note_mailed
from portal.questions.actions.promises import begin_promise
from portal.questions.actions.proposing import Outlook
from portal.questions.drafts import NEW_QUESTION, remove_draft
from portal.questions.models import Message, Question
from portal.questions.notices.asking import Why, tell_of_question
from portal.questions.rules import Author, Status
from portal.service_levels.levels import Answers

log = logging.getLogger(__name__)

KEY_LASTS = timedelta(days=90)
_MOST_LINKS = 2


@dataclass(frozen=True)
class Asker:
    """Who asks: a customer who is signed in, or a guest by name and (normalised) address.

    `is_proven`: this browser has shown that whoever sits there reads the address. `taken_by` is who writes down what
    somebody said on the phone, or whose program does: the history names them, and no browser is given a key.
    """

    customer: Customer | None
    name: str
    email: str
    is_proven: bool
    taken_by: Actor | None = None


@dataclass(frozen=True)
class NewQuestion:
    """Everything about a question that is to be asked, checked.

    `uploads` are the keys of held files, `files` the hashes of their content; `lost` is how many that the form names
    are no longer held, because they went with it before.
    `marks` are remarks for the staff, such as `links`; `source` is where it came from: `web`, `callback`, `phone`,
    `mail`, `api` (from another program). `mailed` is what belongs to a mail beside its text. Stamps count within one
    `form`; `sent` is what was sent with it, where that and not the question tells one sending from another.
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
    lost: int = 0
    marks: tuple[str, ...] = ()
    source: str = "web"
    mailed: Mailed | None = None
    form: str = "question"
    sent: str = ""


@dataclass(frozen=True)
class Asked:
    """The number that was given out, and the key with which the asking browser opens it ("" for an account)."""

    number: str
    key: str
    is_new: bool


@repeatable
def ask_question(new: NewQuestion, asker: Asker, outlook: Outlook, *, language: str, now: datetime) -> Asked:
    """Ask once: the same form again gives the same number and a fresh key.

    StampUsed when other text or another file was sent with the form's stamp; UploadsGone when a file is no longer held.
    """
    content = _content(new, asker)
    # Everything that can be known before is made before: whoever asks meanwhile waits for what comes next.
    values, message = _question(new, asker, outlook, language=language, now=now), _message(new, asker, now)
    letter, year = question_letter(), local_time(now).year

    def write() -> Asked | None:
        number = str(next_number(letter, year))
        if not take_stamp_for(new.form, new.stamp, content, number, now=now):
            give_back_number(letter, year)
            return None
        customer = asker.customer or guest_who_asks(
            asker.email, asker.name, language, now, taken_by=asker.taken_by.name if asker.taken_by else ""
        )
        question = _written({**values, "number": number, "customer_id": customer.id})
        return Asked(number, _write_rest(question, new, (customer, asker), outlook, message), is_new=True)

    # Each begins with the counter, which nobody else has until it is kept.
    asked = _kept(write, counter=f"{letter}{year}", is_alone=bool(new.uploads))
    if asked is not None:
        return asked
    earlier = sent_before(new.form, new.stamp, content)
    with transaction():
        asked = _again(earlier.result, new, asker, now)
    if asked is None:
        raise StampUsed
    return asked


def asked_before(new: NewQuestion, asker: Asker, *, now: datetime) -> Asked | None:
    """What this form gave when it was sent before with the same content, with a fresh key; None for a new one."""
    earlier = stamp_of(new.form, new.stamp)
    if earlier is None or not earlier.result or earlier.content_digest != digest(_content(new, asker)):
        return None
    with transaction():
        return _again(earlier.result, new, asker, now)


def _kept(write: Callable[[], Asked | None], *, counter: str, is_alone: bool) -> Asked | None:
    """Written together with what others ask at this moment; files are moved by the session and go alone."""
    if not is_alone:
        return together(write, lane=counter)
    with transaction():
        return write()


def _written(values: dict[str, Any]) -> Question:
    """The row, as something that reads like a question and is not loaded."""
    return cast("Question", SimpleNamespace(id=make_row_with_id(Question, values), **values))


def _write_rest(
    question: Question, new: NewQuestion, by: tuple[Any, Asker], outlook: Outlook, message: dict[str, Any]
) -> str:
    """Promise, message, files, history, mail and key of a question that has its number; the key is returned."""
    (customer, asker), now = by, question.created_at
    actor = _actor(asker)
    begin_promise(question.id, outlook.promise, at=now, by=actor)
    message = {"question_id": question.id, **message}
    if new.uploads or new.mailed:
        message_id = make_row_with_id(Message, message)
        crash_point("after_message")
        attach(new.uploads, owner=("message", message_id), now=now)
        note_mailed(message_id, new.mailed)
    else:
        make_row(Message, message)
        crash_point("after_message")
    keys = give_keys(_openers(customer, asker), question.id, now=now, lasts=KEY_LASTS)
    key, marks = keys.get(Purpose.QUESTION_MAILED, ""), list(new.marks)
    why = Why(level=outlook.level.name(question.language), minutes=outlook.promise.minutes, is_call=outlook.is_chosen)
    tell_of_question(question, customer, key=key, why=why, is_proven=asker.is_proven, marks=marks, now=now)
    if new.marks:
        record("question.marked", "question", question.id, by=actor, at=now, marks=marks)
    if asker.customer is not None and asker.customer.user_id is not None and asker.taken_by is None:
        remove_draft(asker.customer.user_id, NEW_QUESTION)
    return keys.get(Purpose.QUESTION_ASKED, "")


def question_letter() -> str:
    """The letter that question numbers begin with, from `[questions]` of company.toml; Q when none can be read."""
    letter = letter_of(COMPANY.here())
    if letter is None:
        log.error("letter of [questions] in company.toml is none of A to Z. Numbers begin with Q.")
    return letter or "Q"


def letter_of(company: Company) -> str | None:
    """The letter as the company wrote it; None when it is none of A to Z."""
    written = company.sections.get("questions", {})
    letter = written.get("letter", "Q") if isinstance(written, Mapping) else None
    return letter if isinstance(letter, str) and len(letter) == 1 and "A" <= letter <= "Z" else None


def refuse_taken_letter(company: Company) -> None:
    """SettingError when questions would be numbered like declarations: one number would mean two things."""
    if is_taken(letter_of(company)):
        raise SettingError('letter of [questions] in company.toml is C or W, as declarations have; write letter = "Q".')


def is_taken(letter: str | None) -> bool:
    """Whether cancellations (C) or withdrawals (W) have this letter."""
    return letter in OF_DECLARATIONS


def suspicions(body: str, *, is_proven: bool, is_trapped: bool) -> tuple[str, ...]:
    """What staff should know before they trust a text; nothing is refused for it."""
    links = body.count("http://") + body.count("https://")
    marks = {"links": not is_proven and links > _MOST_LINKS, "trap": is_trapped}
    return tuple(name for name, is_so in marks.items() if is_so)


def _content(new: NewQuestion, asker: Asker) -> str:
    """Everything that makes two sendings the same question, but for its files."""
    if new.sent:
        return new.sent
    who = asker.customer.id if asker.customer else [asker.name, asker.email]
    answers = [new.answers.can_continue, new.answers.affects, str(new.answers.needed_by or "")]
    parts: list[Any] = [new.topic, new.subject, new.body, new.facts, answers]
    parts += [new.article_number, new.article_step]
    return json.dumps([*parts, new.searched_words, new.previous_id, who], sort_keys=True)


def _question(new: NewQuestion, asker: Asker, outlook: Outlook, *, language: str, now: datetime) -> dict[str, Any]:
    """The columns of a new question, except those that only the transaction knows."""
    return {
        "asker_name": asker.name,
        "language": language,
        "topic": new.topic,
        "subject": new.subject,
        "facts": new.facts,
        "article_number": new.article_number,
        "article_step": new.article_step,
        "searched_words": new.searched_words,
        "source": new.source,
        "previous_id": new.previous_id,
        "can_continue": new.answers.can_continue.value,
        "affects": new.answers.affects.value,
        "needed_by": new.answers.needed_by,
        "proposed_level": outlook.level.slug,
        "level": outlook.level.slug,
        "version": 1,
        "created_at": now,
        "confirmed_at": now if asker.is_proven else None,
        "last_message_at": now,
        "last_customer_message_at": now,
        "answer_due_at": outlook.promise.due_at,
        "warn_at": outlook.warn_at,
        "solution_due_at": outlook.standing.solution_due_at,
        "solution_minutes_left": outlook.standing.solution_minutes_left,
        "status": Status.OPEN.value,
    }


def _message(new: NewQuestion, asker: Asker, now: datetime) -> dict[str, Any]:
    return {
        "author": Author.CUSTOMER.value,
        "user_id": asker.customer.user_id if asker.customer else None,
        "author_name": asker.name,
        "channel": new.source if new.source in ("phone", "mail") else "web",
        "body": new.body,
        "created_at": now,
    }


def _actor(asker: Asker) -> Actor:
    if asker.taken_by is not None:
        return asker.taken_by
    if asker.customer is None:
        return Actor(ActorKind.GUEST, asker.name)
    return Actor(ActorKind.CUSTOMER, asker.name, asker.customer.user_id)


def _openers(customer: Any, asker: Asker) -> dict[Purpose, str]:
    """What opens the question of a guest, and where it goes: a key by mail, and one for the browser that asked.

    Somebody with an account signs in instead, and a caller has no browser before them.
    """
    mailed = {Purpose.QUESTION_MAILED: customer.email} if customer.user_id is None else {}
    return mailed | ({Purpose.QUESTION_ASKED: ""} if _has_browser(asker) else {})


def _has_browser(asker: Asker) -> bool:
    return asker.customer is None and asker.taken_by is None


def _again(number: str, new: NewQuestion, asker: Asker, now: datetime) -> Asked | None:
    """What was asked, unless a file comes along that did not before: a page that is gone back to may hold none."""
    question = db.session.scalars(select(Question).filter_by(number=number)).one()
    if new.files or new.lost:
        message_id = db.session.scalars(select(func.min(Message.id)).filter_by(question_id=question.id)).one()
        known = {each.sha256 for each in attachments_of("message", [message_id])[message_id]}
        if not known.issuperset(new.files) or new.lost > len(known):
            return None
    key = give_key(Purpose.QUESTION_ASKED, question.id, now=now, lasts=KEY_LASTS) if _has_browser(asker) else ""
    return Asked(number, key, is_new=False)
