"""What the worker does for contracts: files that nobody imported go after a day."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from portal.contracts.models import ContractImport
from portal.foundation.chores import Chore
from portal.foundation.database import db, transaction

KEPT_FOR = timedelta(days=1)


def forget_imports(now: datetime) -> None:
    """Remove files whose day is over."""
    with transaction():
        db.session.execute(delete(ContractImport).where(ContractImport.made_at < now - KEPT_FOR))


CHORES = (Chore("contracts.imports", forget_imports, every=timedelta(hours=1), trusts_clock=True),)
