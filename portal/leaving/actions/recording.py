"""Add to the record that only grows, and let a declaration pass from one state to the next."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from portal.foundation.database import db, make_once, make_row
from portal.foundation.errors import PortalError
from portal.journal.actions import record
from portal.journal.rules import Actor
from portal.leaving.effects import announce
from portal.leaving.models import Declaration, RecordEntry, RecordHead
from portal.leaving.rules.chain import entry_hash
from portal.leaving.rules.declarations import State, may_follow

_HEAD = 1


class StateRefused(PortalError):
    """A declaration cannot pass from where it stands to where somebody wants it; also raised where nobody reads."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("This is no longer possible: the declaration has moved on. Please open it again."))


def add_to_record(reference: str, verb: str, *, by: Actor, at: datetime, **facts: Any) -> None:
    """One more entry, inside the caller's transaction. `facts` are plain values, and never what a person typed."""
    position, previous = _next_place()
    values = {
        "position": position,
        "at": at,
        "verb": verb,
        "reference": reference,
        "actor_kind": by.kind.value,
        "actor_id": by.id,
        "facts": facts,
        "previous_hash": previous,
    }
    actor = (by.kind.value, by.id)
    own = entry_hash(previous, position=position, at=at, verb=verb, reference=reference, actor=actor, facts=facts)
    make_row(RecordEntry, values | {"hash": own})
    db.session.connection().execute(
        update(RecordHead.__table__).where(RecordHead.id == _HEAD).values(hash=own)  # type: ignore[arg-type]
    )


def note(declaration: Declaration, verb: str, *, by: Actor, at: datetime, **facts: Any) -> None:
    """One step in the record and in the history of a declaration, inside the caller's transaction."""
    add_to_record(declaration.reference, verb, by=by, at=at, **facts)
    record(verb, "declaration", declaration.id, by=by, at=at, **facts)
    announce(declaration, verb, at=at)


def pass_to(declaration: Declaration, state: State, verb: str, *, by: Actor, at: datetime, **facts: Any) -> None:
    """Let a declaration go over to a state, and write it down; StateRefused when the way is not open."""
    before = declaration.standing.state
    if not may_follow(before, state):
        raise StateRefused
    declaration.standing.state = state.value
    note(declaration, verb, by=by, at=at, before=before, state=state.value, **facts)


def refuse_other(declaration: Declaration, verb: str, **facts: Any) -> None:
    """StateRefused, unless exactly this was decided before: who presses twice has decided once, and nothing changes."""
    if not was_decided(declaration, verb, **facts):
        raise StateRefused


def was_decided(declaration: Declaration, verb: str, **facts: Any) -> bool:
    """Whether the newest step of that kind has these facts."""
    steps = select(RecordEntry).filter_by(reference=declaration.reference, verb=f"{declaration.kind}.{verb}")
    newest = db.session.scalar(steps.order_by(RecordEntry.position.desc()).limit(1))
    return newest is not None and facts.items() <= newest.facts.items()


def _next_place() -> tuple[int, str]:
    """The next position and the newest hash; everybody else who wants to add waits for this transaction."""
    raised = (
        update(RecordHead.__table__)  # type: ignore[arg-type]
        .where(RecordHead.id == _HEAD)
        .values(position=RecordHead.position + 1)
        .returning(RecordHead.position, RecordHead.hash)
    )
    found = db.session.connection().execute(raised).first()
    if found is None:
        make_once(RecordHead, {"id": _HEAD, "position": 0, "hash": ""})
        found = db.session.connection().execute(raised).one()
    return int(found[0]), str(found[1])
