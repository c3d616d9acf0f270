"""Find tokens: by what was shown, and all of them for the page of tokens."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.api.models import ApiToken
from portal.foundation.database import db

_MOST_LISTED = 500


def token_of(digest: str) -> ApiToken | None:
    """The token with that hash, with its owner as they are now."""
    row = select(ApiToken).where(ApiToken.digest == digest)
    return db.session.scalar(row.execution_options(populate_existing=True))


def token_by_id(token_id: int) -> ApiToken | None:
    """The token with its owner."""
    return db.session.get(ApiToken, token_id)


def all_tokens() -> Sequence[ApiToken]:
    """Every token that has not been cleared away, with its owner; the newest first."""
    return db.session.scalars(select(ApiToken).order_by(ApiToken.id.desc()).limit(_MOST_LISTED)).all()


def tokens_left(user_id: int, now: datetime, *, most: int) -> int:
    """How many more tokens an account may have, inside the caller's transaction: nobody else makes one meanwhile."""
    db.session.execute(select(User.id).where(User.id == user_id).with_for_update())
    running = (ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
    return most - (db.session.scalar(select(func.count()).where(*running)) or 0)
