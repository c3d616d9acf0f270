"""What the tests of this room share: passwords, keys of mails, and going through the forms."""

from contextlib import contextmanager
from functools import cache

import pyotp
from sqlalchemy import event, select

from portal.accounts.models import User
from portal.accounts.passwords import hash_password
from portal.accounts.second_factor import readable_seed
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.journal.models import AuditEntry
from portal.notifications.models import Notification
from tests.cast import Person, account
from tests.visitor import Visitor

PASSWORD = "vier-graue-Reiher-im-Nebel"
NEW_PASSWORD = "sieben-Kraniche-fliegen-fort"


def with_password(app, person: Person, password: str = PASSWORD) -> int:
    """The number of that person's account, with a password."""
    user_id = account(app, person)
    with app.app_context():
        kept = _hashed(password)
        with transaction():
            db.session.get(User, user_id).password_hash = kept
    return user_id


@cache
def _hashed(password: str) -> str:
    """What is kept of it; made once by each process, because it is meant to take long."""
    return hash_password(password)


def signs_in(visitor: Visitor, person: Person, password: str = PASSWORD, **further: str):
    """What comes back after filling in the form."""
    page = visitor.opens("/de/account/sign-in")
    return visitor.submits(page, "/de/account/sign-in", email=person.email, password=password, **further)


def mails(app, to: str, kind: str = "") -> list[Notification]:
    """Every mail to an address, the newest last."""
    with app.app_context():
        rows = select(Notification).filter_by(recipient=to).order_by(Notification.id)
        return [row for row in db.session.scalars(rows) if kind in ("", row.kind)]


def key_for(app, to: str, kind: str) -> str:
    """The key in the newest mail of that kind."""
    return mails(app, to, kind)[-1].payload["key"]


def user_row(app, person: Person) -> User:
    """The account as it stands in the database."""
    with app.app_context():
        return db.session.scalar(select(User).filter_by(email=person.email))


def audit_of(app, user_id: int | None) -> list[str]:
    """What the audit says about somebody, in order."""
    with app.app_context():
        rows = select(AuditEntry.verb).filter_by(user_id=user_id).order_by(AuditEntry.id)
        return list(db.session.scalars(rows))


def code_of(app, person: Person) -> str:
    """What the person's app shows now."""
    with app.app_context():
        user = db.session.scalar(select(User).filter_by(email=person.email))
        return pyotp.TOTP(readable_seed(user)).at(int(clock.now().timestamp()))


@contextmanager
def statements(app):
    """The statements that are sent to the database meanwhile."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, _parameters, _context, _many):
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
