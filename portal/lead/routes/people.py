"""Colleagues: who they are, what they may do, and everything that `flask user` does."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.models import User
from portal.accounts.queries import linked_people
from portal.accounts.routes.blueprint import require_proof
from portal.accounts.rules import Person, Role
from portal.desk.routes.blueprint import staff
from portal.foundation import clock
from portal.foundation.errors import PortalError
from portal.foundation.forms import require_complete
from portal.lead.actions import AddressTaken, disable, enable, forget_factor, give_role, invite, send_link
from portal.lead.forms import InviteForm, RoleForm
from portal.lead.queries import staff_account, staff_accounts
from portal.lead.routes.blueprint import bp, pressed
from portal.lead.rules import may_change, roles_to_give
from portal.lead.words import role_hint, role_word


@bp.get("/people")
def people() -> Response:
    """Everybody who works here."""
    return _page()


@bp.post("/people")
def invite_person() -> AnyResponse:
    """Invite a colleague: the link is mailed and works for 72 hours."""
    require_complete()
    form = InviteForm(roles=_roles())
    if not form.validate():
        return _page(form=form, status=form.refused_status)
    require_proof()
    try:
        role, language = Role(form.role.data), str(form.language.data)
        invite(staff(), str(form.email.data), name=str(form.name.data), role=role, language=language, now=clock.now())
    except AddressTaken as error:
        form.email.errors = [str(error)]
        return _page(form=form, status=error.status)
    except PortalError as error:
        return _page(form=form, problem=str(error), status=error.status)
    return _done("invited")


@bp.post("/people/<int:user_id>/role")
def change_role(user_id: int) -> AnyResponse:
    """Another role; it counts at once."""
    require_complete()
    form = RoleForm()
    if not form.validate():
        return _page(problem=str(next(iter(form.errors.values()))[0]), status=form.refused_status)
    return _change(user_id, lambda user: give_role(staff(), user, Role(form.role.data), now=clock.now()))


@bp.post("/people/<int:user_id>/disabling")
def disable_person(user_id: int) -> AnyResponse:
    """Let somebody in no more."""
    pressed()
    return _change(user_id, lambda user: disable(staff(), user, now=clock.now()))


@bp.post("/people/<int:user_id>/enabling")
def enable_person(user_id: int) -> AnyResponse:
    """Let somebody in again."""
    pressed()
    return _change(user_id, lambda user: enable(staff(), user, now=clock.now()))


@bp.post("/people/<int:user_id>/link")
def send_person_link(user_id: int) -> AnyResponse:
    """A new invitation, or a link for a new password."""
    pressed()
    return _change(user_id, lambda user: send_link(staff(), user, now=clock.now()))


@bp.post("/people/<int:user_id>/factor-removal")
def forget_person_factor(user_id: int) -> AnyResponse:
    """Forget a second factor that was lost."""
    pressed()
    return _change(user_id, lambda user: forget_factor(staff(), user, now=clock.now()))


def _change(user_id: int, act: Callable[[User], None]) -> AnyResponse:
    user = (staff_account(user_id) if user_id < 2**31 else None) or abort(404)
    require_proof()
    try:
        act(user)
    except PortalError as error:
        return _page(problem=str(error), status=error.status)
    return _done("changed")


def _page(*, form: InviteForm | None = None, problem: str = "", status: int = 200) -> Response:
    roles, me = _roles(), staff()
    linked = linked_people()
    lines = [_line(me, row, is_linked=row.id in linked) for row in staff_accounts()]
    said = request.args.get("said", "")
    values: dict[str, Any] = {
        "lines": lines,
        "form": form or InviteForm(formdata=None, roles=roles),
        "roles": roles,
        "hints": [(name, role_hint(value)) for value, name in roles],
        "problem": problem,
        "said": said if said in ("invited", "changed") else "",
        "me": me.id,
    }
    return make_response(render_template("lead/people.html", **values), status)


def _line(me: Person, row: User, *, is_linked: bool) -> dict[str, Any]:
    role, can_change = role_word(row.role), _can_change(me, row)
    return {"row": row, "role": role, "can_change": can_change, "is_linked": is_linked}


def _can_change(me: Person, row: User) -> bool:
    return may_change(me.role, of=row.role, is_own=row.id == me.id)


def _roles() -> list[tuple[str, str]]:
    """The roles that this person may give, as value and word."""
    may = roles_to_give(staff().role)
    return [(each.value, role_word(each.value)) for each in Role if each in may]


def _done(said: str) -> AnyResponse:
    return redirect(url_for("lead.people", said=said), 303)
