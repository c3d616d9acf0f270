"""What a mail became, written down once; what waits for a person tells the desk."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from portal.foundation.database import db, transaction
from portal.inbox.models import IncomingMail
from portal.inbox.reading.parsed import LONGEST_SUBJECT, Mail
from portal.inbox.rules.judging import Reason, State
from portal.inbox.rules.texts import cut
from portal.journal.actions import record
from portal.journal.rules import Actor
from portal.notifications.actions import tell_staff

_LONGEST_SHOWN = 20_000
_LET_IN = (State.QUESTION, State.MESSAGE)


def settle(
    row: IncomingMail,
    state: State,
    *,
    now: datetime,
    reason: Reason | None = None,
    question_id: int | None = None,
    by: Actor | None = None,
    **facts: Any,
) -> bool:
    """The mail has that state from now on; False when somebody else has decided meanwhile.

    `facts` are what is known of it since it was read (`facts_of`). `by` is the person who decided, if it was one.
    """
    with transaction():
        changed = (
            update(IncomingMail)
            .where(IncomingMail.id == row.id, IncomingMail.state == row.state)
            .values(
                state=state.value,
                reason=reason.value if reason else "",
                question_id=question_id,
                settled_at=now,
                settled_by=by.name if by else "",
                **facts,
            )
            .execution_options(synchronize_session=False)
        )
        is_ours = int(db.session.execute(changed).rowcount) == 1  # type: ignore[attr-defined]
        if is_ours and state is State.WAITING:
            tell_staff("mail.waiting", about=("incoming_mail", row.id), stamp=str(row.id), payload={}, now=now)
        if is_ours and by is not None and state in _LET_IN:
            record("mail.let_in", "question", question_id or 0, by=by, at=now, mail=row.id)
    return is_ours


def facts_of(mail: Mail, *, is_shown: bool) -> dict[str, Any]:
    """Who wrote, about what; with `is_shown` also the words, for a person who decides."""
    text = "\n\n".join(each for each in (mail.text, mail.quoted) if each)
    shown = {"text": cut(text, _LONGEST_SHOWN)[0], "lines": mail.lines} if is_shown else {"text": "", "lines": ""}
    return {
        "sender": mail.head.sender or ", ".join(mail.head.senders)[:254],
        "sender_name": mail.name,
        "subject": mail.subject[:LONGEST_SUBJECT],
        "message_id": mail.message_id,
        "files": [each.name[:120] for each in mail.files] if is_shown else [],
        **shown,
    }
