"""Answer a case, note something down, log a call: what staff write. What arrived meanwhile stops what goes out."""

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext as _

from portal.desk.models import Note
from portal.desk.notices import tell_lead_of_third
from portal.desk.queries.case import newest_of, staff_authors
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.foundation.sql.trying import repeatable
from portal.journal.rules import Actor
from portal.keys.actions import finish_stamp, take_stamp
from portal.questions.actions.answering import Answer, answer
from portal.questions.models import Question
from portal.questions.queries import locked_question
from portal.questions.rules import ClosedBy

# From this many people on, the lead is asked (PRODUCT.md: nobody is passed around).
THIRD = 3


class NewerArrived(PortalError):
    """Something was written since the page was opened."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            _("Nothing was sent: something newer has arrived. Please read it below; your text is still here.")
        )


class WasMerged(PortalError):
    """The conversation goes on in another case."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Nothing was sent: this case was merged into another one. Please answer there."))


def answer_case(question_id: int, given: Answer, *, seen: str, by: Actor, now: datetime) -> int:
    """An answer to the customer, by its id; `seen` is the mark of what stood on the page.

    NewerArrived when a message or a note came since; WasMerged, UploadsGone and StampUsed refuse: nothing is sent.
    """
    return answer(question_id, given, by=by, now=now, check=sending_check(seen, by=by, now=now))


def sending_check(seen: str, *, by: Actor, now: datetime) -> Callable[[Question], None]:
    """What is looked at while the question is locked: whether something newer arrived, and who answers."""

    def check(question: Question) -> None:
        if question.closed_by == ClosedBy.MERGE:
            raise WasMerged
        if seen != newest_of(question.id):
            raise NewerArrived
        ask_lead(question, now=now, joining=by.id)

    return check


def ask_lead(question: Question, *, now: datetime, joining: int | None) -> None:
    """Tell the lead when the customer deals with a third person; inside the caller's transaction."""
    people = {*staff_authors(question.id), question.assignee_id, joining} - {None}
    if len(people) >= THIRD:
        tell_lead_of_third(question, len(people), now=now)


@repeatable
def add_note(question_id: int, body: str, *, stamp: str, by: Actor, now: datetime, kind: str = "note") -> int:
    """An internal note, by its id; customers never see it. The same form twice is one note."""
    with transaction():
        earlier = take_stamp("note", stamp, f"{question_id}\n{kind}\n{body}", now=now)
        if earlier is not None:
            return int(earlier.result)
        question = locked_question(question_id)
        note = Note(question_id=question.id, user_id=by.id, author_name=by.name, kind=kind, body=body, created_at=now)
        db.session.add(note)
        db.session.flush()
        finish_stamp("note", stamp, str(note.id))
    return note.id
