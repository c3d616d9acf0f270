"""What contracts hold: whose they are, where the holder lives, what is agreed. They go on whatever their holder erases.

Why and until when an ended one is kept, the room of declarations says (`portal/leaving/privacy.py`).
"""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select, update

from portal.contracts.models import Contract
from portal.foundation.database import db
from portal.foundation.personal_data import Fact, Holding, Record, Section, Trail, pieces, remove_where


def contracts_held(trail: Trail) -> list[Contract]:
    """Every contract of the person, ended and locked ones too."""
    rows = select(Contract).where(Contract.customer_id.in_(trail.customer_ids)).order_by(Contract.id)
    return list(db.session.scalars(rows))


def is_running(contract: Contract, now: datetime) -> bool:
    """Whether it runs, by the calendar of its own place."""
    return contract.is_running(now.astimezone(ZoneInfo(contract.zone)).date())


def _collect(trail: Trail) -> None:
    """A running contract needs its customer as they are; an ended one only holds a row that names nobody."""
    if not trail.is_person:
        return
    for contract in contracts_held(trail):
        trail.add("contract", [contract.id])
        kind = "needed_customer" if is_running(contract, trail.now) else "kept_customer"
        trail.add(kind, [contract.customer_id])


def _erase(trail: Trail) -> None:
    """What has ended leaves every list and search; papers that were kept for long enough go."""
    remove_where(Contract.id, trail.of("contract_paper"))
    for some in pieces(trail.of("contract")):
        for contract in db.session.scalars(select(Contract).where(Contract.id.in_(some), Contract.locked_at.is_(None))):
            if not is_running(contract, trail.now):
                locking = update(Contract).where(Contract.id == contract.id).values(locked_at=trail.now)
                db.session.execute(locking.execution_options(synchronize_session=False))


def _export(trail: Trail) -> Iterator[Section]:
    yield Section("contracts", _("Your contracts"), map(_record, contracts_held(trail)))


def _record(contract: Contract) -> Record:
    facts = [
        Fact("number", _("Number"), contract.number),
        Fact("customer_number", _("Customer number"), contract.customer_number),
        Fact("product", _("Product"), contract.product),
        Fact("holder", _("Holder"), contract.holder),
        Fact("postal_address", _("Postal address"), contract.postal_address),
        Fact("price", _("Price"), contract.price),
        Fact("started_on", _("Started"), contract.started_on),
        Fact("first_term_end", _("End of the first term"), contract.first_term_end),
        Fact("ends_on", _("Ends on"), contract.ends_on),
        Fact("known_at", _("As we knew it on"), contract.known_at),
    ]
    return Record(f"{contract.number}: {contract.product}", facts)


def _ends(trail: Trail) -> list[date]:
    return [contract.ends_on for contract in contracts_held(trail) if contract.ends_on]


HOLDINGS = (
    Holding(
        "contracts",
        tables=("contracts", "contract_imports"),
        collect=_collect,
        erase=_erase,
        export=_export,
        ends=_ends,
    ),
)
