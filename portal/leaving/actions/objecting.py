"""The holder says "this was not me": everything that cannot be undone stands still until people decide (spec 2.4)."""

from datetime import datetime

from sqlalchemy import select

from portal.contracts.queries import contract_by_id
from portal.foundation.database import db, transaction
from portal.journal.rules import Actor, ActorKind
from portal.leaving.actions.matching import drop_work, give_work, locked
from portal.leaving.actions.recording import StateRefused, pass_to
from portal.leaving.actions.retracting import annul, other_end
from portal.leaving.models import Objection
from portal.leaving.notices.holders import tell_both
from portal.leaving.queries.company import next_working_day
from portal.leaving.rules.declarations import State
from portal.leaving.rules.work import Work

TEXT_LIMIT = 2000
_OPEN = (State.MATCHED, State.EFFECTIVE_SET)


def object_to(declaration_id: int, remark: str, *, now: datetime, way: str = "link", by: Actor | None = None) -> bool:
    """Freeze a declaration and tell both sides, once; False when an objection came before: nothing more changes."""
    with transaction():
        declaration = locked(declaration_id)
        standing = declaration.standing
        if standing.state == State.CONTESTED:
            return False
        if standing.state not in _OPEN:
            raise StateRefused
        standing.contested_from = standing.state
        row = Objection(declaration_id=declaration_id, at=now, way=way, remark=remark.strip()[:TEXT_LIMIT])
        db.session.add(row)
        db.session.flush()
        give_work(standing, Work.OBJECTION, next_working_day(now))
        who = by or Actor(ActorKind.CUSTOMER)
        pass_to(declaration, State.CONTESTED, f"{declaration.kind}.contested", by=who, at=now, way=way)
        tell_both(declaration, "leaving_contested", now=now, stamp=str(row.id))
    return True


def decide_objection(declaration_id: int, *, is_valid: bool, why: str, by: Actor, now: datetime) -> None:
    """People decide: the declaration is valid and goes on as before, or it never was (§ 180 BGB) and is rejected.

    Twice the same, for the same reason, changes nothing.
    """
    decided = ("valid" if is_valid else "void"), why.strip()[:TEXT_LIMIT]
    with transaction():
        declaration = locked(declaration_id)
        standing, row = declaration.standing, _newest(declaration_id)
        if row is not None and standing.state != State.CONTESTED and (row.decision, row.why) == decided:
            return
        if row is None or standing.state != State.CONTESTED:
            raise StateRefused
        row.decision, row.why = decided
        row.decided_at, row.decided_by = now, by.id
        state = State(standing.contested_from) if is_valid else State.REJECTED
        drop_work(standing)
        facts = {"decision": row.decision}
        pass_to(declaration, state, f"{declaration.kind}.objection_decided", by=by, at=now, **facts)
        contract = contract_by_id(standing.contract_id)
        told: dict[str, str] = {}
        if not is_valid and contract is not None:
            annul(declaration, contract, by=by, now=now)
            told = other_end(contract)
        tell_both(declaration, "leaving_decided", now=now, stamp=str(row.id), holder=told, is_valid=is_valid)


def _newest(declaration_id: int) -> Objection | None:
    rows = select(Objection).filter_by(declaration_id=declaration_id)
    return db.session.scalar(rows.order_by(Objection.id.desc()).limit(1))
