"""Tokens of other programs; what is stored is a hash (SR-62)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.api.rules import Scope, Standing, read_scopes, standing_of
from portal.foundation.database import Model
from portal.foundation.moments import Moment


class ApiToken(Model):
    """A token of a program: what it opens (`scopes`, with spaces between them), for whom it acts, until when.

    `hint` is its end, by which people tell it from others. `refused_at`: when it last asked for what it does not open.
    """

    __tablename__ = "api_tokens"
    __table_args__ = (Index(None, "user_id"), Index(None, "expires_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(4))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    scopes: Mapped[str] = mapped_column(String(400))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    refused_at: Mapped[datetime | None] = mapped_column(Moment)

    owner: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    def opens(self, scope: Scope) -> bool:
        """Whether whoever made it let it open that."""
        return scope in read_scopes(self.scopes)

    def standing(self, now: datetime) -> Standing:
        """Whether it counts at that moment, and if not, why."""
        owner = self.owner
        return standing_of(
            role=owner.role,
            is_active=owner.is_active and owner.closed_at is None,
            expires_at=self.expires_at,
            revoked_at=self.revoked_at,
            now=now,
        )
