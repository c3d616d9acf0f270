"""What billing needs of cancellations: which contract ends when, and whether anything may still change."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from portal.contracts.models import Contract
from portal.foundation.database import db
from portal.leaving.models import Declaration, Standing
from portal.leaving.rules.declarations import Kind

BILLING_COLUMNS = (
    *("reference", "contract", "customer_number", "product", "state", "received_at", "effective_on", "objection_until"),
    "flags",
)


def billing_rows() -> Iterator[tuple[Any, ...]]:
    """One row for each cancellation that belongs to a contract, the oldest first."""
    rows = (
        select(Declaration, Standing, Contract)
        .join(Standing, Standing.declaration_id == Declaration.id)
        .join(Contract, Contract.id == Standing.contract_id)
        .where(Declaration.kind == Kind.CANCELLATION.value)
        .order_by(Declaration.id)
    )
    for declaration, standing, contract in db.session.execute(rows).tuples():
        yield (
            *(declaration.reference, contract.number, contract.customer_number, contract.product, standing.state),
            *(declaration.received_at, standing.effective_on, standing.objection_until, " ".join(standing.flags)),
        )
