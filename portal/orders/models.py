"""Orders and invoices as the company's books have them; nobody writes them here."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from portal.contracts.rules.spelling import number_key
from portal.customers.models import Customer, Known
from portal.foundation.database import Model
from portal.foundation.moments import Moment
from portal.orders.rules import UNDER_WAY, InvoiceState, is_overdue


class Booked(Known):
    """What an order and an invoice have alike.

    The `…_key` columns hold numbers in the one spelling in which they are compared, `email` the address that stands in
    the books: it says whose the row is until the books say otherwise. The amount is exact: `cents` of `currency`. A
    contract is named as the books name it, and need not be known here. Once `locked_at` is set the row is only kept
    because a law says so, and so that no import brings it back: no list and no search shows it.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40))
    number_key: Mapped[str] = mapped_column(String(40), unique=True)
    customer_number: Mapped[str] = mapped_column(String(40), default="")
    customer_number_key: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    contract_number: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[str] = mapped_column(String(12))
    cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    locked_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)

    @declared_attr
    def customer_id(cls) -> Mapped[int]:
        """Whose it is."""
        return mapped_column(ForeignKey("customers.id"))

    @declared_attr
    def customer(cls) -> Mapped[Customer]:
        """Their record."""
        return relationship(Customer, lazy="raise")


class Order(Booked, Model):
    """What somebody ordered; `item` says what, in words."""

    __tablename__ = "orders"
    __table_args__ = (Index(None, "customer_id"), Index(None, "customer_number_key"))

    item: Mapped[str] = mapped_column(String(200))
    ordered_on: Mapped[date]

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @classmethod
    def is_unsettled(cls) -> ColumnElement[bool]:
        """The same as a condition."""
        return cls.state.in_([each.value for each in UNDER_WAY])


class Invoice(Booked, Model):
    """What somebody was billed; below zero for a credit note. `order_number` is the order that it is for, if any."""

    __tablename__ = "invoices"
    __table_args__ = (Index(None, "customer_id"), Index(None, "customer_number_key"))

    order_number: Mapped[str] = mapped_column(String(40), default="")
    issued_on: Mapped[date]
    due_on: Mapped[date | None]

    @property
    def is_open(self) -> bool:
        return self.state == InvoiceState.OPEN

    @classmethod
    def is_unsettled(cls) -> ColumnElement[bool]:
        """The same as a condition."""
        return cls.state == InvoiceState.OPEN.value

    def is_overdue(self, today: date) -> bool:
        """Whether it should have been paid before this day."""
        return is_overdue(self.state, self.due_on, today)


def keys_of(number: str, customer_number: str) -> dict[str, str]:
    """The columns by which an order or invoice is found."""
    return {"number_key": number_key(number), "customer_number_key": number_key(customer_number)}
