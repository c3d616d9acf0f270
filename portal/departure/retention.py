"""What is old enough goes, kind by kind and piece by piece; what people typed goes before what only counts (OR-05)."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, literal_column, or_, select, update

from portal.contracts.models import Contract
from portal.contracts.rules.papers import YEARS, Paper, last_day
from portal.customers.models import UNNAMED, Customer
from portal.departure.actions.erasing import erase_things
from portal.departure.models import AccountClosing
from portal.departure.rules import TAKEN_ALONG
from portal.faq.models import ArticleFeedback, SearchCount
from portal.foundation.company import COMPANY
from portal.foundation.database import db, transaction
from portal.foundation.personal_data import Trail
from portal.foundation.retention import Periods, read_periods
from portal.inbox.actions.forgetting import forget_old
from portal.journal.models import AuditEntry
from portal.leaving.models import Declaration, HookMessage, Standing
from portal.leaving.rules.retention import may_be_deleted
from portal.notifications.models import DeliveryAttempt, Notification, StaffNotice
from portal.notifications.problems import Own
from portal.orders.models import Invoice, Order
from portal.orders.privacy import NAMELESS
from portal.questions.models import Draft, Question
from portal.questions.rules import Status

_PIECE = 500
_PERSONS = 50
# These explain gaps for good; triggers of the database keep them as well.
PROOFS = ("question.erased", "person.erased", "data.restored")


def retain(now: datetime) -> bool:
    """Remove one piece of everything that is old enough; True when more is waiting."""
    periods = read_periods(COMPANY.here())
    # A list, not a generator: every kind gets its turn although another one has more.
    return any([step(periods, now) for step in _STEPS])


def _questions(periods: Periods, now: datetime) -> bool:
    """Closed questions: of guests after a year, of accounts after three (claims end then, §§ 195, 199 BGB)."""
    guest, owner = (now - periods.span(name) for name in ("guest_questions_months", "questions_months"))
    old = or_(Question.closed_at < owner, (Question.closed_at < guest) & Customer.user_id.is_(None))
    rows = select(Question.id).join(Customer, Customer.id == Question.customer_id)
    # Spelled out as the index of closed questions does: it is not used for a status that only comes with the values.
    is_closed = Question.status == literal_column(f"'{Status.CLOSED}'"), Question.closed_at < max(guest, owner)
    ids = db.session.scalars(rows.where(*is_closed, old).limit(_PERSONS)).all()
    return _go("question", ids, now)


def _guests(_periods: Periods, now: datetime) -> bool:
    """Guests of whom nothing is left: no question, contract, order, invoice, nor an account to be opened again."""
    bound = or_(
        exists().where(Question.customer_id == Customer.id),
        *(exists().where(each.customer_id == Customer.id) for each in (Contract, Order, Invoice)),
        exists().where(AccountClosing.customer_id == Customer.id, AccountClosing.reopened_at.is_(None)),
    )
    rows = select(Customer.id).where(Customer.user_id.is_(None), Customer.created_at < now - TAKEN_ALONG, ~bound)
    return _go("customer", db.session.scalars(rows.limit(_PERSONS)).all(), now)


def _ended_contracts(_periods: Periods, now: datetime) -> bool:
    """Contracts of people without account and question that ended a month ago are locked, their customer unnamed."""
    over = Contract.ends_on < (now - TAKEN_ALONG).date()
    goes_on = exists().where(Contract.customer_id == Customer.id, or_(Contract.ends_on.is_(None), ~over))
    running = or_(goes_on, _has_booked())
    asked = exists().where(Question.customer_id == Customer.id)
    closing = exists().where(AccountClosing.customer_id == Customer.id, AccountClosing.reopened_at.is_(None))
    ended = exists().where(Contract.customer_id == Customer.id, Contract.locked_at.is_(None), over)
    rows = select(Customer).where(Customer.user_id.is_(None), ended, ~running, ~asked, ~closing)
    found = db.session.scalars(rows.limit(_PERSONS)).all()
    for customer in found:
        erase_things(Trail(now, customer_ids={customer.id}, addresses={customer.email}, spares_open=True))
    return len(found) == _PERSONS


def _booked(periods: Periods, now: datetime) -> bool:
    """Settled orders and invoices are locked when claims from them have ended (§§ 195, 199 BGB)."""
    day, found = (now - periods.span("questions_months")).date(), []
    for model, on in ((Order, Order.ordered_on), (Invoice, Invoice.issued_on)):
        rows = select(model.id).where(on < day, model.locked_at.is_(None), ~model.is_unsettled())
        found.append(_lock(model, rows, now))
    return any(found)


def _settled_since(_periods: Periods, now: datetime) -> bool:
    """Orders and invoices of people who were erased are locked once they are settled, those from later days are not."""
    found = []
    for model in (Order, Invoice):
        rows = select(model.id).join(Customer, Customer.id == model.customer_id)
        rows = rows.where(Customer.erased_at.is_not(None), Customer.erased_at >= model.created_at)
        found.append(_lock(model, rows.where(model.locked_at.is_(None), ~model.is_unsettled()), now))
    return any(found)


def _lock(model: Any, rows: Any, now: datetime) -> bool:
    ids = db.session.scalars(rows.limit(_PIECE)).all()
    if ids:
        with transaction():
            _change(update(model).where(model.id.in_(ids)).values(locked_at=now, **NAMELESS))
    return len(ids) == _PIECE


def _locked_alone(_periods: Periods, now: datetime) -> bool:
    """Guests of whom only locked orders and invoices are left are named no more."""
    bound = or_(
        exists().where(Question.customer_id == Customer.id),
        exists().where(Contract.customer_id == Customer.id, Contract.locked_at.is_(None)),
        exists().where(AccountClosing.customer_id == Customer.id, AccountClosing.reopened_at.is_(None)),
        _has_booked(),
    )
    locked = or_(*(exists().where(each.customer_id == Customer.id) for each in (Order, Invoice)))
    is_named = Customer.email.not_like(f"%{UNNAMED}")
    rows = select(Customer).where(Customer.user_id.is_(None), is_named, locked, ~bound)
    found = db.session.scalars(rows.limit(_PERSONS)).all()
    for customer in found:
        erase_things(Trail(now, customer_ids={customer.id}, addresses={customer.email}, spares_open=True))
    return len(found) == _PERSONS


def _has_booked() -> ColumnElement[bool]:
    """Whether orders or invoices of the customer are still shown."""
    shown = (exists().where(each.customer_id == Customer.id, each.locked_at.is_(None)) for each in (Order, Invoice))
    return or_(*shown)


def _booked_papers(today: date) -> Iterator[tuple[str, list[int]]]:
    """Locked orders and invoices that no law has kept any longer, by their kind."""
    kinds = (("order", Order, Order.ordered_on, Paper.LETTER), ("invoice", Invoice, Invoice.issued_on, Paper.VOUCHER))
    for kind, model, on, paper in kinds:
        rows = select(model.id).where(model.locked_at.is_not(None), on < date(today.year - YEARS[paper], 1, 1))
        yield f"{kind}_paper", list(db.session.scalars(rows.order_by(model.id).limit(_PIECE)))


def _papers(_periods: Periods, now: datetime) -> bool:
    """Declarations and what is locked of the books, after the years of the law; a hold keeps a declaration longer."""
    today = now.date()
    oldest = now - timedelta(days=365 * YEARS[Paper.LETTER])
    rows = select(Declaration).join(Standing, Standing.declaration_id == Declaration.id)
    rows = rows.where(Declaration.received_at < oldest, Standing.has_legal_hold.is_(False)).order_by(Declaration.id)
    old = [
        each.id
        for each in db.session.scalars(rows.limit(_PIECE)).unique()
        if may_be_deleted(Paper.LETTER, each.received_at, each.zone, today)
    ]
    contracts = select(Contract.id, Contract.ends_on).where(Contract.locked_at.is_not(None), Contract.ends_on < today)
    ended = [
        row.id
        for row in db.session.execute(contracts.order_by(Contract.ends_on).limit(_PIECE))
        if today > last_day(Paper.LETTER, row.ends_on)
    ]
    booked = [_go(kind, ids, now) for kind, ids in _booked_papers(today)]
    return any([_go("declaration", old, now), _go("contract_paper", ended, now), *booked])


def _drafts(periods: Periods, now: datetime) -> bool:
    """Texts that nobody sent."""
    return _remove(Draft, Draft.changed_at < now - periods.span("drafts_days"), Draft.user_id)


def _mail_words(periods: Periods, now: datetime) -> bool:
    """What mails said, and what servers answered; that they were sent stays for a while."""
    old = Notification.sent_at < now - periods.span("mail_words_days"), Notification.recipient != ""
    rows = select(Notification.id).where(*old, Notification.problem != Own.EMPTIED)
    ids = db.session.scalars(rows.limit(_PIECE)).all()
    if ids:
        with transaction():
            _change(update(Notification).where(Notification.id.in_(ids)).values(payload={}, problem=Own.EMPTIED))
            _change(delete(DeliveryAttempt).where(DeliveryAttempt.notification_id.in_(ids)))
    return len(ids) == _PIECE


def _mails(periods: Periods, now: datetime) -> bool:
    """To whom they went; the row itself stays with its question, as the proof that there was a receipt."""
    ended = Notification.due_at.is_(None), Notification.recipient != ""
    old = Notification.created_at < now - periods.span("mails_months")
    rows = select(Notification.id).where(old, *ended).limit(_PIECE)
    ids = db.session.scalars(rows).all()
    if ids:
        with transaction():
            _change(update(Notification).where(Notification.id.in_(ids)).values(payload={}, recipient="", problem=""))
    return len(ids) == _PIECE


def _hooks(periods: Periods, now: datetime) -> bool:
    """Messages to the billing that were sent."""
    return _remove(HookMessage, HookMessage.sent_at < now - periods.span("mails_months"), HookMessage.id)


def _notices(periods: Periods, now: datetime) -> bool:
    """What staff were told."""
    return _remove(StaffNotice, StaffNotice.created_at < now - periods.span("notices_days"), StaffNotice.id)


def _incoming(periods: Periods, now: datetime) -> bool:
    """Mails as they came, but for those about which somebody has still to decide."""
    return forget_old(now - periods.span("incoming_days"), _PIECE, now=now)


def _remarks(periods: Periods, now: datetime) -> bool:
    """Sentences below articles; the vote itself stays, it names nobody."""
    old = ArticleFeedback.changed_at < now - periods.span("remarks_months"), ArticleFeedback.remark != ""
    ids = db.session.scalars(select(ArticleFeedback.id).where(*old).limit(_PIECE)).all()
    if ids:
        with transaction():
            _change(update(ArticleFeedback).where(ArticleFeedback.id.in_(ids)).values(remark=""))
    return len(ids) == _PIECE


def _search_words(periods: Periods, now: datetime) -> bool:
    """Words that were searched: somebody may have typed a name."""
    return _remove(SearchCount, SearchCount.day < (now - periods.span("search_words_months")).date(), SearchCount.day)


def _audit(periods: Periods, now: datetime) -> bool:
    """Who signed in and from which network; what proves an erasure stays, it names nobody."""
    old = AuditEntry.at < now - max(periods.span("audit_months"), timedelta(days=366)), ~AuditEntry.verb.in_(PROOFS)
    ids = db.session.scalars(select(AuditEntry.id).where(*old).order_by(AuditEntry.id).limit(_PIECE)).all()
    if ids:
        with transaction():
            _change(delete(AuditEntry).where(AuditEntry.id.in_(ids)))
    return len(ids) == _PIECE


def _go(kind: str, ids: Any, now: datetime) -> bool:
    if ids:
        erase_things(Trail(now, is_person=False, things={kind: set(ids)}))
    return len(ids) >= _PERSONS


def _remove(table: Any, old: ColumnElement[bool], key: Any) -> bool:
    keys = db.session.scalars(select(key).where(old).distinct().limit(_PIECE)).all()
    if keys:
        with transaction():
            _change(delete(table).where(old, key.in_(keys)))
    return len(keys) == _PIECE


def _change(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))


_STEPS: tuple[Callable[[Periods, datetime], bool], ...] = (
    _drafts,
    _mail_words,
    _mails,
    _hooks,
    _notices,
    _incoming,
    _remarks,
    _search_words,
    _questions,
    _booked,
    _settled_since,
    _ended_contracts,
    _locked_alone,
    _guests,
    _papers,
    _audit,
)
