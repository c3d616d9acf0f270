"""The customer writes again, and takes back what was just sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select
from werkzeug.exceptions import NotFound

from portal.attachments.actions import attach, forget_bytes
from portal.attachments.models import Attachment
from portal.attachments.queries import attachments_of
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.foundation.sql.trying import repeatable
from portal.journal.actions import record
from portal.keys.actions import extend_keys, finish_stamp, take_stamp
from portal.keys.queries import stamp_of
from portal.keys.rules import Purpose, digest
from portal.questions.access import OpenQuestion
from portal.questions.actions.mailed import Mailed, note_mailed
from portal.questions.actions.people import for_change
from portal.questions.actions.promises import advance_question
from portal.questions.actions.thanking import is_only_thanks, keep_solved
from portal.questions.models import Draft, MailedMessage, Message, Question
from portal.questions.notices.desk import tell_desk_replied
from portal.questions.notices.thread import KEY_LASTS
from portal.questions.rules import Author, can_reply, can_withdraw
from portal.service_levels.promises import Happening

_FORM = "reply"


@dataclass(frozen=True)
class Written:
    """A text that is ready to be sent: the stamp of its form, and the keys of the files that the form holds.

    `files` tells these files from others, also once they are no longer held: the same form twice has the same.
    `mailed` says that it came by mail, and what belongs to that; `author` who wrote it, where staff let in the mail of
    somebody else.
    """

    body: str
    stamp: str
    uploads: Sequence[str] = ()
    files: Sequence[str] = ()
    mailed: Mailed | None = None
    author: str = ""

    def content(self, question_id: int) -> str:
        """What makes two sent forms the same."""
        return "\n".join((str(question_id), *self.files, self.body))


class IsClosed(PortalError):
    """The date up to which a reply reopens the question has passed."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This question is closed and can no longer be reopened. Please ask a new one."))


class WentOn(PortalError):
    """It was merged into an older question of the same customer."""

    status = IsClosed.status

    def __init__(self) -> None:
        super().__init__(_("Nothing was sent: this question goes on under another number. Please write there."))


class TooLateToWithdraw(PortalError):
    """The five minutes are over."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Messages can be withdrawn for five minutes. This time is over."))


@repeatable
def reply(opened: OpenQuestion, written: Written, *, now: datetime) -> int:
    """The customer's further message, by its id; it starts our turn and reopens a closed question.

    Thanks alone leave a solved one solved (`reopen_after_thanks` takes that back).
    The same form twice is one message. StampUsed, UploadsGone, IsClosed and WentOn refuse, and nothing is stored.
    """
    question_id = opened.question.id
    with transaction():
        earlier = take_stamp(_FORM, written.stamp, written.content(question_id), now=now)
        if earlier is not None:
            return int(earlier.result)
        question = for_change(opened, now=now)
        if question.merged_into_id is not None:
            raise WentOn
        if not can_reply(question.status, question.reopen_until, now):
            raise IsClosed
        thanks = not written.uploads and is_only_thanks(question, opened, written.body, written.mailed, now=now)
        message = _message(opened, written, now, is_thanks=thanks)
        attach(written.uploads, owner=("message", message.id), now=now)
        note_mailed(message.id, written.mailed)
        _go_on(question, opened, message, now)
        finish_stamp(_FORM, written.stamp, str(message.id))
    return message.id


def sent_before(opened: OpenQuestion, written: Written) -> int | None:
    """The message that this form made when it was sent before; None for one that was not, or with other content."""
    earlier = stamp_of(_FORM, written.stamp)
    is_same = earlier is not None and earlier.content_digest == digest(written.content(opened.question.id))
    return int(earlier.result) if earlier is not None and is_same and earlier.result else None


def withdraw_message(opened: OpenQuestion, message_id: int, *, now: datetime) -> None:
    """Take back an own message within five minutes: text and files are gone, a line stays. Twice changes nothing.

    NotFound for a message of another question; TooLateToWithdraw afterwards.
    """
    files: Sequence[Attachment] = ()
    with transaction():
        question = for_change(opened, now=now)
        found = select(Message).where(Message.id == message_id, Message.question_id == question.id)
        message = db.session.scalar(found.execution_options(populate_existing=True))
        if message is None:
            raise NotFound
        if message.withdrawn_at is None:
            if not can_withdraw(message.author, message.created_at, message.withdrawn_at, now):
                raise TooLateToWithdraw
            message.withdrawn_at, message.body = now, ""
            db.session.execute(delete(MailedMessage).where(MailedMessage.message_id == message.id))
            files = attachments_of("message", [message.id])[message.id]
            for file in files:
                db.session.delete(file)
            question.version += 1
            record("message.withdrawn", "question", question.id, by=opened.actor, at=now, message=message.id)
    for file in files:
        forget_bytes(file)


def _message(opened: OpenQuestion, written: Written, now: datetime, *, is_thanks: bool) -> Message:
    message = Message(
        question_id=opened.question.id,
        author=Author.CUSTOMER.value,
        user_id=opened.actor.id,
        author_name=written.author or opened.actor.name,
        channel="mail" if written.mailed else "web",
        body=written.body,
        created_at=now,
        is_thanks=is_thanks,
    )
    db.session.add(message)
    db.session.flush()
    return message


def _go_on(question: Question, opened: OpenQuestion, message: Message, now: datetime) -> None:
    question.last_message_at = question.last_customer_message_at = now
    for purpose in (Purpose.QUESTION_MAILED, Purpose.QUESTION_ASKED, Purpose.QUESTION_ANSWERED):
        extend_keys(purpose, question.id, until=now + KEY_LASTS)
    if opened.actor.id is not None:
        draft = delete(Draft).where(Draft.user_id == opened.actor.id, Draft.form == f"reply:{question.id}")
        db.session.execute(draft.execution_options(synchronize_session=False))
    if message.is_thanks:
        keep_solved(question, message.id, by=opened.actor, now=now)
    else:
        happening = Happening.REOPENED if question.is_closed else Happening.REPLIED
        advance_question(question, happening, at=now, by=opened.actor, message_id=message.id)
        tell_desk_replied(question, message.id, now=now)
