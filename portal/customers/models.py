"""The record of a party we serve: a guest known by an address, or the person behind an account."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, backref, mapped_column, relationship

from portal.accounts.models import User
from portal.customers.rules import Origin
from portal.foundation.database import Model
from portal.foundation.moments import Moment

# The domain of the address that stands where that of somebody was who is erased.
UNNAMED = "@erased.invalid"


class Known:
    """Where what a row says is from, and when we were told: columns of every table that the company's books fill."""

    source: Mapped[str] = mapped_column(String(8))
    told_by: Mapped[str] = mapped_column(String(100), default="", server_default=text("''"))
    told_in: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))
    known_at: Mapped[datetime] = mapped_column(Moment)

    def learn(self, origin: Origin, at: datetime) -> None:
        """What the row says was said there, at that moment."""
        self.source, self.told_by, self.told_in, self.known_at = origin.source.value, origin.by, origin.file, at


class Customer(Model):
    """A customer. A guest (no `user_id`) is one row for each address; `confirmed_at` says it was proven by a link.

    `erased_at` is when the person was erased while something that is not settled still needed the name.
    """

    __tablename__ = "customers"
    __table_args__ = (
        Index(
            "uq_customers_guest_email",
            "email",
            unique=True,
            sqlite_where=text("user_id IS NULL"),
            postgresql_where=text("user_id IS NULL"),
        ),
        Index(None, "email"),
        # Without the guests: among very many of them SQLite would not trust an index that holds them all.
        Index(
            "uq_customers_user",
            "user_id",
            unique=True,
            sqlite_where=text("user_id IS NOT NULL"),
            postgresql_where=text("user_id IS NOT NULL"),
        ),
        Index(
            None,
            "erased_at",
            sqlite_where=text("erased_at IS NOT NULL"),
            postgresql_where=text("erased_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(8))
    contact_wishes: Mapped[str] = mapped_column(Text, default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    erased_at: Mapped[datetime | None] = mapped_column(Moment)

    # A sign-in is read together with its customer, in one statement (portal/accounts/queries.py).
    user: Mapped[User | None] = relationship(
        lazy="raise", backref=backref("customer", lazy="joined", uselist=False, passive_deletes=True)
    )

    @property
    def is_guest(self) -> bool:
        return self.user_id is None

    @property
    def is_unnamed(self) -> bool:
        """Whether somebody was erased, and only something that the law keeps needs this row."""
        return self.email.endswith(UNNAMED)


class CustomerFact(Known, Model):
    """Where one field of a customer's record is from, if not from the customer when the record was made.

    `field` is the name of a column of `customers`, or "record" for all that have no row of their own.
    """

    __tablename__ = "customer_facts"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    field: Mapped[str] = mapped_column(String(20), primary_key=True)
