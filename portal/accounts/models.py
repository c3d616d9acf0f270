"""People who can sign in, their sessions (SR-05), second factor and company sign-in (SR-10), counted tries (SR-08)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.rules import STAFF, Role, is_running
from portal.foundation.database import Model
from portal.foundation.moments import Moment


class User(Model):
    """Somebody who can sign in; `email` is normalised and counts only once it is confirmed.

    `disabled_at`: the company lets them in no more. `closed_at`: they left themselves, and signing in takes that back.
    """

    __tablename__ = "users"
    # Every case names the colleagues: among tens of thousands of customers they are found by this.
    __table_args__ = (Index(None, "role", "disabled_at", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    language: Mapped[str] = mapped_column(String(8))
    role: Mapped[str] = mapped_column(String(16), default=Role.CUSTOMER.value)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    password_changed_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    failures: Mapped[int] = mapped_column(default=0)
    totp_secret: Mapped[str | None] = mapped_column(String(255))
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    totp_last_step: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Moment)

    # What Flask-Login asks; the key is there only in a request of this person, or when a sign-in begins.
    is_authenticated = True
    is_anonymous = False
    session_key = ""

    def get_id(self) -> str:
        """The key of this browser's session, never the number of the person."""
        return self.session_key

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    @property
    def is_staff(self) -> bool:
        return Role(self.role) in STAFF

    @property
    def has_second_factor(self) -> bool:
        return self.totp_confirmed_at is not None


class Session(Model):
    """One browser in which somebody is signed in; ended by removing the right, at once (SR-05)."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "user_id", "ended_at"), Index(None, "expires_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    is_half: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    proved_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    network: Mapped[str] = mapped_column(String(48), default="")
    browser: Mapped[str] = mapped_column(String(200), default="")

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    def is_running(self, now: datetime) -> bool:
        """Whether it still counts: not ended, not too old, not resting too long, of somebody who may sign in."""
        return self.user.is_active and is_running(
            self.user.role, seen_at=self.seen_at, expires_at=self.expires_at, ended_at=self.ended_at, now=now
        )


class RecoveryCode(Model):
    """A code for the day the second factor is lost; works once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class CompanyLink(Model):
    """Under which mark the company's own sign-in knows somebody: issuer and subject, never a mail address (SR-10).

    `called` is what the provider called them when it was linked, only to be shown.
    """

    __tablename__ = "company_links"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("user_id", "issuer"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    called: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class Tries(Model):
    """How often something was tried in a span of time: counted before the work, together by all processes (DR-18)."""

    __tablename__ = "tries"

    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    span: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount: Mapped[int] = mapped_column(default=0)
    ends_at: Mapped[datetime] = mapped_column(Moment, index=True)
