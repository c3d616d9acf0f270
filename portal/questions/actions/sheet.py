"""The case sheet: staff write its five lines, the customer says when one is not right."""

from datetime import datetime

from werkzeug.exceptions import NotFound

from portal.foundation.database import db, transaction
from portal.journal.actions import record
from portal.journal.rules import Actor
from portal.questions.access import OpenQuestion
from portal.questions.actions.people import for_change
from portal.questions.models import SheetEntry
from portal.questions.notices.desk import tell_desk_objected
from portal.questions.queries import locked_question
from portal.questions.rules import SheetLine


def write_line(question_id: int, line: SheetLine, text: str, *, by: Actor, now: datetime) -> None:
    """Write one line; a new text answers what the customer objected to the old one. The same text changes nothing."""
    with transaction():
        question = locked_question(question_id)
        entry = db.session.get(SheetEntry, (question_id, line.value), populate_existing=True)
        if entry is None:
            entry = SheetEntry(question_id=question_id, line=line.value, text="", changed_at=now)
            db.session.add(entry)
        if entry.text == text:
            return
        entry.text, entry.author_name, entry.changed_at = text, by.name, now
        entry.objection, entry.objected_at = "", None
        question.begun_at = question.begun_at or now
        question.version += 1
        record("sheet.written", "question", question_id, by=by, at=now, line=line.value)


def object_to_line(opened: OpenQuestion, line: SheetLine, remark: str, *, now: datetime) -> None:
    """The customer says that a line is not right, with a remark that may be empty; NotFound for an empty line."""
    with transaction():
        question = for_change(opened, now=now)
        entry = db.session.get(SheetEntry, (question.id, line.value), populate_existing=True)
        if entry is None or not entry.text:
            raise NotFound
        if entry.objected_at is not None and entry.objection == remark:
            return
        entry.objection, entry.objected_at = remark, now
        question.version += 1
        record("sheet.objected", "question", question.id, by=opened.actor, at=now, line=line.value)
        tell_desk_objected(question, line.value, now=now)
