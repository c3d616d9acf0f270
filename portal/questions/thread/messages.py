"""The conversation in pieces of fifty, each message with its author, its files and what may be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from portal.attachments.models import Attachment
from portal.attachments.queries import attachments_of
from portal.attachments.showing import ShownFile, shown_files
from portal.foundation import clock
from portal.questions.models import Message, Question
from portal.questions.past import messages_then
from portal.questions.queries import shown_messages
from portal.questions.rules import THREAD_SIZE, Author, can_reopen, can_withdraw, is_kept_solved
from portal.questions.thread.mailed import ShownMail, shown_mails


@dataclass(frozen=True)
class MessageView:
    """One entry as the page prints it."""

    id: int
    author_name: str
    author_role: str
    is_own: bool
    channel: str
    sent_at: datetime
    body: str
    is_withdrawn: bool
    can_withdraw: bool
    is_kept_solved: bool
    can_reopen: bool
    attachments: Sequence[ShownFile]
    mailed: ShownMail | None = None


@dataclass(frozen=True)
class Thread:
    """Up to fifty messages in order; `earlier` and `later` are ids to go on from, or None."""

    messages: Sequence[MessageView]
    earlier: int | None
    later: int | None

    @property
    def newest(self) -> int:
        """The id of the last message shown; 0 without one."""
        return self.messages[-1].id if self.messages else 0


def thread_of(question: Question, now: datetime, *, before: int | None = None, after: int | None = None) -> Thread:
    """The last fifty messages, or the fifty before or after one; one statement, and one for files."""
    past = clock.past()
    place: dict[str, Any] = {"before": before, "after": after, "limit": THREAD_SIZE + 1}
    rows = messages_then(question, past, **place) if past else shown_messages(question.id, **place)
    has_more = len(rows) > THREAD_SIZE
    shown = rows[:THREAD_SIZE] if after is not None else rows[-THREAD_SIZE:]
    files = attachments_of("message", [row.id for row, has_files in shown if has_files and row.withdrawn_at is None])
    mails = shown_mails(row for row, _ in shown)
    views = [
        _view(row, question, now, files=_files(question, files.get(row.id, ())), mailed=mails.get(row.id))
        for row, _ in shown
    ]
    has_earlier = has_more if after is None else True
    has_later = before is not None if after is None else has_more
    first, last = (views[0].id, views[-1].id) if shown else (None, None)
    return Thread(views, first if has_earlier else None, last if has_later else None)


def _files(question: Question, files: Sequence[Attachment]) -> Sequence[ShownFile]:
    if not files:
        return ()

    def url(file: Attachment, **shown: Any) -> str:
        return url_for("questions.show_attachment", number=question.number, public_id=file.public_id, **shown)

    return shown_files(files, url=url, picture_url=lambda file: url(file, shown="yes"))


def _view(
    row: Message, question: Question, now: datetime, *, files: Sequence[ShownFile], mailed: ShownMail | None
) -> MessageView:
    is_kept = is_kept_solved(row.is_thanks, row.created_at, question.closed_at)
    return MessageView(
        id=row.id,
        author_name=row.author_name,
        author_role=row.author_role,
        is_own=row.author == Author.CUSTOMER,
        channel=row.channel,
        sent_at=row.created_at,
        body=row.body,
        is_withdrawn=row.withdrawn_at is not None,
        can_withdraw=can_withdraw(row.author, row.created_at, row.withdrawn_at, now),
        is_kept_solved=is_kept,
        can_reopen=is_kept and can_reopen(question.status, question.reopen_until, now),
        attachments=files,
        mailed=mailed,
    )
