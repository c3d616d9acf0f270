"""What the worker does for the interface: tokens that ended are cleared away after a while."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_

from portal.api.models import ApiToken
from portal.foundation.chores import Chore
from portal.foundation.database import db, transaction

# So long the page of tokens still says that one has ended.
KEPT_FOR = timedelta(days=35)


def forget_tokens(now: datetime) -> None:
    """Remove tokens that expired or were revoked more than 35 days ago; the audit keeps that they were there."""
    old = now - KEPT_FOR
    with transaction():
        ended = or_(ApiToken.expires_at < old, ApiToken.revoked_at < old)
        db.session.execute(delete(ApiToken).where(ended).execution_options(synchronize_session=False))


CHORES = (Chore("api.tokens", forget_tokens, every=timedelta(hours=6), trusts_clock=True),)
