"""Words that staff put on a case, to find cases of a kind again."""

import re
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete

from portal.desk.models import QuestionTag
from portal.desk.words import tag_meant
from portal.foundation.database import db, insert_once, transaction
from portal.foundation.errors import PortalError
from portal.journal.actions import record
from portal.journal.rules import Actor

TAG_LIMIT = 40
_TAG = re.compile(r"[^\W_][\w &+./-]*")


class NoTag(PortalError):
    """What was typed cannot be a tag."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            _("A tag has up to 40 letters, digits, spaces or hyphens. Several are added one after the other.")
        )


def read_tag(typed: str) -> str:
    """The tag in small letters with single spaces, or the desk's own one that reads so; NoTag when it is none."""
    tag = " ".join(typed.lower().split())
    if len(tag) > TAG_LIMIT or _TAG.fullmatch(tag) is None:
        raise NoTag
    return tag_meant(tag)


def add_tag(question_id: int, tag: str, *, by: Actor, now: datetime) -> bool:
    """Put a tag on a case; False when it was there."""
    with transaction():
        made = db.session.execute(insert_once(QuestionTag, {"question_id": question_id, "tag": tag}))
        is_new: bool = made.rowcount == 1  # type: ignore[attr-defined]
        if is_new:
            record("question.tagged", "question", question_id, by=by, at=now, tag=tag)
    return is_new


def remove_tag(question_id: int, tag: str, *, by: Actor, now: datetime) -> None:
    """Take a tag off a case; nothing changes when it is not there."""
    with transaction():
        gone = delete(QuestionTag).where(QuestionTag.question_id == question_id, QuestionTag.tag == tag)
        if db.session.execute(gone).rowcount == 1:  # type: ignore[attr-defined]
            record("question.untagged", "question", question_id, by=by, at=now, tag=tag)
