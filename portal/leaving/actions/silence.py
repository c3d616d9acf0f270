"""Somebody said "all" and stays silent when asked which contract: after seven days all of them are meant (spec 2.14).

One standing holds one contract, with its own end, objection and taking back. So the declaration itself takes the first
contract, and each further one gets a declaration with the same words and the same receipt that names the first.
"""

import secrets
from datetime import datetime

from portal.contracts.models import Contract
from portal.contracts.queries import contract_by_id, contracts_of
from portal.foundation.database import db, transaction
from portal.journal.rules import SYSTEM
from portal.keys.rules import digest
from portal.leaving.actions.declaring import facts_of
from portal.leaving.actions.matching import assign, compare_with_books, locked
from portal.leaving.actions.recording import note
from portal.leaving.models import Declaration, Standing
from portal.leaving.queries.standings import SILENT_AFTER, asked_at
from portal.leaving.rules.declarations import LETTERS, Kind, State
from portal.leaving.rules.ends import local_date
from portal.leaving.rules.matching import Rule
from portal.numbers.actions import next_number

_OWN = frozenset({"id", "reference", "stamp", "salt"})


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
        first, *further = meant
        assign(declaration, first, by=SYSTEM, rule=Rule.SILENCE.value, now=now)
        made = [_further(declaration, each, now) for each in further]
        for own, contract in zip(made, further, strict=True):
            assign(own, contract, by=SYSTEM, rule=Rule.SILENCE.value, now=now)
        declaration.standing.match = {**declaration.standing.match, "further": [each.reference for each in made]}


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


def _further(first: Declaration, contract: Contract, now: datetime) -> Declaration:
    """The same declaration once more, for another contract: the words and the receipt are those of the first."""
    year = first.received_at.year
    same = {name: getattr(first, name) for name in _columns()}
    made = Declaration(
        **same,
        reference=str(next_number(LETTERS[Kind(first.kind)], year)),
        stamp=digest(f"{first.reference}:{contract.id}"),
        salt=secrets.token_hex(16),
    )
    made.standing = Standing(
        state=State.RECEIVED.value,
        email=first.standing.email,
        wished_on=first.standing.wished_on,
        flags=list(first.standing.flags),
        match={**first.standing.match, "first": first.reference},
    )
    db.session.add(made)
    db.session.flush()
    note(made, f"{first.kind}.received", by=SYSTEM, at=now, first=first.reference, **facts_of(made))
    return made


def _columns() -> list[str]:
    """Everything that was said and how it came; only number, stamp and salt are its own."""
    return [each.name for each in Declaration.__table__.columns if each.name not in _OWN]
