"""Contracts as the company's books have them; declarations only ever point to them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.contracts.rules.spelling import name_key, number_key
from portal.contracts.rules.terms import Country, Grid, Renewal, Span, Terms, Unit
from portal.customers.models import Customer, Known
from portal.foundation.database import Model
from portal.foundation.moments import Moment


class Contract(Known, Model):
    """One contract of one customer. `holder` is the name in the books, which a customer cannot change themselves.

    The `…_key` columns hold number and name in the one spelling in which they are compared. `ends_on` is the last day
    once an end is fixed, by cancellation or by the books; `ended_at` says that it was reached. `version` rises with
    every change of the terms. Once `locked_at` is set it is only kept because a law says so: no list and no search
    shows it (Art. 18 GDPR).
    """

    __tablename__ = "contracts"
    __table_args__ = (
        Index(None, "customer_id"),
        Index(None, "customer_number_key"),
        Index(None, "holder_key"),
        Index(None, "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    number: Mapped[str] = mapped_column(String(40))
    number_key: Mapped[str] = mapped_column(String(40), unique=True)
    customer_number: Mapped[str] = mapped_column(String(40), default="")
    customer_number_key: Mapped[str] = mapped_column(String(40), default="")
    product: Mapped[str] = mapped_column(String(120))
    holder: Mapped[str] = mapped_column(String(100))
    holder_key: Mapped[str] = mapped_column(String(120))
    postal_address: Mapped[str] = mapped_column(Text, default="")
    country: Mapped[str] = mapped_column(String(2), default=Country.DE.value)
    is_consumer: Mapped[bool] = mapped_column(default=True)
    zone: Mapped[str] = mapped_column(String(40))
    started_on: Mapped[date]
    first_term_end: Mapped[date | None]
    notice_count: Mapped[int]
    notice_unit: Mapped[str] = mapped_column(String(8))
    grid: Mapped[str] = mapped_column(String(12))
    billing_count: Mapped[int]
    billing_unit: Mapped[str] = mapped_column(String(8))
    billed_from: Mapped[date | None]
    renewal: Mapped[str] = mapped_column(String(12))
    renewed_count: Mapped[int | None]
    renewed_unit: Mapped[str] = mapped_column(String(8), default="")
    price: Mapped[str] = mapped_column(String(80), default="")
    ends_on: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    locked_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    customer: Mapped[Customer] = relationship(lazy="raise")

    @property
    def terms(self) -> Terms:
        """The terms as plain values, for the reckoning of the end."""
        renewed_for = Span(self.renewed_count, Unit(self.renewed_unit)) if self.renewed_count else None
        return Terms(
            started_on=self.started_on,
            notice=Span(self.notice_count, Unit(self.notice_unit)),
            billing=Span(self.billing_count, Unit(self.billing_unit)),
            grid=Grid(self.grid),
            first_term_end=self.first_term_end,
            renewal=Renewal(self.renewal),
            renewed_for=renewed_for,
            billed_from=self.billed_from,
            zone=self.zone,
        )

    def is_running(self, today: date) -> bool:
        """Whether it has not ended; one with a fixed end runs until that day is over."""
        return self.ended_at is None and (self.ends_on is None or self.ends_on >= today)


def keys_of(number: str, customer_number: str, holder: str) -> dict[str, str]:
    """The columns by which a contract is found, made from what is written in it."""
    return {
        "number_key": number_key(number),
        "customer_number_key": number_key(customer_number),
        "holder_key": name_key(holder)[:120],
    }


class ContractImport(Model):
    """A file that somebody looks at before it is imported, kept for a day; the random `mark` is its address.

    `kind` says what it holds: contracts, orders, invoices.
    """

    __tablename__ = "contract_imports"
    __table_args__ = (Index(None, "made_at"),)

    mark: Mapped[str] = mapped_column(String(43), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12), default="contracts", server_default="contracts")
    file_name: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Moment)
