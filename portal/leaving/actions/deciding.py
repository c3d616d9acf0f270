"""What people of the desk decide about a declaration (spec leaving 2.4, 2.14; §§ 174, 312k (6) BGB)."""

from datetime import date, datetime

from flask_babel import gettext as _

from portal.contracts.actions import mark_ended
from portal.contracts.models import Contract
from portal.contracts.queries import contract_by_id
from portal.foundation.database import transaction
from portal.foundation.errors import PortalError
from portal.journal.rules import SYSTEM, Actor
from portal.leaving.actions.matching import (
    AUTHORITY_DAYS,
    OBJECTION_DAYS,
    ask_whose_contracts_fit,
    compare_with_books,
    drop_work,
    flag,
    give_work,
    keep_end,
    locked,
    note_step,
    reckon,
    unflag,
)
from portal.leaving.actions.recording import StateRefused, pass_to, refuse_other, was_decided
from portal.leaving.actions.retracting import annul, restore_contract
from portal.leaving.models import Declaration
from portal.leaving.notices.holders import tell_both, tell_holder, tell_sender
from portal.leaving.queries.company import next_working_day
from portal.leaving.queries.ends import reckoning, wish_of
from portal.leaving.queries.standings import asked_at
from portal.leaving.rules.declarations import Kind, State
from portal.leaving.rules.ends import end_of, local_date
from portal.leaving.rules.work import Flag, Work, is_day_doubtful

_UNDECIDED = (State.RECEIVED, State.AMBIGUOUS, State.UNMATCHED)


class NobodyToAsk(PortalError):
    """There is no address to which a question could go."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Nobody gave an address that we could write to. A letter may reach the person."))


class SentBefore(PortalError):
    """The mail has gone out before and goes out once: nothing was done and nothing is wrong; `word` says which."""

    status = 409
    word = ""


class AlreadyAsked(SentBefore):
    """The question which contract is meant has gone out; it is asked once (spec 2.14)."""

    word = "asked"

    def __init__(self) -> None:
        super().__init__(_("We have asked already which contract is meant; nobody is asked twice."))


class AlreadyConfirmed(SentBefore):
    """The same date went to the address on file before."""

    word = "confirmed"

    def __init__(self) -> None:
        super().__init__(_("This date has gone to the address on file already; it is not sent twice."))


class RejectionTooLate(PortalError):
    """The days for a rejection are over; silence has accepted."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("A rejection must come without delay. Three days have passed, so the declaration counts."))


def ask_back(declaration_id: int, *, by: Actor, now: datetime) -> None:
    """Ask the sender once which contract is meant; the receipt stays what it is (spec 2.14)."""
    with transaction():
        declaration = locked(declaration_id)
        if declaration.standing.state not in _UNDECIDED:
            raise StateRefused
        if asked_at(declaration_id) is not None:
            raise AlreadyAsked
        found = compare_with_books(declaration, today=local_date(now, declaration.zone))
        is_asked = ask_whose_contracts_fit(declaration, found, now=now)
        if not is_asked and not tell_sender(declaration, "leaving_question", now=now):
            raise NobodyToAsk
        give_work(declaration.standing, Work.ANSWER_BACK, next_working_day(now))
        note_step(declaration, "asked_back", by=by, now=now)


def confirm_again(declaration_id: int, *, by: Actor, now: datetime) -> None:
    """Send the exact date to the address on file, and call the work done; AlreadyConfirmed when neither is left."""
    with transaction():
        declaration = locked(declaration_id)
        contract = contract_by_id(declaration.standing.contract_id)
        if declaration.standing.state not in (State.MATCHED, State.EFFECTIVE_SET) or contract is None:
            raise StateRefused
        is_work = declaration.standing.work in (Work.ALREADY, Work.GOOD_CAUSE)
        if is_work:
            drop_work(declaration.standing)
        if not tell_holder(declaration, contract, now=now) and not is_work:
            raise AlreadyConfirmed
        declaration.standing.confirmed_at = now
        note_step(declaration, "confirmed", by=by, now=now)


def judge_cause(declaration_id: int, *, is_accepted: bool, by: Actor, now: datetime) -> None:
    """The cause suffices and the contract ends as claimed, or the ordinary end holds in the alternative (W10).

    Twice the same changes nothing.
    """
    with transaction():
        declaration = locked(declaration_id)
        contract = contract_by_id(declaration.standing.contract_id)
        if declaration.standing.state != State.EFFECTIVE_SET or contract is None:
            refuse_other(declaration, "cause_judged", accepted=is_accepted)
            return
        end = reckoning(declaration, contract)
        claimed = end.claimed_on or end.ends_on
        ends_on = min(claimed, end.ends_on) if is_accepted else end.ends_on
        is_same = was_decided(declaration, "cause_judged", accepted=is_accepted)
        if is_same and declaration.standing.effective_on == ends_on:
            return
        flag(declaration.standing, Flag.JUDGED)
        drop_work(declaration.standing)
        note_step(declaration, "cause_judged", by=by, now=now, accepted=is_accepted)
        keep_end(declaration, contract, end, ends_on, by=by, now=now)


def judge_day(declaration_id: int, *, is_day_before: bool, by: Actor, now: datetime) -> None:
    """It was still the day before where the person was, and the earlier end holds; or the day of arrival (2.7).

    Twice the same changes nothing.
    """
    with transaction():
        declaration = locked(declaration_id)
        standing, contract = declaration.standing, contract_by_id(declaration.standing.contract_id)
        if standing.state != State.EFFECTIVE_SET or contract is None or not is_day_doubtful(standing.flags):
            refuse_other(declaration, "day_judged", day_before=is_day_before)
            return
        flag(standing, Flag.DAY_JUDGED)
        unflag(standing, Flag.DAY_BEFORE)
        if standing.work == Work.DAY:
            drop_work(standing)
        note_step(declaration, "day_judged", by=by, now=now, day_before=is_day_before)
        if is_day_before:
            flag(standing, Flag.DAY_COUNTS)
            restore_contract(declaration, contract, by=by, now=now)
            reckon(declaration, contract, by=by, now=now)


def earlier_end(declaration: Declaration, contract: Contract) -> date:
    """The last day of the contract if the day before counted as that of the receipt."""
    return end_of(contract.terms, declaration.received_at, wish_of(declaration), is_day_before=True).ends_on


def mark_missing_button(declaration_id: int, *, is_missing: bool, by: Actor, now: datetime) -> None:
    """The shop did not show the button: no notice period holds (§ 312k (6) BGB, W13); or it did after all.

    Twice the same changes nothing.
    """
    with transaction():
        declaration = locked(declaration_id)
        standing, contract = declaration.standing, contract_by_id(declaration.standing.contract_id)
        if declaration.kind != Kind.CANCELLATION or standing.state in (State.ENDED, State.RETRACTED, State.REJECTED):
            raise StateRefused
        if is_missing == (Flag.BUTTON_MISSING in standing.flags):
            return
        (flag if is_missing else unflag)(standing, Flag.BUTTON_MISSING)
        note_step(declaration, "button_judged", by=by, now=now, missing=is_missing)
        if standing.state == State.EFFECTIVE_SET and contract is not None:
            restore_contract(declaration, contract, by=by, now=now)
            reckon(declaration, contract, by=by, now=now)


def mark_agent(declaration_id: int, *, by: Actor, now: datetime) -> None:
    """Somebody acts for the holder: three days to reject for lack of proof, then silence accepts (§ 174 BGB)."""
    with transaction():
        declaration = locked(declaration_id)
        if declaration.standing.authority_due_at is None:
            flag(declaration.standing, Flag.AUTHORITY)
            declaration.standing.authority_due_at = declaration.received_at + AUTHORITY_DAYS
            note_step(declaration, "authority_questioned", by=by, now=now)


def reject_agent(declaration_id: int, *, by: Actor, now: datetime) -> None:
    """Reject for lack of proof of authority, without delay, to whoever declared and to the holder (§ 174 BGB).

    Twice changes nothing.
    """
    with transaction():
        declaration = locked(declaration_id)
        standing, contract = declaration.standing, contract_by_id(declaration.standing.contract_id)
        if standing.state == State.REJECTED:
            refuse_other(declaration, "rejected")
            return
        if now > declaration.received_at + AUTHORITY_DAYS:
            raise RejectionTooLate
        drop_work(standing)
        standing.authority_due_at = None
        pass_to(declaration, State.REJECTED, f"{declaration.kind}.rejected", by=by, at=now, norm="§ 174 BGB")
        if contract is not None:
            annul(declaration, contract, by=by, now=now)
        tell_both(declaration, "leaving_rejected", now=now)


def accept_silently(declaration_id: int, *, now: datetime) -> None:
    """The days for a rejection have passed: the authority counts as given."""
    with transaction():
        declaration = locked(declaration_id)
        if declaration.standing.authority_due_at and declaration.standing.authority_due_at < now:
            declaration.standing.authority_due_at = None
            note_step(declaration, "authority_accepted", by=SYSTEM, now=now)


def accept_withdrawal(declaration_id: int, *, by: Actor, now: datetime) -> None:
    """The withdrawal holds: the contract ends with the day of receipt. Twice changes nothing."""
    with transaction():
        declaration = locked(declaration_id)
        contract = contract_by_id(declaration.standing.contract_id)
        if declaration.kind != Kind.WITHDRAWAL or contract is None:
            raise StateRefused
        if declaration.standing.state != State.MATCHED:
            refuse_other(declaration, "effective")
            return
        drop_work(declaration.standing)
        end = end_of(contract.terms, declaration.received_at)
        keep_end(declaration, contract, end, end.received_on, by=by, now=now)


def end_contract(declaration_id: int, *, now: datetime) -> bool:
    """The last day is over, and so are the days for an objection: only now happens what cannot be undone."""
    with transaction():
        declaration = locked(declaration_id)
        standing, contract = declaration.standing, contract_by_id(declaration.standing.contract_id)
        if standing.state != State.EFFECTIVE_SET or contract is None or standing.effective_on is None:
            return False
        today = local_date(now, contract.zone)
        earliest = local_date(declaration.received_at, contract.zone) + OBJECTION_DAYS
        if today <= standing.effective_on or today <= earliest:
            return False
        standing.ended_at = now
        drop_work(standing)
        pass_to(declaration, State.ENDED, f"{declaration.kind}.ended", by=SYSTEM, at=now)
        mark_ended(contract, now=now)
        return True
