"""What the worker does for the desk: bring cases back at their time, and ask about those of which nobody hears."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import String, and_, delete, exists, literal, or_

from portal.attachments.discarding import discard
from portal.attachments.models import Attachment
from portal.attachments.rules import KEPT
from portal.desk.actions.incidents import has_messages, send_messages
from portal.desk.actions.pending import send
from portal.desk.models import PendingAnswer, Presence, Reminder
from portal.desk.notices import tell_reminded, tell_silent
from portal.desk.queries.pending import draft_form, due_answers
from portal.desk.queries.waiting import due_reminders, is_silent, silent_cases
from portal.foundation.chores import Chore, done_one_by_one
from portal.foundation.company import COMPANY
from portal.foundation.database import db, transaction
from portal.foundation.retention import read_periods
from portal.questions.models import Draft, Question
from portal.questions.queries import locked_question

_BATCH = 100
SILENT_DAYS = 3


def silent_days() -> int:
    """After how many working days without a word to the customer a case asks, by `[desk]` of company.toml."""
    written = COMPANY.here().sections.get("desk", {})
    days = written.get("silent_days", SILENT_DAYS) if isinstance(written, Mapping) else SILENT_DAYS
    return days if type(days) is int and 1 <= days <= 60 else SILENT_DAYS


def remind_staff(now: datetime) -> bool:
    """Tell whoever wanted to be reminded, once; True when more are waiting."""
    return _each(due_reminders(now, _BATCH), partial(_remind, now=now), "reminder")


def ask_about_silence(now: datetime) -> bool:
    """Ask whoever is responsible for one honest line, once in so many working days; True when more are waiting."""
    return _each(silent_cases(now, silent_days(), _BATCH), partial(_ask, now=now), "silent case")


def send_answers(now: datetime) -> bool:
    """Send the answers whose seconds of undo are over; True when more are waiting."""
    ids = due_answers(now, _BATCH)
    return done_one_by_one(ids, partial(send, now=now), "answer") > 0 and len(ids) == _BATCH


def forget_presence(now: datetime) -> bool:
    """Remove who was at a case yesterday."""
    with transaction():
        db.session.execute(delete(Presence).where(Presence.seen_at < now - timedelta(days=1)))
    return False


def forget_files(now: datetime) -> bool:
    """Remove files that waited with a text nobody sent, as old as a draft may be and without one; True when more wait.

    And those of a question that is gone.
    """
    of_case = PendingAnswer.question_id == Attachment.owner_id, PendingAnswer.user_id == Attachment.keeper_id
    comes_back = exists().where(*of_case, PendingAnswer.sent_at.is_(None), PendingAnswer.undone_at.is_(None))
    form = literal(draft_form("")) + Attachment.owner_id.cast(String)
    has_text = or_(comes_back, exists().where(Draft.user_id == Attachment.keeper_id, Draft.form == form))
    is_old = Attachment.created_at < now - read_periods(COMPANY.here()).span("drafts_days")
    is_lost = ~exists().where(Question.id == Attachment.owner_id)
    with transaction():
        left = or_(is_lost, and_(is_old, ~has_text))
        return discard(Attachment.owner_type == KEPT, left, now=now, at_most=_BATCH) == _BATCH


def _remind(reminder_id: int, *, now: datetime) -> None:
    reminder = db.session.get(Reminder, reminder_id, populate_existing=True, with_for_update=True)
    if reminder is None or reminder.done_at is not None:
        return
    reminder.done_at = now
    question = db.session.get_one(Question, reminder.question_id)
    tell_reminded(question, reminder.user_id, reminder.id, reminder.remark, now=now)


def _ask(question_id: int, *, now: datetime) -> None:
    question = locked_question(question_id)
    if is_silent(question, now, silent_days()):
        tell_silent(question, silent_days(), now=now)


def _each(ids: Sequence[int], act: Callable[[int], None], said: str) -> bool:
    def act_once(each: int) -> None:
        with transaction():
            act(each)

    return done_one_by_one(ids, act_once, said) > 0 and len(ids) == _BATCH


def _has_reminders(now: datetime) -> bool:
    return bool(due_reminders(now, 1))


def _has_answers(now: datetime) -> bool:
    return bool(due_answers(now, 1))


CHORES = (
    Chore("desk.answers", send_answers, every=timedelta(seconds=1), is_due=_has_answers),
    Chore("desk.incidents", send_messages, every=timedelta(seconds=1), is_due=has_messages),
    Chore("desk.reminders", remind_staff, every=timedelta(seconds=30), is_due=_has_reminders, trusts_clock=True),
    Chore("desk.presence", forget_presence, every=timedelta(hours=6), trusts_clock=True),
    Chore("desk.files", forget_files, every=timedelta(hours=6), trusts_clock=True),
    Chore("desk.silence", ask_about_silence, every=timedelta(hours=1), trusts_clock=True),
)
