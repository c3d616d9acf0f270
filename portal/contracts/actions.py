"""Keep contracts: add, change, import, fix and reach an end, move to an account."""

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import update

from portal.contracts.books import LineFault, Refused
from portal.contracts.models import Contract, keys_of
from portal.contracts.queries import contract_by_number, locked_keys
from portal.contracts.reading import Written, differences
from portal.contracts.rules.spelling import number_key
from portal.customers.actions import customer_at
from portal.customers.models import Customer
from portal.customers.rules import Origin, Source
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.journal.actions import record
from portal.journal.rules import SYSTEM, Actor


class NumberTaken(PortalError):
    """Another contract has that number."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("There is a contract with this number already."))


class NumberLocked(NumberTaken):
    """The number is that of a contract that is only kept because a law says so; nobody sees it any more."""

    def __init__(self) -> None:
        PortalError.__init__(
            self, _("A contract with this number has ended and is only kept by law. Its number cannot be given again.")
        )


class ContractChanged(PortalError):
    """Somebody changed the contract while it was open."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Somebody changed this contract meanwhile. Please check what stands here and save again."))


def add_contract(written: Written, *, by: Actor, now: datetime) -> Contract:
    """A new contract; NumberTaken or NumberLocked when its number is known, in any spelling."""
    with transaction():
        if contract_by_number(written.number) is not None:
            raise NumberTaken
        if _is_locked(written):
            raise NumberLocked
        return _added(written, _at_the_desk(by), by, now)


def change_contract(contract_id: int, written: Written, *, version: int, by: Actor, now: datetime) -> None:
    """Other terms for a contract; ContractChanged when it is not the version that was opened."""
    with transaction():
        contract = db.session.get_one(Contract, contract_id, with_for_update=True)
        other = contract_by_number(written.number)
        if other is not None and other.id != contract_id:
            raise NumberTaken
        if contract.version != version:
            raise ContractChanged
        contract.ends_on = written.ends_on
        _change(contract, written, _at_the_desk(by), by, now)


def keep_imported(written: Written, *, origin: Origin, by: Actor, now: datetime) -> bool:
    """One line of an import, inside the caller's transaction; whether anything changed.

    Refused where the contract was locked since somebody looked, so that the other lines go on.

    A fixed end is only ever set by an import, never taken away: the books may not know of a cancellation yet.
    """
    contract = contract_by_number(written.number)
    if contract is None:
        if _is_locked(written):
            raise Refused(LineFault.LOCKED)
        _added(written, origin, by, now)
        return True
    ends_on = end_after(contract, written)
    has_changed = bool(changed_columns(contract, written)) or ends_on != contract.ends_on
    contract.ends_on = ends_on
    contract.learn(origin, now)
    if has_changed:
        _change(contract, written, origin, by, now)
    return has_changed


def changed_columns(contract: Contract, written: Written) -> list[str]:
    """The names of what a written contract says otherwise than the kept one, the address of a guest included."""
    changed = differences(contract, written)
    if contract.customer.is_guest and contract.customer.email != written.email:
        changed.append("email")
    return changed


def end_after(contract: Contract, written: Written) -> date | None:
    """The fixed end after an import: the written one, else the one that is kept."""
    return (written.ends_on if "ends_on" in written.said else None) or contract.ends_on


def fix_end(contract: Contract, ends_on: date | None, *, why: str, now: datetime, by: Actor) -> None:
    """The last day of a contract, or none any more, inside the caller's transaction; `why` names the declaration."""
    if contract.ends_on == ends_on:
        return
    before = contract.ends_on.isoformat() if contract.ends_on else ""
    contract.ends_on = ends_on
    contract.version += 1
    after = ends_on.isoformat() if ends_on else ""
    record("contract.end_fixed", "contract", contract.id, by=by, at=now, before=before, after=after, why=why)


def mark_ended(contract: Contract, *, now: datetime) -> None:
    """Its last day is over, inside the caller's transaction."""
    if contract.ended_at is None:
        contract.ended_at = now
        record("contract.ended", "contract", contract.id, by=SYSTEM, at=now)


def move_contracts(guest: Customer, customer: Customer, _now: datetime) -> None:
    """What a guest has belongs to the account of the same proven address; inside the caller's transaction."""
    db.session.execute(
        update(Contract)
        .where(Contract.customer_id == guest.id)
        .values(customer_id=customer.id)
        .execution_options(synchronize_session=False)
    )


def _at_the_desk(by: Actor) -> Origin:
    return Origin(Source.DESK, by.name)


def _is_locked(written: Written) -> bool:
    return bool(locked_keys([number_key(written.number)]))


def _added(written: Written, origin: Origin, by: Actor, now: datetime) -> Contract:
    customer = _customer_for(written, origin, now)
    contract = Contract(
        **written.columns(),
        **keys_of(written.number, written.customer_number, written.holder),
        customer=customer,
        ends_on=written.ends_on,
        created_at=now,
        version=1,
    )
    contract.learn(origin, now)
    db.session.add(contract)
    db.session.flush()
    record("contract.added", "contract", contract.id, by=by, at=now, source=origin.source.value)
    return contract


def _change(contract: Contract, written: Written, origin: Origin, by: Actor, now: datetime) -> None:
    changed, columns = changed_columns(contract, written), written.columns()
    for name in set(changed) & columns.keys():
        setattr(contract, name, columns[name])
    for name, key in keys_of(contract.number, contract.customer_number, contract.holder).items():
        setattr(contract, name, key)
    # An account's address is proven by its holder; the books follow it, not the other way round.
    if "email" in changed:
        contract.customer = _customer_for(written, origin, now)
    contract.learn(origin, now)
    contract.version += 1
    record("contract.changed", "contract", contract.id, by=by, at=now, source=origin.source.value, fields=changed)


def _customer_for(written: Written, origin: Origin, now: datetime) -> Customer:
    return customer_at(written.email, written.holder, written.language, now, origin=origin)
