"""Two cancellations name two ends of one contract: the holder or a lead says which holds (spec leaving 2.14).

Until then the earlier one holds, and both are kept. The later one can only hold once the earlier is taken back, which
needs both sides (§ 130 (1) BGB).
"""

from datetime import datetime

from portal.contracts.queries import contract_by_id
from portal.foundation.database import transaction
from portal.journal.rules import Actor, ActorKind
from portal.leaving.actions.matching import drop_work, locked, note_step, unflag
from portal.leaving.actions.recording import refuse_other
from portal.leaving.actions.retracting import decide_retraction, wish_back
from portal.leaving.models import Declaration
from portal.leaving.queries.ends import beside
from portal.leaving.rules.declarations import State
from portal.leaving.rules.work import Flag


def let_earlier_hold(declaration_id: int, *, now: datetime, by: Actor | None = None) -> None:
    """The end stays the one that the cancellation before this one has set. Twice changes nothing."""
    with transaction():
        declaration = locked(declaration_id)
        if not _is_open(declaration):
            refuse_other(declaration, "earlier_end_holds")
            return
        unflag(declaration.standing, Flag.LATER_END)
        drop_work(declaration.standing)
        note_step(declaration, "earlier_end_holds", by=by or Actor(ActorKind.CUSTOMER), now=now)


def wish_later(declaration_id: int, *, now: datetime, way: str) -> bool:
    """The holder wants the later end; whether that was agreed, or waits for a lead. TooLate after the earlier end."""
    while (number := _in_the_way(declaration_id)) is not None:
        if not wish_back(number, now=now, way=way):
            return False
    return True


def let_later_hold(declaration_id: int, *, by: Actor, now: datetime) -> None:
    """A lead agrees that the later end holds. Twice changes nothing."""
    while (number := _in_the_way(declaration_id)) is not None:
        decide_retraction(number, is_accepted=True, by=by, now=now)


def _in_the_way(declaration_id: int) -> int | None:
    """The cancellation that sets an earlier end than this one names, None where this one holds."""
    with transaction():
        declaration = locked(declaration_id)
        if not _is_open(declaration) and declaration.standing.state != State.EFFECTIVE_SET:
            refuse_other(declaration, "effective")
        found = beside(declaration, contract_by_id(declaration.standing.contract_id))
        return found.other.id if found and not found.is_other_later else None


def _is_open(declaration: Declaration) -> bool:
    return declaration.standing.state == State.MATCHED and Flag.LATER_END in declaration.standing.flags
