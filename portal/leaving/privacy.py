"""What declarations hold, and why they stay: letters that the law has kept for six years, locked once they are settled.

Somebody else may have declared something to a contract: its holder takes along what was declared and when, never who
typed it with which address (spec 2.8, D3).
"""

from collections.abc import Iterator

from flask import get_template_attribute
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, or_, select, update

from portal.contracts.models import Contract
from portal.contracts.privacy import contracts_held, is_running
from portal.contracts.rules.papers import NORMS, Paper, last_day
from portal.foundation.database import db
from portal.foundation.personal_data import Fact, Holding, Kept, Record, Section, Trail, pieces, remove_where
from portal.journal.rules import SYSTEM
from portal.leaving.actions.recording import add_to_record
from portal.leaving.models import Declaration, Standing
from portal.leaving.proving import ERASED
from portal.leaving.rules.declarations import Kind, State
from portal.leaving.rules.ends import local_date
from portal.leaving.rules.retention import kept_until

# Nothing is to be done about these any more.
SETTLED = (State.ENDED, State.RETRACTED, State.REJECTED, State.DUPLICATE)
# Nobody knows yet to which contract these belong.
_UNASSIGNED = (State.RECEIVED, State.AMBIGUOUS, State.UNMATCHED)


def _of(trail: Trail) -> ColumnElement[bool]:
    """Declarations to the person's contracts, and those made with the person's address."""
    own_addresses = func.lower(Declaration.email).in_(sorted(trail.addresses))
    own_contracts = select(Contract.id).where(Contract.customer_id.in_(trail.customer_ids))
    return or_(own_addresses, Standing.contract_id.in_(own_contracts))


def _declarations(trail: Trail) -> list[Declaration]:
    rows = select(Declaration).join(Standing, Standing.declaration_id == Declaration.id).where(_of(trail))
    return list(db.session.scalars(rows.order_by(Declaration.id)).unique())


def _collect(trail: Trail) -> None:
    if trail.is_person:
        trail.add("kept_declaration", [each.id for each in _declarations(trail)])


def _erase(trail: Trail) -> None:
    """Nothing goes that must be kept; what is settled leaves every list and search. What was kept for long enough goes.

    The record keeps its salted hash, which says that a declaration was there and nothing of what it said.
    """
    for some in pieces(trail.of("declaration")):
        for reference in db.session.scalars(select(Declaration.reference).where(Declaration.id.in_(some))).all():
            add_to_record(reference, ERASED, by=SYSTEM, at=trail.now)
    remove_where(Declaration.id, trail.of("declaration"))
    for some in pieces(trail.of("kept_declaration")):
        settled = Standing.declaration_id.in_(some), Standing.state.in_([each.value for each in SETTLED])
        locking = update(Standing).where(*settled, Standing.locked_at.is_(None)).values(locked_at=trail.now)
        db.session.execute(locking.execution_options(synchronize_session=False))


def _keep(trail: Trail) -> Iterator[Kept]:
    for contract in contracts_held(trail):
        name = _("Contract %(number)s (%(product)s)", number=contract.number, product=contract.product)
        if is_running(contract, trail.now):
            yield Kept(name, _("needed for the contract, Art. 6 (1) (b) GDPR"))
        else:
            ended = contract.ends_on or local_date(contract.ended_at or trail.now, contract.zone)
            yield Kept(name, NORMS[Paper.LETTER], last_day(Paper.LETTER, ended))
    for each in _declarations(trail):
        until = each.standing.retention_until or kept_until(Paper.LETTER, each.received_at, each.zone)
        yield Kept(_("Declaration %(reference)s", reference=each.reference), NORMS[Paper.LETTER], until)


def _export(trail: Trail) -> Iterator[Section]:
    records = (_record(each, trail.addresses) for each in _declarations(trail))
    yield Section("declarations", _("Cancellations and withdrawals"), records)


def _record(each: Declaration, addresses: set[str]) -> Record:
    is_own = each.email.strip().lower() in addresses
    facts = [
        Fact("reference", _("Reference"), each.reference),
        Fact("kind", _("Kind"), each.kind, _("Cancellation") if each.kind == Kind.CANCELLATION else _("Withdrawal")),
        Fact("received_at", _("Received"), each.received_at),
        Fact("declared_at", _("Submitted"), each.declared_at),
        Fact("about", _("Contract"), each.about),
        Fact("wished", _("Wished end"), each.wished),
        Fact("state", _("State"), each.standing.state, _state_words(each)),
        Fact("effective_on", _("Ends on"), each.standing.effective_on),
    ]
    return Record(each.reference, facts + (_typed(each) if is_own else []))


def _state_words(each: Declaration) -> str:
    state = each.standing.state
    if state == State.DUPLICATE:
        return _("declared again")
    if state in _UNASSIGNED:
        return _("received")
    sentence = get_template_attribute("leaving/_state.html", "state_sentence")
    return str(sentence(each.kind, state, each.standing.effective_on)).strip()


def _typed(each: Declaration) -> list[Fact]:
    return [
        Fact("name", _("Name"), each.name),
        Fact("email", _("E-mail address"), each.email),
        Fact("identity", _("Customer number or address"), each.identity),
        Fact("reason", _("Reason"), each.reason),
        Fact("text", _("Text"), each.canonical_text),
    ]


HOLDINGS = (
    Holding(
        "leaving",
        tables=(
            "declarations",
            "declaration_standings",
            "leaving_deliveries",
            "leaving_objections",
            "leaving_retractions",
            "leaving_records",
            "leaving_record_head",
            "leaving_hooks",
        ),
        collect=_collect,
        erase=_erase,
        keep=_keep,
        export=_export,
    ),
)
