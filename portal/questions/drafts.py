"""What a signed-in person has typed and not sent yet, kept so that no error, reload or lost connection costs it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from portal.foundation.database import db, insert_once, transaction
from portal.foundation.sql.prepared import Prepared
from portal.questions.models import Draft

NEW_QUESTION = "question"
# All text of the form together; its fields have limits of their own when it is sent.
_LARGEST = 120_000
_FORGET = Prepared(delete(Draft).where(Draft.user_id == bindparam("of_user"), Draft.form == bindparam("of_form")))


def save_draft(user_id: int, form: str, content: Mapping[str, str], *, now: datetime) -> bool:
    """Keep what was typed, in place of what was kept before; False when it is too large to be kept."""
    kept = {name: text for name, text in content.items() if text}
    if sum(map(len, kept.values())) > _LARGEST:
        return False
    key = {"user_id": user_id, "form": form}
    values = {"content": kept, "changed_at": now}
    with transaction():
        changed = update(Draft).filter_by(**key).values(**values).execution_options(synchronize_session=False)
        if int(db.session.execute(changed).rowcount) == 0:  # type: ignore[attr-defined]
            db.session.execute(insert_once(Draft, key | values))
    return True


def begin_draft(user_id: int, form: str, content: Mapping[str, str], *, now: datetime) -> None:
    """Keep a text that was taken back, unless something else was begun meanwhile; inside the caller's transaction."""
    values = {"user_id": user_id, "form": form, "content": dict(content), "changed_at": now}
    db.session.execute(insert_once(Draft, values))


def draft_of(user_id: int, form: str) -> Draft | None:
    """What this person has typed in that form and not sent; None when there is nothing."""
    return db.session.scalar(select(Draft).filter_by(user_id=user_id, form=form))


def remove_draft(user_id: int, form: str) -> None:
    """Forget it, inside the caller's transaction."""
    _FORGET.rows({"of_user": user_id, "of_form": form})


def move_drafts(form: str, to: str) -> None:
    """What was typed in one form waits in another one from now on, inside the caller's transaction.

    Whoever has something there already keeps that.
    """
    there = select(Draft.user_id).where(Draft.form == to)
    moved = update(Draft).where(Draft.form == form, Draft.user_id.not_in(there)).values(form=to)
    db.session.execute(moved.execution_options(synchronize_session=False))


def discard_draft(user_id: int, form: str) -> None:
    """Forget it because the person wants to start afresh."""
    with transaction():
        remove_draft(user_id, form)
