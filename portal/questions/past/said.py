"""What had been said by then: messages, the case sheet, the judgement, what would be fair.

What was overwritten since and is kept nowhere (a line of the sheet, a message that was taken back) is left out.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, select

from portal.attachments.models import Attachment
from portal.foundation.database import db
from portal.questions.models import FairnessRound, Message, PromiseEntry, Question, Rating, SheetEntry
from portal.questions.past.history import columns_of, history_of
from portal.questions.rules import Author


def messages_then(
    question: Question, moment: datetime, *, before: int | None = None, after: int | None = None, limit: int
) -> Sequence[tuple[Message, bool]]:
    """What stood on its page, oldest first, each with whether it has files; the last, those before or after one."""
    has_files = select(Attachment.id).where(Attachment.owner_type == "message", Attachment.owner_id == Message.id)
    rows = select(Message, has_files.exists()).where(_belonged(question, moment), Message.created_at <= moment)
    if after is not None:
        found = db.session.execute(rows.where(Message.id > after).order_by(Message.id).limit(limit)).all()
    else:
        older = rows.where(Message.id < before) if before else rows
        found = db.session.execute(older.order_by(Message.id.desc()).limit(limit)).all()[::-1]
    return [(row[0], bool(row[1])) for row in found]


def sheet_then(sheet: Mapping[str, SheetEntry], moment: datetime) -> dict[str, SheetEntry]:
    """The lines that are still the same, without an objection that came later."""
    kept = {name: entry for name, entry in sheet.items() if entry.changed_at <= moment}
    return {name: _copied(entry, SheetEntry, moment, {"objected_at": ("objection",)}) for name, entry in kept.items()}


def rating_then(rating: Rating | None, question_id: int, moment: datetime) -> Rating | None:
    """The judgement that was given by then: one that was changed later is known by its face alone."""
    if rating is None or rating.created_at > moment:
        return None
    if rating.changed_at <= moment:
        return rating
    given = [each for each in history_of(question_id) if each.verb == "question.rated" and each.at <= moment]
    return cast("Rating", SimpleNamespace(face=given[-1].details["face"], sentence="")) if given else None


def rounds_then(rounds: Sequence[FairnessRound], moment: datetime) -> list[FairnessRound]:
    """What had been said about what would be fair."""
    begun = [each for each in rounds if each.opened_at <= moment]
    said = {
        "wished_at": ("fair", "just_enough", "matters_most"),
        "answered_at": ("answer", "explanation", "answered_by"),
        "agreed_at": (),
    }
    return [_copied(each, FairnessRound, moment, said) for each in begun]


def had_missed(question_id: int, moment: datetime) -> bool:
    """Whether a promise had been missed by then."""
    missed = select(PromiseEntry.id).where(PromiseEntry.question_id == question_id, PromiseEntry.breached_at <= moment)
    return db.session.scalar(missed.limit(1)) is not None


def _copied(row: Any, table: Any, moment: datetime, said: Mapping[str, Sequence[str]]) -> Any:
    """The row without what came later: each date takes the texts with it that belong to it."""
    values = columns_of(row, table)
    for date, texts in said.items():
        if values[date] is not None and values[date] > moment:
            values |= {date: None, **dict.fromkeys(texts, "")}
    return SimpleNamespace(**values)


def _belonged(question: Question, moment: datetime) -> ColumnElement[bool]:
    """Which messages were its own: merging moves them, so those of two that were merged later are told apart."""
    own = Message.question_id == question.id
    into = db.session.scalar(select(Question.merged_into_id).where(Question.id == question.id))
    if into is not None and question.merged_into_id is None:
        return and_(Message.question_id == into, Message.id.in_(_messages_of(question, into)))
    merged = db.session.scalars(select(Question).where(Question.merged_into_id == question.id)).all()
    later = [each for each in merged if _was_merged_after(each, moment)]
    strange = [message for each in later for message in _messages_of(each, question.id)]
    return and_(own, Message.id.not_in(strange)) if strange else own


def _was_merged_after(question: Question, moment: datetime) -> bool:
    return any(each.verb == "question.merged" and each.at > moment for each in history_of(question.id))


def _messages_of(question: Question, into: int) -> list[int]:
    """Of the messages of `into` those that were written to this question: its first one, and what its history names."""
    is_first = Message.created_at == question.created_at, Message.author == Author.CUSTOMER
    first = select(Message.id).where(Message.question_id == into, *is_first).order_by(Message.id.desc()).limit(1)
    named = [
        each.details["message"] for each in history_of(question.id) if isinstance(each.details.get("message"), int)
    ]
    return [*db.session.scalars(first), *named]
