"""Take a cancellation back: it needs both sides, the terms stay, and nothing new begins (§ 130 (1) BGB; spec 2.11)."""

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from portal.contracts.actions import fix_end
from portal.contracts.models import Contract
from portal.contracts.queries import contract_by_id
from portal.foundation.company import COMPANY
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.journal.rules import SYSTEM, Actor, ActorKind
from portal.leaving.actions.matching import drop_work, give_work, locked, note_step, reckon, unflag
from portal.leaving.actions.recording import StateRefused, pass_to, was_decided
from portal.leaving.models import Declaration, Retraction
from portal.leaving.notices.holders import end_objections, tell_both
from portal.leaving.queries.company import next_working_day
from portal.leaving.queries.standings import not_needed_beside, others_of
from portal.leaving.rules.declarations import Kind, State
from portal.leaving.rules.ends import local_date
from portal.leaving.rules.work import Flag, Work


class TooLate(PortalError):
    """The contract has ended, or there is nothing to take back."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This cancellation can no longer be taken back. A new contract is possible at any time."))


def accepts_retractions() -> bool:
    """Whether a wish to take back is accepted at once: `[leaving] accept_retractions` of `company.toml`, else yes."""
    company = COMPANY.here()
    return bool(company.sections.get("leaving", {}).get("accept_retractions", True))


def can_retract(declaration: Declaration, contract: Contract | None, now: datetime) -> bool:
    """Whether the cancellation of that contract can be taken back at that moment: until its last day is over."""
    standing = declaration.standing
    is_set = declaration.kind == Kind.CANCELLATION and standing.state == State.EFFECTIVE_SET
    if contract is None or not is_set or standing.effective_on is None:
        return False
    return contract.ended_at is None and local_date(now, contract.zone) <= standing.effective_on


def wish_back(declaration_id: int, *, now: datetime, way: str, by: Actor | None = None) -> bool:
    """The holder wants to go on; whether that was agreed. TooLate after the end. Twice is one wish."""
    with transaction():
        declaration = locked(declaration_id)
        contract = contract_by_id(declaration.standing.contract_id)
        if declaration.standing.state == State.RETRACTED:
            return True
        if contract is None or not can_retract(declaration, contract, now):
            raise TooLate
        who, open_wish = by or Actor(ActorKind.CUSTOMER), _open_wish(declaration_id)
        if open_wish is None:
            open_wish = Retraction(declaration_id=declaration_id, asked_at=now, way=way)
            db.session.add(open_wish)
            note_step(declaration, "retraction_wished", by=who, now=now, way=way)
        if not accepts_retractions():
            give_work(declaration.standing, Work.RETRACTION, next_working_day(now))
            return False
        _agree(declaration, contract, open_wish, by=SYSTEM, now=now)
        return True


def decide_retraction(declaration_id: int, *, is_accepted: bool, by: Actor, now: datetime) -> None:
    """Somebody of the desk agrees that the contract goes on, or says that the cancellation stands.

    Twice the same changes nothing, unless somebody wished it anew; StateRefused when it is too late.
    """
    with transaction():
        declaration = locked(declaration_id)
        contract, wish = contract_by_id(declaration.standing.contract_id), _open_wish(declaration_id)
        if wish is None and was_decided(declaration, "retracted" if is_accepted else "retraction_refused"):
            return
        if contract is None or not can_retract(declaration, contract, now):
            raise StateRefused
        if wish is None:
            wish = Retraction(declaration_id=declaration_id, asked_at=now, way="desk")
            db.session.add(wish)
        if is_accepted:
            _agree(declaration, contract, wish, by=by, now=now)
            return
        wish.decision, wish.decided_at, wish.decided_by = "refused", now, by.id
        drop_work(declaration.standing)
        note_step(declaration, "retraction_refused", by=by, now=now)
        db.session.flush()
        ends_on = {
            "ends_on": declaration.standing.effective_on.isoformat() if declaration.standing.effective_on else ""
        }
        tell_both(declaration, "leaving_kept", now=now, stamp=str(wish.id), holder=ends_on)


def restore_contract(declaration: Declaration, contract: Contract, *, by: Actor, now: datetime) -> None:
    """Give the contract the end it has without this declaration; its terms were never touched."""
    others = [each.effective_on for each in others_of(contract.id, declaration.id) if each.effective_on]
    before = str(declaration.standing.end_inputs.get("before") or "")
    ends_on = min(others) if others else date.fromisoformat(before) if before else None
    fix_end(contract, ends_on, why=declaration.reference, now=now, by=by)


def annul(declaration: Declaration, contract: Contract, *, by: Actor, now: datetime) -> None:
    """It never had an effect: another cancellation that was only not needed beside it ends the contract (spec 2.14)."""
    end_objections(declaration, now=now)
    if not declaration.standing.end_inputs:
        return  # it never moved the end
    restore_contract(declaration, contract, by=by, now=now)
    for other in not_needed_beside(declaration.id, contract.id):
        _revive(other, contract, by=by, now=now)


def _revive(declaration: Declaration, contract: Contract, *, by: Actor, now: datetime) -> None:
    """What had no effect beside another cancellation is reckoned now, from its own receipt."""
    drop_work(declaration.standing)
    unflag(declaration.standing, Flag.ALREADY_ENDED)
    unflag(declaration.standing, Flag.LATER_END)
    reckon(declaration, contract, by=by, now=now)


def other_end(contract: Contract) -> dict[str, str]:
    """For the holder: when the contract ends all the same, by another cancellation."""
    return {"other_end": contract.ends_on.isoformat() if contract.ends_on else ""}


def _agree(declaration: Declaration, contract: Contract, wish: Retraction, *, by: Actor, now: datetime) -> None:
    wish.decision, wish.decided_at, wish.decided_by = "accepted", now, by.id
    drop_work(declaration.standing)
    pass_to(declaration, State.RETRACTED, "cancellation.retracted", by=by, at=now)
    restore_contract(declaration, contract, by=by, now=now)
    end_objections(declaration, now=now)
    # What only said the same again goes with it; one with an end of its own stands.
    for other in not_needed_beside(declaration.id, contract.id):
        if Flag.LATER_END in other.standing.flags:
            _revive(other, contract, by=by, now=now)
            continue
        drop_work(other.standing)
        pass_to(other, State.RETRACTED, "cancellation.retracted", by=by, at=now)
    db.session.flush()
    terms = {"price": contract.price} | other_end(contract)
    tell_both(declaration, "leaving_retracted", now=now, stamp=str(wish.id), holder=terms)


def _open_wish(declaration_id: int) -> Retraction | None:
    rows = select(Retraction).filter_by(declaration_id=declaration_id, decision="")
    return db.session.scalar(rows.order_by(Retraction.id).limit(1))
