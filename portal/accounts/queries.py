"""Find people and their sessions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, func, select

from portal.accounts.company_sign_in.provider import PROVIDER
from portal.accounts.company_sign_in.rules import Identity
from portal.accounts.models import CompanyLink, Session, User
from portal.accounts.rules import Person
from portal.foundation.database import db
from portal.foundation.sql.prepared import Prepared
from portal.journal.models import AuditEntry
from portal.keys.rules import digest, looks_like_key

# Put together once: every page for somebody who is signed in asks for the person.
_DIGEST: Any = bindparam("digest", type_=String)
_SESSION = select(Session).where(Session.digest == _DIGEST)
_OF_PERSON: Sequence[Any] = (
    *(Session.id.label("session_id"), Session.is_half, Session.seen_at, Session.expires_at, Session.ended_at),
    *(User.id, User.email, User.name, User.language, User.role, User.confirmed_at, User.disabled_at),
)
_PERSON_OF = select(*_OF_PERSON).join(User, User.id == Session.user_id).where(Session.digest == _DIGEST)
_PERSON = Prepared(_PERSON_OF, make=Person._make)


def person_of(key: str) -> Person | None:
    """Whose session it is, without the rows behind it, in one statement; the caller asks whether it still counts."""
    return next(iter(_PERSON.rows({"digest": digest(key)})), None) if looks_like_key(key) else None


def person_with(*cells: Any) -> Prepared:
    """A statement for `person_and_more`: these cells behind the person's, in each of which `users` is that person."""
    at = len(_OF_PERSON)
    return Prepared(_PERSON_OF.add_columns(*cells), make=lambda row: (Person._make(row[:at]), row[at:]))


def person_and_more(key: str, more: Prepared, values: Mapping[str, Any]) -> tuple[Person | None, Sequence[Any]]:
    """The person as by `person_of`, and the cells that `more` adds; none of both for no session."""
    found = more.rows({"digest": digest(key), **values}) if looks_like_key(key) else ()
    return next(iter(found), (None, ()))


def session_of(key: str) -> Session | None:
    """The row of a session with its person, in one statement; the caller asks whether it still counts."""
    if not looks_like_key(key):
        return None
    return db.session.scalar(_SESSION, {"digest": digest(key)})


def user_of(address: str) -> User | None:
    """The person with that (normalised) address."""
    return db.session.scalar(select(User).filter_by(email=address))


def user_by_id(user_id: int) -> User | None:
    """The person with that number."""
    return db.session.get(User, user_id)


def link_of(identity: Identity) -> CompanyLink | None:
    """Whom the company's provider means by that identity: by issuer and subject, never by an address (SR-10)."""
    return db.session.scalar(select(CompanyLink).filter_by(issuer=identity.issuer, subject=identity.subject))


def links_of(user_id: int) -> Sequence[CompanyLink]:
    """What providers call that person, the oldest first."""
    return db.session.scalars(select(CompanyLink).filter_by(user_id=user_id).order_by(CompanyLink.id)).all()


def is_linked(user: User) -> bool:
    """Whether the present provider may sign that person in."""
    provider = PROVIDER.here()
    return provider is not None and any(row.issuer == provider.oidc.issuer for row in links_of(user.id))


def linked_people() -> frozenset[int]:
    """The numbers of everybody whom a provider may sign in."""
    return frozenset(db.session.scalars(select(CompanyLink.user_id)))


def running_sessions(user: User, now: datetime) -> Sequence[Session]:
    """Where somebody is signed in, the latest first; half sign-ins are none."""
    rows = (
        select(Session)
        .where(Session.user_id == user.id, Session.ended_at.is_(None), Session.expires_at > now)
        .where(Session.is_half.is_(False))
        .order_by(Session.seen_at.desc(), Session.id.desc())
    )
    return [row for row in db.session.scalars(rows) if row.is_running(now)]


def failed_sign_ins(since: datetime) -> int:
    """How often a password or a code was wrong since then, by the audit."""
    wrong = AuditEntry.verb.in_(("sign_in.failed", "factor.failed"))
    return db.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.at > since, wrong)) or 0
