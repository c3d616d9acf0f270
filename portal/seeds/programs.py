"""Other programs of the demo company: one that is used every day, and one whose token was revoked.

Their tokens are thrown away unseen: nobody holds what opens the demo.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from portal.accounts.models import User
from portal.api.actions import NewToken, make_token, note_use, revoke_token
from portal.api.queries import all_tokens
from portal.api.rules import Scope
from portal.foundation.database import db
from portal.keys.rules import new_key

_RUNNING = ("Buchhaltung", (Scope.ORDERS_READ, Scope.INVOICES_READ, Scope.CUSTOMERS_READ))
_REVOKED = ("Telefonanlage (alt)", (Scope.CUSTOMERS_READ, Scope.QUESTIONS_WRITE))
_OWNER = "dora@talwind.example"


def seed_tokens(now: datetime) -> None:
    """Two tokens, made a month ago by the lead."""
    owner = db.session.scalars(select(User).filter_by(email=_OWNER)).one()
    made = now - timedelta(days=30)
    for name, scopes in (_REVOKED, _RUNNING):
        make_token(NewToken(name, scopes, timedelta(days=365), new_key()), by=owner, now=made)
    running, revoked = all_tokens()
    revoke_token(revoked, by=owner, now=now - timedelta(days=9))
    note_use(running, now - timedelta(minutes=20))
