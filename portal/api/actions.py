"""Make and revoke tokens, and note when they are used and when they are refused something."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, update

from portal.accounts.access import network
from portal.accounts.models import User
from portal.accounts.rules import Person
from portal.api.models import ApiToken
from portal.api.queries import tokens_left
from portal.api.rules import HINT_LENGTH, MOST_TOKENS, PREFIX, REFUSED_EVERY, USED_EVERY, Scope, role_opens
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.journal.actions import audit
from portal.keys.actions import finish_stamp, take_stamp
from portal.keys.rules import digest, new_key

_FORM = "token"


class TooManyTokens(PortalError):
    """One account has as many as it may have."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("You have %(count)s tokens already. Revoke one that nobody needs.", count=MOST_TOKENS))


class ShownBefore(PortalError):
    """The same form was sent twice: its token was made, and nobody can show it again."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This token was made already and is shown only once. If you do not have it, revoke it."))


@dataclass(frozen=True)
class NewToken:
    """What a token is to be: checked by the form; `stamp` is the form's."""

    name: str
    scopes: Collection[Scope]
    lasts: timedelta
    stamp: str


def make_token(new: NewToken, *, by: Person | User, now: datetime) -> str:
    """The plain token, to be shown after the commit and never again; TooManyTokens and ShownBefore refuse."""
    scopes = " ".join(scope for scope in Scope if scope in new.scopes and role_opens(by.role, scope))
    plain = PREFIX + new_key()
    with transaction():
        if take_stamp(_FORM, new.stamp, f"{by.id} {new.name} {scopes}", now=now) is not None:
            raise ShownBefore
        if tokens_left(by.id, now, most=MOST_TOKENS) < 1:
            raise TooManyTokens
        token = ApiToken(
            digest=digest(plain),
            hint=plain[-HINT_LENGTH:],
            user_id=by.id,
            name=new.name,
            scopes=scopes,
            created_at=now,
            expires_at=now + new.lasts,
        )
        db.session.add(token)
        db.session.flush()
        finish_stamp(_FORM, new.stamp, str(token.id))
        _audit("token.made", token, now, actor_id=by.id, scopes=scopes)
    return plain


def revoke_token(token: ApiToken, *, by: Person | User, now: datetime) -> None:
    """Let a token open nothing any more, at once; revoking it again changes nothing."""
    with transaction():
        if _changed(token, ApiToken.revoked_at.is_(None), revoked_at=now):
            _audit("token.revoked", token, now, actor_id=by.id)


def note_use(token: ApiToken, now: datetime) -> None:
    """Remember that it was used, once in five minutes; the first time of a day stands in the audit."""
    if token.used_at is not None and now < token.used_at + USED_EVERY:
        return
    before = token.used_at
    with transaction():
        is_due = or_(ApiToken.used_at.is_(None), ApiToken.used_at <= now - USED_EVERY)
        if _changed(token, is_due, used_at=now) and (before is None or before.date() != now.date()):
            _audit("token.used", token, now, actor_id=token.user_id)


def note_refusal(token: ApiToken, scope: str, now: datetime) -> None:
    """Remember that it asked for what it does not open, once in an hour."""
    with transaction():
        is_due = or_(ApiToken.refused_at.is_(None), ApiToken.refused_at <= now - REFUSED_EVERY)
        if _changed(token, is_due, refused_at=now):
            _audit("token.refused", token, now, actor_id=token.user_id, scopes=scope)


def _changed(token: ApiToken, condition: Any, **values: datetime) -> bool:
    """Whether the row was in that condition and is changed now: of two at one moment, one is."""
    row = update(ApiToken).where(ApiToken.id == token.id, condition).values(**values)
    done = db.session.execute(row.execution_options(synchronize_session=False))
    return int(done.rowcount) == 1  # type: ignore[attr-defined]


def _audit(verb: str, token: ApiToken, now: datetime, *, actor_id: int, **details: str) -> None:
    named = {"token": f"{token.name} (…{token.hint})", **details}
    audit(verb, at=now, user_id=token.user_id, actor_id=actor_id, network=network(), **named)
