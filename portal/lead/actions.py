"""Accounts by the rules of who may change whose; tags and views that belong to everybody."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select, update

from portal.accounts.access import network
from portal.accounts.actions import staff
from portal.accounts.models import User
from portal.accounts.rules import Person, Role
from portal.desk.models import QuestionTag, SavedView
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.journal.actions import audit
from portal.lead.queries import admins_left
from portal.lead.rules import may_change, roles_to_give


class NotYours(PortalError):
    """That account is for somebody else to change."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_("You cannot change this account. Your own and those of higher roles are for others."))


class LastAdmin(PortalError):
    """Somebody has to stay who can do everything."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This is the last administrator. Please make somebody else one first."))


class AddressTaken(PortalError):
    """There is an account with that address."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("There is an account with this address already."))


def invite(by: Person, address: str, *, name: str, role: Role, language: str, now: datetime) -> None:
    """Make the account of a colleague and mail the link to begin it. NotYours and AddressTaken refuse."""
    if role not in roles_to_give(by.role):
        raise NotYours
    try:
        staff.invite(address, name=name, role=role, language=language, now=now)
    except staff.UserExists as error:
        raise AddressTaken from error
    _note(by, "user.invited_by", address, now, role=role.value)


def give_role(by: Person, user: User, role: Role, *, now: datetime) -> None:
    """Another role counts at once, and every session of that person ends."""
    _require(by, user)
    if role not in roles_to_give(by.role):
        raise NotYours
    if user.role == role:
        return
    _keep_an_admin(user, stays=role is Role.ADMIN)
    _act(by, user, "user.role_by", lambda: staff.give_role(user.email, role, now=now), now, role=role.value)


def disable(by: Person, user: User, *, now: datetime) -> None:
    """Let somebody in no more; their cases stay with their name until somebody takes them."""
    _require(by, user)
    _keep_an_admin(user, stays=False)
    _act(by, user, "user.disabled_by", lambda: staff.disable(user.email, now=now), now)


def enable(by: Person, user: User, *, now: datetime) -> None:
    """Let somebody in again."""
    _require(by, user)
    _act(by, user, "user.enabled_by", lambda: staff.enable(user.email, now=now), now)


def send_link(by: Person, user: User, *, now: datetime) -> None:
    """End every session and mail a new invitation, or a link for a new password."""
    _require(by, user)
    _act(by, user, "user.reset_by", lambda: staff.send_reset(user.email, now=now), now)


def forget_factor(by: Person, user: User, *, now: datetime) -> None:
    """Forget the second factor of somebody who lost it; they set up a new one at the next sign-in."""
    _require(by, user)
    _act(by, user, "factor.removed_by", lambda: staff.reset_factor(user.email, now=now), now)


def rename_tag(old: str, new: str, *, by: Person, now: datetime) -> int:
    """Every case with the old tag has the new one instead, once; views that look for it follow. How many cases."""
    if old == new:
        return 0
    with transaction():
        has_new = select(QuestionTag.question_id).where(QuestionTag.tag == new)
        moved = select(QuestionTag.question_id, db.literal(new)).where(
            QuestionTag.tag == old, QuestionTag.question_id.not_in(has_new)
        )
        db.session.execute(insert(QuestionTag).from_select(["question_id", "tag"], moved))
        amount = _forget(old)
        if amount:
            _follow(old, new)
            _audit(by, "tag.renamed", now, before=old, after=new, cases=amount)
    return amount


def remove_tag_everywhere(tag: str, *, by: Person, now: datetime) -> int:
    """Take a tag off every case; how many had it."""
    with transaction():
        amount = _forget(tag)
        if amount:
            _audit(by, "tag.removed", now, before=tag, cases=amount)
    return amount


def change_view(view: SavedView, name: str, *, is_shared: bool) -> None:
    """Another name, shown to everybody or not."""
    with transaction():
        changed = update(SavedView).where(SavedView.id == view.id).values(name=name, is_shared=is_shared)
        db.session.execute(changed.execution_options(synchronize_session=False))


def forget_view(view: SavedView) -> None:
    """A view that nobody needs any more."""
    with transaction():
        db.session.execute(delete(SavedView).where(SavedView.id == view.id))


def _require(by: Person, user: User) -> None:
    if not may_change(by.role, of=user.role, is_own=by.id == user.id):
        raise NotYours


def _keep_an_admin(user: User, *, stays: bool) -> None:
    if user.role == Role.ADMIN and not stays and not admins_left(user.id):
        raise LastAdmin


def _act(by: Person, user: User, verb: str, act: Callable[[], Any], now: datetime, **details: Any) -> None:
    """Who asked for it stands in the log before it happens: what is written twice is never lost."""
    with transaction():
        _audit(by, verb, now, user_id=user.id, **details)
    act()


def _note(by: Person, verb: str, address: str, now: datetime, **details: Any) -> None:
    with transaction():
        user_id = db.session.scalar(select(User.id).filter_by(email=address))
        _audit(by, verb, now, user_id=user_id, **details)


def _audit(by: Person, verb: str, now: datetime, *, user_id: int | None = None, **details: Any) -> None:
    audit(verb, at=now, user_id=user_id, actor_id=by.id, network=network(), **details)


def _forget(tag: str) -> int:
    gone = db.session.execute(delete(QuestionTag).where(QuestionTag.tag == tag))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _follow(old: str, new: str) -> None:
    for view in db.session.scalars(select(SavedView).where(SavedView.address.contains("tag="))):
        asked = parse_qsl(view.address)
        if ("tag", old) in asked:
            view.address = urlencode([(name, new if (name, value) == ("tag", old) else value) for name, value in asked])
