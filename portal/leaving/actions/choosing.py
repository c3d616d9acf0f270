"""The holder says which contract a declaration means, on the page behind our question (spec leaving 2.4, 2.14)."""

from collections.abc import Collection
from datetime import datetime

from portal.contracts.models import Contract
from portal.contracts.queries import contract_by_id
from portal.foundation.database import transaction
from portal.journal.rules import Actor, ActorKind
from portal.leaving.actions.matching import compare_with_books, locked
from portal.leaving.actions.recording import StateRefused
from portal.leaving.actions.several import assign_to_all
from portal.leaving.models import Declaration
from portal.leaving.rules.declarations import State
from portal.leaving.rules.ends import local_date
from portal.leaving.rules.matching import Rule

_UNCLEAR = (State.AMBIGUOUS, State.UNMATCHED)


def choices_of(declaration: Declaration, address: str, *, now: datetime) -> list[Contract]:
    """The contracts of that address that the declaration could mean, the oldest first; none once it is clear."""
    if declaration.standing.state not in _UNCLEAR:
        return []
    found = compare_with_books(declaration, today=local_date(now, declaration.zone))
    rows = [contract_by_id(each.contract_id) for each in found.candidates if each.is_pointed_to]
    return sorted((each for each in rows if each and each.customer.email == address), key=lambda each: each.id)


def choose_contracts(declaration_id: int, numbers: Collection[str], *, address: str, now: datetime) -> bool:
    """Give effect for the contracts with these numbers; False where none of them is one to choose from.

    The end counts from the original receipt. StateRefused when it became clear meanwhile.
    """
    with transaction():
        declaration = locked(declaration_id)
        if declaration.standing.state not in _UNCLEAR:
            raise StateRefused
        chosen = [each for each in choices_of(declaration, address, now=now) if each.number in numbers]
        if chosen:
            assign_to_all(declaration, chosen, by=Actor(ActorKind.CUSTOMER), rule=Rule.HOLDER, now=now)
        return bool(chosen)
