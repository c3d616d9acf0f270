"""Files of an answer that is being written: they wait in its case, until it is sent or they are thrown away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from portal.attachments.actions import UploadsGone, attach
from portal.attachments.keeping import discard_kept, is_kept
from portal.attachments.models import Attachment
from portal.attachments.rules import KEPT, MOST_FILES
from portal.desk.models import PendingAnswer
from portal.desk.queries.pending import is_waiting
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.journal.rules import Actor
from portal.questions.queries import locked_question


@dataclass(frozen=True)
class FormFiles:
    """The files of a form: those that it shows, by their names in addresses; and new ones, their ids by their keys.

    `contents` are the check sums of the new ones: they tell the same form from another one.
    """

    shown: Sequence[str] = ()
    keys: Mapping[str, int] = field(default_factory=dict)
    contents: Sequence[str] = ()

    @property
    def mark(self) -> str:
        """What is the same when the same form comes twice; empty without files."""
        return "".join(f"\n{each}" for each in sorted({*self.shown, *self.contents}))


class TooManyFiles(PortalError):
    """More files than go with one message."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            _(
                "Nothing was sent: at most %(count)s files go with one answer. Please remove some; "
                "they can follow with the next one.",
                count=MOST_FILES,
            )
        )


def keep_files(question_id: int, keys: Iterable[str], *, by: Actor, now: datetime) -> None:
    """New files wait in the case from now on."""
    held = list(keys)
    if held:
        with transaction():
            attach(held, owner=(KEPT, locked_question(question_id).id), keeper_id=by.id, now=now)


def remove_file(question_id: int, public_id: str, *, by: Actor, now: datetime) -> None:
    """An own file waits no more; one that is gone, or that is about to go out, is left alone."""
    with transaction():
        question = locked_question(question_id)
        is_it = Attachment.public_id == public_id
        discard_kept(question.id, by.id, is_it, now=now, spared=files_going_out(question.id))


def taken_along(question_id: int, files: FormFiles, *, by: Actor, now: datetime) -> Sequence[int]:
    """The ids of all files that go with an answer, inside the caller's transaction; new ones wait in the case now.

    TooManyFiles, and UploadsGone when one that the form shows is there no more.
    """
    if len(files.shown) + len(files.keys) > MOST_FILES:
        raise TooManyFiles
    rows = select(Attachment.id).where(is_kept(question_id, by.id), Attachment.public_id.in_(files.shown))
    shown = list(db.session.scalars(rows.order_by(Attachment.id))) if files.shown else []
    if len(shown) != len(files.shown):
        raise UploadsGone
    attach(list(files.keys), owner=(KEPT, question_id), keeper_id=by.id, now=now)
    return [*shown, *files.keys.values()]


def files_going_out(question_id: int) -> set[int]:
    """The ids of files of answers that go out soon."""
    rows = select(PendingAnswer.details).where(PendingAnswer.question_id == question_id, is_waiting())
    return {each for details in db.session.scalars(rows) for each in details.get("files", ())}


def discard_files(question_id: int, *, by: Actor, now: datetime) -> None:
    """Everything that somebody keeps in a case goes, but for what goes out soon; inside the caller's transaction."""
    discard_kept(question_id, by.id, now=now, spared=files_going_out(question_id))
