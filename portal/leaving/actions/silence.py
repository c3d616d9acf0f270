"""Somebody said "all" and stays silent when asked which contract: after seven days all are meant (spec 2.14)."""

from datetime import datetime

from portal.contracts.models import Contract
from portal.contracts.queries import contract_by_id, contracts_of
from portal.foundation.database import transaction
from portal.journal.rules import SYSTEM
from portal.leaving.actions.matching import compare_with_books, locked
from portal.leaving.actions.several import assign_to_all
from portal.leaving.models import Declaration
from portal.leaving.queries.standings import SILENT_AFTER, asked_at
from portal.leaving.rules.declarations import State
from portal.leaving.rules.ends import local_date
from portal.leaving.rules.matching import Rule


def take_silence(declaration_id: int, *, now: datetime) -> None:
    """Give effect for every running contract of the person; nothing once it is answered or while the week runs.

    Where the words fit the contracts of several people, it stays with a person of the desk.
    """
    with transaction():
        declaration = locked(declaration_id)
        asked = asked_at(declaration_id) or declaration.received_at
        if declaration.standing.state != State.AMBIGUOUS or asked > now - SILENT_AFTER:
            return
        meant = _all_of_one(declaration, now)
        if not meant:
            declaration.standing.match = {**declaration.standing.match, "is_several_people": True}
            return
        assign_to_all(declaration, meant, by=SYSTEM, rule=Rule.SILENCE, now=now)


def _all_of_one(declaration: Declaration, now: datetime) -> list[Contract]:
    """All running contracts of the one person to whom the words point, the oldest first; none for several."""
    today = local_date(now, declaration.zone)
    meant = [each for each in compare_with_books(declaration, today=today).candidates if each.is_pointed_to]
    found = [each for each in (contract_by_id(one.contract_id) for one in meant) if each]
    customers = {each.customer_id for each in found}
    if len(customers) != 1:
        return []
    running = [each for each in contracts_of(customers.pop()) if each.is_running(today)]
    return sorted(running, key=lambda each: each.id)
