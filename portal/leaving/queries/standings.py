"""Where declarations stand: what waits for a person, what has come to its end, and what else ends a contract."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Text, and_, func, or_, select

from portal.contracts.models import Contract
from portal.customers.models import Customer
from portal.foundation.database import db
from portal.foundation.rendering.paging import Cursor, Page, Place, page_of_rows
from portal.leaving.models import Declaration, Delivery, Objection, Retraction, Standing
from portal.leaving.rules.declarations import Kind, State
from portal.leaving.rules.work import Flag

PAGE_SIZE = 50
# The lists of what waits for a person; all others are sorted by when it came.
BY_URGENCY = ("open", "crowd")
# Whoever said "all" and stays silent for so long when asked means all (spec 2.14).
SILENT_AFTER = timedelta(days=7)


def waiting_for_match(limit: int) -> list[int]:
    """Declarations that nothing has looked at, the oldest first."""
    rows = select(Standing.declaration_id).where(Standing.state == State.RECEIVED.value)
    return list(db.session.scalars(rows.order_by(Standing.declaration_id).limit(limit)))


def reached_end(before: date, limit: int) -> list[int]:
    """Declarations whose last day is before that date; whether it is over in its zone is for the action to say."""
    rows = select(Standing.declaration_id).where(
        Standing.state == State.EFFECTIVE_SET.value, Standing.effective_on < before
    )
    return list(db.session.scalars(rows.order_by(Standing.effective_on).limit(limit)))


def overdue(now: datetime, limit: int) -> list[int]:
    """Declarations at which nobody has done what was due, and that sounded no alarm yet."""
    rows = select(Standing).where(Standing.work_due_at < now).order_by(Standing.work_due_at).limit(limit * 4)
    return [each.declaration_id for each in db.session.scalars(rows) if Flag.OVERDUE not in each.flags][:limit]


def silent_authorities(now: datetime, limit: int) -> list[int]:
    """Declarations whose days for a rejection are over: silence accepts (§ 174 BGB)."""
    rows = select(Standing.declaration_id).where(Standing.authority_due_at < now)
    return list(db.session.scalars(rows.limit(limit)))


def silent_alls(now: datetime, limit: int) -> list[int]:
    """Cancellations of "all" that fit several contracts and nobody answered about in a week."""
    rows = (
        select(Standing)
        .join(Declaration, Declaration.id == Standing.declaration_id)
        .where(Standing.state == State.AMBIGUOUS.value, Declaration.kind == Kind.CANCELLATION.value)
        .where(Declaration.received_at <= now - SILENT_AFTER)
        .order_by(Standing.declaration_id)
    )
    found = (each for each in db.session.scalars(rows) if _says_all(each) and not _was_asked_since(each, now))
    return [each.declaration_id for each in found][:limit]


def asked_at(declaration_id: int) -> datetime | None:
    """When we last asked the sender which contract is meant; None for never."""
    rows = select(func.max(Delivery.created_at)).where(
        Delivery.declaration_id == declaration_id, Delivery.document == "question"
    )
    return db.session.scalar(rows)


def _says_all(standing: Standing) -> bool:
    return bool(standing.match.get("says_all")) and not standing.match.get("is_several_people")


def _was_asked_since(standing: Standing, now: datetime) -> bool:
    asked = asked_at(standing.declaration_id)
    return asked is not None and asked > now - SILENT_AFTER


def others_of(contract_id: int, but: int) -> Sequence[Standing]:
    """Other declarations that end the same contract."""
    rows = select(Standing).where(
        Standing.contract_id == contract_id,
        Standing.declaration_id != but,
        Standing.state.in_((State.EFFECTIVE_SET.value, State.CONTESTED.value)),
    )
    return db.session.scalars(rows).all()


def not_needed_beside(declaration_id: int, contract_id: int) -> Sequence[Declaration]:
    """Further cancellations of the same contract that had no effect because it was to end already, the oldest first."""
    rows = (
        select(Declaration)
        .join(Standing, Standing.declaration_id == Declaration.id)
        .where(Standing.contract_id == contract_id, Standing.declaration_id != declaration_id)
        .where(Standing.state == State.MATCHED.value, Declaration.kind == Kind.CANCELLATION.value)
        .order_by(Declaration.id)
    )
    return [each for each in db.session.scalars(rows) if Flag.ALREADY_ENDED in each.standing.flags]


def objections_of(declaration_id: int) -> Sequence[Objection]:
    """Every objection, the oldest first."""
    return db.session.scalars(select(Objection).filter_by(declaration_id=declaration_id).order_by(Objection.id)).all()


def retractions_of(declaration_id: int) -> Sequence[Retraction]:
    """Every wish to take it back, the oldest first."""
    return db.session.scalars(select(Retraction).filter_by(declaration_id=declaration_id).order_by(Retraction.id)).all()


def wished_back(declaration_ids: Sequence[int]) -> set[int]:
    """Those of these declarations that somebody wishes to take back, while nobody has decided about it."""
    rows = select(Retraction.declaration_id).where(Retraction.declaration_id.in_(declaration_ids))
    return set(db.session.scalars(rows.where(Retraction.decision == "")))


def declarations_of(customer: Customer) -> Sequence[tuple[Declaration, Contract]]:
    """Declarations about the contracts of this customer, the newest first."""
    rows = (
        select(Declaration, Contract)
        .join(Standing, Standing.declaration_id == Declaration.id)
        .join(Contract, Contract.id == Standing.contract_id)
        .where(Contract.customer_id == customer.id)
        .order_by(Declaration.id.desc())
    )
    return [(row[0], row[1]) for row in db.session.execute(rows)]


def page_of_declarations(which: str, words: str, place: Place) -> Page[Declaration]:
    """One page: `open` (what waits, the most urgent first), `crowd`, `contested`, `ending`, or `all`.

    What looks like the work of a machine is one line of `open` and stands in `crowd` (spec 2.15: work is bundled).
    """
    query = select(Declaration).join(Standing, Standing.declaration_id == Declaration.id)
    # What is only kept because a law says so is restricted (Art. 18 GDPR).
    query = query.where(Standing.locked_at.is_(None))
    if which in BY_URGENCY:
        query = query.where(_of_a_crowd() if which == "crowd" else ~_of_a_crowd(), Standing.work_due_at.is_not(None))
    else:
        states = {"contested": (State.CONTESTED.value,), "ending": (State.EFFECTIVE_SET.value,)}.get(which)
        query = query.where(Standing.state.in_(states)) if states else query
    if words:
        said = words.lower().replace("/", "//").replace("%", "/%").replace("_", "/_")
        query = query.where(
            or_(
                Declaration.reference == words.upper(),
                func.lower(Declaration.name).contains(said, escape="/"),
                func.lower(Declaration.email).contains(said, escape="/"),
                func.lower(Declaration.about).contains(said, escape="/"),
            )
        )
    if which in BY_URGENCY:
        return page_of_rows(query, place, PAGE_SIZE, Standing.work_due_at, Declaration.id, newest_first=False)
    return page_of_rows(query, place, PAGE_SIZE, Declaration.id)


def place_of(which: str, declaration: Declaration) -> Cursor | None:
    """The place of a declaration in one of these lists."""
    due_at = declaration.standing.work_due_at if which in BY_URGENCY else None
    return Cursor.of(due_at, declaration.id) if due_at else Cursor(0, declaration.id)


def crowd_waits() -> tuple[int, datetime | None]:
    """How many declarations that look like those of a machine wait for a person, and the earliest until when."""
    waits = Standing.work_due_at.is_not(None), Standing.locked_at.is_(None), _of_a_crowd()
    amount, due_at = db.session.execute(select(func.count(), func.min(Standing.work_due_at)).where(*waits)).one()
    return amount, due_at


def _of_a_crowd() -> ColumnElement[bool]:
    """Came with very many others or filled in what no person sees, and nothing in the books is meant for sure."""
    marks = Standing.flags.cast(Text)
    unclear = Standing.state.in_((State.RECEIVED.value, State.UNMATCHED.value))
    return and_(unclear, or_(marks.contains('"crowd"'), marks.contains('"trap"')))


def holder_email(contract_id: int | None) -> str:
    """The address on file of a contract, "" for none."""
    if contract_id is None:
        return ""
    row = select(Customer.email).join(Contract, Contract.customer_id == Customer.id).where(Contract.id == contract_id)
    return db.session.scalar(row) or ""
