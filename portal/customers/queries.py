"""Find customers."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from portal.customers.models import Customer
from portal.foundation.database import db


def guest_of(address: str) -> Customer | None:
    """The guest with that (normalised) address."""
    return db.session.scalar(select(Customer).where(Customer.email == address, Customer.user_id.is_(None)))


def account_at(address: str) -> Customer | None:
    """The customer behind the account whose proven (normalised) address it is."""
    is_proven = Customer.user_id.is_not(None), Customer.confirmed_at.is_not(None)
    return db.session.scalar(select(Customer).where(Customer.email == address, *is_proven))


def customer_of_user(user_id: int) -> Customer | None:
    """The customer behind an account."""
    return db.session.scalar(select(Customer).filter_by(user_id=user_id))


def customers_at(address: str) -> Sequence[Customer]:
    """Everybody with that (normalised) address: whoever has an account first."""
    rows = select(Customer).where(Customer.email == address)
    return db.session.scalars(rows.order_by(Customer.user_id.is_(None), Customer.id)).all()


def customers_by_ids(ids: Collection[int]) -> Sequence[Customer]:
    """The customers of these records: whoever has an account first."""
    rows = select(Customer).where(Customer.id.in_(ids)).order_by(Customer.user_id.is_(None), Customer.id)
    return db.session.scalars(rows).all() if ids else []
