"""Answers that have not gone out yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, and_, bindparam, literal, or_, select

from portal.accounts.models import User
from portal.desk.models import PendingAnswer
from portal.foundation.database import db
from portal.foundation.sql.prepared import Prepared
from portal.questions.models import Draft

_KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Waiting:
    """An answer that goes out soon, and who wrote it."""

    row: PendingAnswer
    name: str
    is_own: bool


@dataclass(frozen=True)
class Kept:
    """What somebody has typed and not sent, and when they last did."""

    content: dict[str, Any]
    changed_at: datetime


@dataclass(frozen=True)
class Held:
    """What goes out soon, an own text that did not go out, and an own draft.

    A draft that was changed after that text came back is what became of it.
    """

    waiting: Sequence[Waiting]
    returned: PendingAnswer | None
    draft: Kept | None

    @property
    def is_newer(self) -> bool:
        """Whether the draft belongs into the box, not what came back."""
        if self.draft is None or self.returned is None:
            return self.draft is not None
        came_back = self.returned.stopped_at or self.returned.undone_at
        return came_back is None or self.draft.changed_at >= came_back


NOTHING_HELD = Held((), None, None)


def is_waiting() -> ColumnElement[bool]:
    """Neither sent nor taken back nor stopped."""
    row = PendingAnswer
    return and_(row.sent_at.is_(None), row.undone_at.is_(None), row.stopped_at.is_(None))


def _held() -> Prepared:
    user = bindparam("user", type_=Integer)
    is_of_case = PendingAnswer.question_id == bindparam("question", type_=Integer)
    own_draft = and_(Draft.user_id == user, Draft.form == bindparam("form", type_=String))
    rows = (
        select(PendingAnswer, User.name, Draft.content.label("draft"), Draft.changed_at.label("draft_at"))
        # One row is always there, so that a draft alone is found, too.
        .select_from(select(literal(1).label("one")).subquery())
        .outerjoin(PendingAnswer, and_(is_of_case, or_(is_waiting(), PendingAnswer.user_id == user)))
        .outerjoin(User, User.id == PendingAnswer.user_id)
        .outerjoin(Draft, own_draft)
    )
    return Prepared(rows.order_by(PendingAnswer.id.desc()).limit(5))


# Put together once: every case asks for it.
_HELD = _held()


def held_of(question_id: int, user_id: int, now: datetime) -> Held:
    """What is held of a case, in one statement; a text that was taken back is kept for a day. To be read only."""
    rows = _HELD.rows({"question": question_id, "user": user_id, "form": draft_form(question_id)})
    draft = Kept(rows[0].draft, rows[0].draft_at) if rows[0].draft_at else None
    found = [row for row in rows if row.id is not None]
    newest = next((row for row in found if row.user_id == user_id), None)
    waiting = [Waiting(row, row.name, row.user_id == user_id) for row in found if _waits(row)]
    return Held(waiting, newest if newest is not None and _is_returned(newest, now) else None, draft)


def draft_form(question_id: int | str) -> str:
    """Under which name an unsent answer to this question is kept among the drafts of its writer."""
    return f"answer:{question_id}"


def due_answers(now: datetime, limit: int) -> Sequence[int]:
    """The ids of answers that have waited long enough, the oldest first."""
    rows = select(PendingAnswer.id).where(is_waiting(), PendingAnswer.send_at <= now)
    return db.session.scalars(rows.order_by(PendingAnswer.send_at, PendingAnswer.id).limit(limit)).all()


def _waits(row: PendingAnswer) -> bool:
    return row.sent_at is None and row.undone_at is None and row.stopped_at is None


def _is_returned(row: PendingAnswer, now: datetime) -> bool:
    if row.sent_at is not None:
        return False
    if row.stopped_at is not None:
        return row.undone_at is None
    return row.undone_at is not None and now - row.undone_at < _KEPT_FOR
