"""One declaration that means several contracts: one standing holds one contract, with its own end and objection.

So the declaration itself takes the first contract, and each further one gets a declaration with the same words and the
same receipt that names the first (spec leaving 2.14).
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from portal.contracts.models import Contract
from portal.foundation.database import db
from portal.journal.rules import SYSTEM, Actor
from portal.keys.rules import digest
from portal.leaving.actions.declaring import facts_of
from portal.leaving.actions.matching import assign
from portal.leaving.actions.recording import note
from portal.leaving.models import Declaration, Standing
from portal.leaving.rules.declarations import LETTERS, Kind, State
from portal.leaving.rules.matching import Rule
from portal.numbers.actions import next_number

_OWN = frozenset({"id", "reference", "stamp", "salt"})


def assign_to_all(
    declaration: Declaration, contracts: Sequence[Contract], *, by: Actor, rule: Rule, now: datetime
) -> None:
    """Give effect for every one of these contracts, reckoned from the same receipt, in the caller's transaction."""
    first, *further = contracts
    assign(declaration, first, by=by, rule=rule.value, now=now)
    made = [_further(declaration, each, now) for each in further]
    for own, contract in zip(made, further, strict=True):
        assign(own, contract, by=by, rule=rule.value, now=now)
    if made:
        declaration.standing.match = {**declaration.standing.match, "further": [each.reference for each in made]}


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
