"""Find whose contract a declaration means, and what follows from it; after the receipt, never before (spec 2.4-2.7).

The end is reckoned from the moment of receipt, however late the contract is found. Until the end and the time for an
objection are over only what can be taken back happens: the contract gets a last day, and the holder is told.
"""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from portal.contracts.actions import fix_end
from portal.contracts.models import Contract
from portal.contracts.queries import candidates, contract_by_id
from portal.contracts.rules.papers import Paper
from portal.foundation.company import COMPANY
from portal.foundation.database import db, transaction
from portal.journal.rules import SYSTEM, Actor
from portal.leaving.actions.recording import note, pass_to, refuse_other
from portal.leaving.models import Declaration, Standing
from portal.leaving.notices.confirming import confirm_on_file, note_delivery, usable_address
from portal.leaving.notices.holders import ask_holder, tell_holder
from portal.leaving.queries.company import next_working_day
from portal.leaving.queries.deliveries import changed_address_since, was_asked_lately
from portal.leaving.queries.ends import reckoning, wish_of
from portal.leaving.queries.standings import others_of
from portal.leaving.rules.declarations import Kind, State
from portal.leaving.rules.ends import Check, End, day_before_decides, has_deadline, local_date
from portal.leaving.rules.hints import hints_of
from portal.leaving.rules.matching import Claim, Field, Match, OnFile, Strength, match
from portal.leaving.rules.periods import Timeliness, timeliness, withdrawal_ends_on
from portal.leaving.rules.retention import kept_until
from portal.leaving.rules.work import Flag, Work, is_day_doubtful
from portal.service_levels.desk_hours import read_desk_hours

OBJECTION_DAYS = timedelta(days=14)
# Somebody else may have put their own address there, to learn of everything in the holder's place (spec 2.15).
NEW_ADDRESS = timedelta(days=30)
AUTHORITY_DAYS = timedelta(days=3)
BY_HAND = "by_hand"


def locked(declaration_id: int) -> Declaration:
    """The declaration, with its standing held until the transaction ends."""
    held = db.session.get_one(Standing, declaration_id, with_for_update=True, populate_existing=True)
    return db.session.get_one(Declaration, held.declaration_id)


def match_declaration(declaration_id: int, *, now: datetime) -> None:
    """Match one that has just arrived; a strong match has its effect at once, everything else waits for a person."""
    with transaction():
        declaration = locked(declaration_id)
        standing = declaration.standing
        if standing.state != State.RECEIVED:
            return
        found = compare_with_books(declaration, today=local_date(now, declaration.zone))
        standing.match = explained(found)
        hint(declaration)
        contract = contract_by_id(found.contract_id)
        if contract is not None:
            assign(declaration, contract, by=SYSTEM, rule=found.rule.value, now=now)
            return
        state = State.AMBIGUOUS if found.strength == Strength.AMBIGUOUS else State.UNMATCHED
        give_work(standing, Work.ASSIGN, _first_due_at(declaration))
        pass_to(declaration, state, f"{declaration.kind}.{state.value}", by=SYSTEM, at=now, rule=found.rule.value)
        if not was_asked_lately(standing.email, now) and ask_whose_contracts_fit(declaration, found, now=now):
            note_step(declaration, "asked_back", by=SYSTEM, now=now)


def ask_whose_contracts_fit(declaration: Declaration, found: Match, *, now: datetime) -> bool:
    """Ask whoever writes from the address on file of every contract that fits which is meant; whether that is so.

    Nobody else is asked by a machine: that a question comes, or none, would tell a stranger who is a customer.
    """
    meant = [each for each in found.candidates if each.is_pointed_to]
    is_theirs = bool(meant) and all(each.is_same(Field.EMAIL) for each in meant)
    if found.strength != Strength.AMBIGUOUS or not is_theirs:
        return False
    contracts = [contract_by_id(each.contract_id) for each in meant]
    ask_holder(declaration, [each for each in contracts if each], now=now)
    return True


def assign_by_hand(declaration_id: int, contract: Contract, *, by: Actor, now: datetime) -> None:
    """Somebody of the desk has found the contract; the end counts from the original receipt. StateRefused when late.

    Twice the same contract changes nothing.
    """
    with transaction():
        declaration = locked(declaration_id)
        if declaration.standing.state not in (State.AMBIGUOUS, State.UNMATCHED, State.RECEIVED):
            refuse_other(declaration, "matched", contract=contract.id)
            return
        assign(declaration, contract, by=by, rule=BY_HAND, now=now)


def assign(declaration: Declaration, contract: Contract, *, by: Actor, rule: str, now: datetime) -> None:
    """Join a declaration with its contract and reckon the end, inside the caller's transaction."""
    standing = declaration.standing
    standing.contract_id, standing.match_rule = contract.id, rule
    standing.retention_until = kept_until(Paper.LETTER, declaration.received_at, contract.zone)
    due_at = _first_due_at(declaration)
    drop_work(standing)
    pass_to(declaration, State.MATCHED, f"{declaration.kind}.matched", by=by, at=now, contract=contract.id, rule=rule)
    if declaration.kind == Kind.WITHDRAWAL:
        give_work(standing, Work.WITHDRAWAL, due_at)
        _hint_late(declaration, contract)
        standing.objection_until = local_date(declaration.received_at, contract.zone) + OBJECTION_DAYS
        tell_holder(declaration, contract, now=now)
    else:
        reckon(declaration, contract, by=by, now=now)
    if contract.postal_address.strip() and changed_address_since(contract.customer, now - NEW_ADDRESS):
        flag(standing, Flag.ADDRESS_NEW)
        give_letter(declaration, contract, "d3", now=now)
        note_step(declaration, "letter_as_well", by=SYSTEM, now=now)
    if not usable_address(standing.email):
        confirm_on_file(declaration, contract.customer.email, now=now)


def reckon(declaration: Declaration, contract: Contract, *, by: Actor, now: datetime) -> None:
    """Set the end of a cancelled contract from the moment of receipt, and tell the holder the exact date."""
    standing = declaration.standing
    end = reckoning(declaration, contract)
    if _is_over_already(contract, end):
        flag(standing, Flag.ALREADY_ENDED)
        is_later = _names_later_end(declaration, contract, end)
        if is_later:
            flag(standing, Flag.LATER_END)
        give_work(standing, Work.ENDS if is_later else Work.ALREADY, next_working_day(now))
        standing.effective_on = contract.ends_on
        tell_holder(declaration, contract, now=now)
        return
    is_doubtful = day_before_decides(contract.terms, declaration.received_at, wish_of(declaration))
    if is_doubtful and Flag.DAY_JUDGED not in standing.flags:
        flag(standing, Flag.DAY_BEFORE)
    # Of two declarations the earlier end holds; one for cause is kept beside an ordinary one (specification 2.14).
    known = [contract.ends_on] if contract.ends_on else []
    keep_end(declaration, contract, end, min([end.ends_on, *known]), by=by, now=now)


def keep_end(
    declaration: Declaration, contract: Contract, end: End, ends_on: date, *, by: Actor, now: datetime
) -> None:
    """This is the last day: the standing, the contract, the record and the holder get it."""
    standing = declaration.standing
    standing.effective_on = ends_on
    before = standing.end_inputs.get("before", contract.ends_on.isoformat() if contract.ends_on else "")
    standing.rule_version, standing.end_inputs = end.rule_version, _inputs(contract, end) | {"before": before}
    standing.objection_until = max(ends_on, local_date(declaration.received_at, contract.zone) + OBJECTION_DAYS)
    _give_checks(declaration, contract, end, now)
    fix_end(contract, ends_on, why=declaration.reference, now=now, by=by)
    facts = {"ends_on": ends_on.isoformat(), "inputs": standing.end_inputs, "rules": end.rule_version}
    pass_to(declaration, State.EFFECTIVE_SET, f"{declaration.kind}.effective", by=by, at=now, **facts)
    tell_holder(declaration, contract, now=now)
    standing.confirmed_at = now


def compare_with_books(declaration: Declaration, *, today: date) -> Match:
    """The declaration held against every contract that it could mean."""
    claim = Claim(declaration.name, declaration.email, declaration.identity, declaration.about)
    texts = (declaration.identity, declaration.about)
    rows = candidates(texts=texts, name=declaration.name, email=declaration.email)
    return match(claim, [on_file(row, today=today) for row in rows])


def on_file(contract: Contract, *, today: date) -> OnFile:
    """A contract as the matching reads it."""
    return OnFile(
        id=contract.id,
        contract_number=contract.number,
        customer_number=contract.customer_number,
        holder=contract.holder,
        email=contract.customer.email,
        product=contract.product,
        is_running=contract.is_running(today),
    )


def explained(found: Match) -> dict[str, Any]:
    """The match as it is kept: verdicts by field, never words."""
    return {
        "strength": found.strength.value,
        "rule": found.rule.value,
        "says_all": found.says_all,
        "candidates": [
            {
                "contract": each.contract_id,
                "running": each.is_running,
                "fields": {one.field.value: one.verdict.value for one in each.fields},
            }
            for each in found.candidates[:10]
        ],
    }


def hint(declaration: Declaration) -> None:
    """Remarks for staff alone: reads like the other declaration, or as sent by somebody else for the holder."""
    texts = (declaration.about, declaration.reason, declaration.identity, declaration.part)
    for each in hints_of(declaration.kind, " \n ".join(texts)):
        flag(declaration.standing, each)
        if each == Flag.AUTHORITY:
            declaration.standing.authority_due_at = declaration.received_at + AUTHORITY_DAYS


def _hint_late(declaration: Declaration, contract: Contract) -> None:
    """A remark where the withdrawal came after fourteen days from the start, or minutes later (W14, W15).

    The period may have begun later, or never: a person decides, in doubt in favour of whoever withdrew.
    """
    company = COMPANY.here()
    holiday = read_desk_hours(company, company.default_language).holiday
    last_day = withdrawal_ends_on(contract.started_on, holiday)
    late = timeliness(last_day, declaration.received_at, contract.zone)
    if late != Timeliness.IN_TIME:
        flag(declaration.standing, Flag.PERHAPS_LATE if late == Timeliness.TO_BE_REVIEWED else Flag.LATE)


def flag(standing: Standing, name: str) -> None:
    """One more remark, once; a new list, so that the change is seen."""
    if name not in standing.flags:
        standing.flags = [*standing.flags, str(name)]


def unflag(standing: Standing, name: str) -> None:
    """Without that remark."""
    standing.flags = [each for each in standing.flags if each != name]


def give_work(standing: Standing, work: Work, due_at: datetime) -> None:
    """Something for a person, until a time."""
    standing.work, standing.work_due_at = work.value, due_at
    unflag(standing, Flag.OVERDUE)


def give_letter(declaration: Declaration, contract: Contract, document: str, *, now: datetime) -> None:
    """A letter to the postal address of the contract is to be posted, inside the caller's transaction."""
    to = contract.postal_address
    note_delivery(declaration, document, to=to, notification_id=None, now=now, way="letter", state="alt_channel")
    if not declaration.standing.work:
        give_work(declaration.standing, Work.LETTER, next_working_day(now))


def _first_due_at(declaration: Declaration) -> datetime:
    """When the work that it was given on arrival is due; what follows from that is not due any later."""
    return declaration.standing.work_due_at or next_working_day(declaration.received_at)


def drop_work(standing: Standing) -> None:
    """Nothing waits for a person."""
    standing.work, standing.work_due_at = "", None
    unflag(standing, Flag.OVERDUE)


def note_step(declaration: Declaration, verb: str, *, by: Actor, now: datetime, **facts: Any) -> None:
    """One step that changes no state."""
    note(declaration, f"{declaration.kind}.{verb}", by=by, at=now, **facts)


def _is_over_already(contract: Contract, end: End) -> bool:
    """Whether it ends no later anyway: an earlier cancellation counts (spec 2.4, 2.14)."""
    if contract.ended_at is not None or Check.ALREADY_OVER in end.checks:
        return True
    return contract.ends_on is not None and contract.ends_on <= end.ends_on and end.claimed_on is None


def _names_later_end(declaration: Declaration, contract: Contract, end: End) -> bool:
    """Whether it names a day after the end that another cancellation has set, and so may correct that (spec 2.14)."""
    if contract.ended_at is not None or contract.ends_on is None or end.wished_on is None:
        return False
    is_set = any(each.state == State.EFFECTIVE_SET for each in others_of(contract.id, declaration.id))
    return is_set and end.wished_on > contract.ends_on


def _give_checks(declaration: Declaration, contract: Contract, end: End, now: datetime) -> None:
    """What a person has to look at, at the latest on the next working day; the declaration counts meanwhile."""
    standing = declaration.standing
    # A missing button is a flag already: a person has put it there.
    for check, work in ((Check.ENDS_BY_ITSELF, Work.GOOD_CAUSE), (Check.FOR_CAUSE, Work.FOR_CAUSE)):
        if check in end.checks:
            flag(standing, check.value)
            if Flag.JUDGED not in standing.flags:
                give_work(standing, work, next_working_day(max(declaration.received_at, now)))
    if is_day_doubtful(standing.flags) and not standing.work and has_deadline(contract.terms, end.received_on):
        give_work(standing, Work.DAY, next_working_day(max(declaration.received_at, now)))


def _inputs(contract: Contract, end: End) -> dict[str, Any]:
    """Everything the date was reckoned from: terms and result as plain values (spec 2.13)."""
    terms = {name: _plain(value) for name, value in asdict(contract.terms).items()}
    result = {name: _plain(value) for name, value in asdict(end).items()}
    return {"terms": terms, "result": result, "contract_version": contract.version}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return [str(each) for each in value] if isinstance(value, list | tuple) else value
