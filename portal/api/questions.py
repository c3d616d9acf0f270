"""Questions for other programs: asked for a customer, read as the customer sees them, listed as they change."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from portal.accounts.access import actor_of
from portal.accounts.models import User
from portal.api.fields import Field, FieldFault, Kind, Thing, Unfit, fault_of_choice
from portal.api.models import ApiToken
from portal.api.queries import ListedQuestion
from portal.api.schemas import flag, listed, moment, text, values
from portal.customers.queries import customers_at
from portal.foundation import clock
from portal.foundation.addresses import ADDRESS_LIMIT, is_address, normalised
from portal.foundation.errors import PortalError
from portal.foundation.i18n import local_time, offered
from portal.keys.actions import StampUsed
from portal.keys.queries import stamp_of
from portal.keys.rules import digest
from portal.questions.actions.asking import Asked, NewQuestion, ask_question
from portal.questions.actions.asking_people import asker_of
from portal.questions.actions.proposing import outlook
from portal.questions.forms.asking import BODY_LIMIT, NAME_LIMIT, SUBJECT_LIMIT
from portal.questions.models import Question, state_seen
from portal.questions.rules import Author, CustomerState, Status
from portal.questions.thread import MessageView, thread_of
from portal.questions.topics import TOPICS_FILE
from portal.service_levels.levels import Affects, Answers, CanContinue

KEY = "Idempotency-Key"
# Forms of pages are stamped by whoever sends them: a guessed stamp of theirs must not be one of a program's.
_FORM = "question.api"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
# What `shown_question` and a message have.
QUESTION = {
    **dict.fromkeys(("number", "subject", "topic", "name", "email", "language"), text()),
    **{"state": values(CustomerState), "asked_at": moment(), "last_message_at": moment()},
    **dict.fromkeys(("answer_due_at", "first_answered_at", "closed_at"), moment(is_optional=True)),
    "merged_into": {"type": ["string", "null"]},
}
MESSAGE = {
    **{"author": values(Author), "name": text(), "sent_at": moment(), "text": text(), "is_withdrawn": flag()},
    "files": listed(text()),
}
# Where an interrupted reading of messages or changes goes on.
_PLACE = re.compile(r"[0-9]{1,15}")


class KeyMissing(PortalError):
    """Whoever asks for a customer says which sending of theirs it is, so that none makes two questions."""

    status = 400

    def __init__(self) -> None:
        super().__init__(
            _("Please send a header Idempotency-Key: up to 200 letters and digits, new for each question.")
        )


class KeyUsed(Unfit):
    """Another question was sent with the same key; sending it again would change nothing, so this is no 409."""

    def __init__(self) -> None:
        sentence = _("This Idempotency-Key was sent before, with another question.")
        super().__init__([FieldFault(KEY, sentence)])


@dataclass(frozen=True)
class Sending:
    """One sending of a program: what tells it from all others, and what was sent, in one spelling."""

    stamp: str
    sent: str


def sending_of(key: str, sent: Thing, token: ApiToken) -> Sending:
    """The sending with this key, which counts for one token alone; KeyMissing refuses what is no key."""
    if not _KEY.fullmatch(key):
        raise KeyMissing
    return Sending(digest(f"{token.id} {key}"), json.dumps(sent, sort_keys=True))


def number_given(sending: Sending) -> str | None:
    """What the same sending gave before, whatever became of its fields' rules since; KeyUsed refuses another one."""
    earlier = stamp_of(_FORM, sending.stamp)
    if earlier is None:
        return None
    if earlier.content_digest != digest(sending.sent):
        raise KeyUsed
    return earlier.result


def question_fields() -> tuple[Field, ...]:
    """What a question is asked with."""
    choices = {kind: tuple(each.value for each in kind) for kind in (CanContinue, Affects)}
    return (
        Field("email", "Where number, date and answers go.", is_required=True, limit=ADDRESS_LIMIT),
        Field("name", "The name of the customer.", is_required=True, limit=NAME_LIMIT),
        Field("topic", "One of the topics of `content/topics.toml`.", is_required=True, limit=64),
        Field("subject", "The question in one sentence.", is_required=True, limit=SUBJECT_LIMIT),
        Field("body", "What has happened, as plain text.", Kind.TEXT, is_required=True, limit=BODY_LIMIT),
        Field("language", "The language of page and mails. The company's own if empty.", limit=8, example="de"),
        Field("can_continue", "Whether they can go on. `yes` if empty.", choices=choices[CanContinue]),
        Field("affects", "Whom it affects. `me` if empty.", choices=choices[Affects]),
        Field("needed_by", "A day by which they need the answer.", Kind.DAY, limit=10, example="2026-12-24"),
    )


def faults_of_question(thing: Thing, now: datetime) -> list[FieldFault]:
    """What is wrong with a question beside its fields: what only this company and this day can tell."""
    topics = [each.slug for each in TOPICS_FILE.here().topics]
    faults = fault_of_choice("topic", thing["topic"], topics)
    faults += fault_of_choice("language", thing["language"], offered())
    if thing["email"] and not is_address(thing["email"]):
        faults.append(FieldFault("email", _("This is no email address.")))
    today = local_time(now).date()
    if thing["needed_by"] and thing["needed_by"] < today:
        faults.append(FieldFault("needed_by", _("This date is over. Please choose a later one, or leave it empty.")))
    return faults


def ask_for(thing: Thing, sending: Sending, *, owner: User, now: datetime) -> Asked:
    """Ask once: the same sending gives the same number. KeyUsed refuses another one with the same key."""
    address, language = normalised(thing["email"]), thing["language"] or offered()[0]
    who = asker_of(customers_at(address), thing["name"], address, by=actor_of(owner))
    new = _question(thing, sending)
    made = outlook(TOPICS_FILE.here().topics.get(new.topic), new.answers, language=language, now=now)
    try:
        return ask_question(new, who, made, language=language, now=now)
    except StampUsed as error:
        raise KeyUsed from error


def place_in(written: str) -> int | None:
    """Where a list goes on, as it was given out; None for what never was."""
    return int(written) if _PLACE.fullmatch(written) else None


def shown_question(listed: ListedQuestion) -> Thing:
    """A question as programs read it: what its customer sees on top of its page."""
    row = listed.question
    state = state_seen(row)
    return {
        "number": row.number,
        "subject": row.subject,
        "topic": row.topic,
        "state": state.value,
        "name": row.asker_name,
        "email": listed.email,
        "language": row.language,
        "asked_at": row.created_at,
        "answer_due_at": row.answer_due_at if row.status == Status.OPEN else None,
        "first_answered_at": row.first_answered_at,
        "last_message_at": row.last_message_at,
        "closed_at": row.closed_at,
        "merged_into": listed.merged_into,
    }


def shown_thread(question: Question, *, before: int | None) -> Thing:
    """The last fifty messages, or the fifty before a place; where the earlier ones are."""
    thread = thread_of(question, clock.now(), before=before)
    return {"messages": _messages(thread.messages), "earlier": str(thread.earlier) if thread.earlier else None}


def _messages(messages: Sequence[MessageView]) -> list[dict[str, Any]]:
    return [
        {
            "author": (Author.CUSTOMER if each.is_own else Author.STAFF).value,
            "name": each.author_name,
            "sent_at": each.sent_at,
            "text": "" if each.is_withdrawn else each.body,
            "is_withdrawn": each.is_withdrawn,
            "files": [file.name for file in each.attachments],
        }
        for each in messages
    ]


def _question(thing: Thing, sending: Sending) -> NewQuestion:
    answers = Answers(
        CanContinue(thing["can_continue"] or CanContinue.YES),
        Affects(thing["affects"] or Affects.ME),
        thing["needed_by"],
    )
    said = {name: thing[name] for name in ("topic", "subject", "body")}
    return NewQuestion(form=_FORM, stamp=sending.stamp, sent=sending.sent, answers=answers, source="api", **said)
