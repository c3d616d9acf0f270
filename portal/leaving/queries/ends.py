"""What a cancellation says about the end of its contract, and what another one beside it says (spec 2.7, 2.14)."""

from dataclasses import dataclass
from datetime import date

from portal.contracts.models import Contract
from portal.foundation.database import db
from portal.leaving.models import Declaration
from portal.leaving.queries.standings import others_of
from portal.leaving.rules.declarations import CancellationKind, State
from portal.leaving.rules.ends import End, Wish, end_of
from portal.leaving.rules.work import Flag


@dataclass(frozen=True)
class Beside:
    """Another cancellation of the same contract that names another end.

    `ends_on` is the earlier end, which holds, and `later_on` the later one. `is_open`: the newer of the two names the
    later one, which may correct the first, so that somebody is asked.
    """

    other: Declaration
    ends_on: date
    later_on: date
    is_open: bool
    is_other_later: bool


def reckoning(declaration: Declaration, contract: Contract) -> End:
    """The end by the terms, from the day of receipt, or from the day before where a person decided so."""
    is_day_before = Flag.DAY_COUNTS in declaration.standing.flags
    return end_of(contract.terms, declaration.received_at, wish_of(declaration), is_day_before=is_day_before)


def wish_of(declaration: Declaration) -> Wish:
    """What somebody declared, as the reckoning reads it."""
    standing = declaration.standing
    return Wish(
        on=standing.wished_on,
        for_cause=declaration.cause == CancellationKind.FOR_CAUSE,
        has_reason=bool(declaration.reason.strip()),
        button_is_missing=Flag.BUTTON_MISSING in standing.flags,
    )


def beside(declaration: Declaration, contract: Contract | None) -> Beside | None:
    """The cancellation beside this one, where the two name different ends and one of them still has its effect."""
    standing = declaration.standing
    is_open = standing.state == State.MATCHED and Flag.LATER_END in standing.flags
    if contract is None or contract.ended_at is not None or not (is_open or standing.state == State.EFFECTIVE_SET):
        return None
    own = reckoning(declaration, contract).ends_on if is_open else standing.effective_on
    set_ = [each for each in others_of(contract.id, declaration.id) if each.state == State.EFFECTIVE_SET]
    ends = [(each.effective_on, each.declaration_id) for each in set_ if each.effective_on and each.effective_on != own]
    if own is None or not ends:
        return None
    end, number = min(ends)
    return Beside(
        other=db.session.get_one(Declaration, number),
        ends_on=min(own, end),
        later_on=max(own, end),
        is_open=is_open,
        is_other_later=end > own,
    )
