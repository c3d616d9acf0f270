"""Who this request comes from; one statement, and only when the browser carries a session."""

import flask_login
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_login import LoginManager

from portal.accounts.models import Session, User
from portal.accounts.queries import session_of
from portal.accounts.rules import Role, short_network
from portal.foundation import clock
from portal.foundation.finished_pages import never_kept
from portal.foundation.sessions import form_token, session_key
from portal.journal.rules import Actor, ActorKind


def set_up_sign_in(app: Flask) -> None:
    """Let Flask-Login find who is signed in by the session's key; it never remembers anybody by a cookie of its own."""
    manager = LoginManager()
    # Templates get nothing personal by themselves: public pages are kept for everybody.
    manager.init_app(app, add_context_processor=False)
    manager.session_protection = None
    app.config["REMEMBER_COOKIE_NAME"] = "-"
    manager.user_loader(_whole_sign_in)
    app.jinja_env.globals["person"] = current_user
    app.jinja_env.globals["form_token"] = form_token

    @app.after_request
    def keep_persons_apart(response: Response) -> Response:
        """Whoever asks who somebody is makes an answer for one person: it is never kept for others."""
        if g.get("session") is not None and not g.get("is_unattended"):
            app.extensions["seen_tally"].note(g.session, clock.now())
        return never_kept(response) if "asked_who" in g else response


def current_user() -> User | None:
    """Who is signed in; None for everybody else, also for a sign-in whose second factor is missing."""
    g.asked_who = True
    # Asked once: each look through Flask-Login's stand-in asks anew who it is.
    found = flask_login.current_user._get_current_object()
    return found if found.is_authenticated else None


def current_session() -> Session | None:
    """The running session of this browser, whole or half; loaded once in a request."""
    key = session_key()
    if g.get("session_for") != key:
        g.session_for, g.session = key, _running(key)
    found: Session | None = g.session
    return found


def unattended() -> None:
    """This request was sent by an open page, not by a person: it does not keep the session from resting (SR-05)."""
    g.is_unattended = True


def half_user() -> User | None:
    """Who has given the password or a mailed link, but not yet the second factor."""
    found = current_session()
    return found.user if found is not None and found.is_half else None


def current_actor() -> Actor:
    """Whoever sends this request, as the history names them; a guest has no name here."""
    user = current_user()
    return actor_of(user) if user else Actor(ActorKind.GUEST)


def actor_of(user: User) -> Actor:
    """A person as the history names them."""
    kind = ActorKind.CUSTOMER if user.role == Role.CUSTOMER else ActorKind.STAFF
    return Actor(kind, user.name, user.id)


def requires_factor(user: User) -> bool:
    """Whether this person must have a second factor: everybody who works for the company, in production (SR-10)."""
    return user.is_staff and bool(current_app.extensions["config"].is_production)


def network() -> str:
    """The shortened network that this request comes from; empty outside a request."""
    return short_network(request.remote_addr or "") if has_request_context() else ""


def _running(key: str) -> Session | None:
    found = session_of(key) if key else None
    if found is None or not found.is_running(clock.now()):
        return None
    found.user.session_key = key
    return found


def _whole_sign_in(_key: str) -> User | None:
    found = current_session()
    return None if found is None or found.is_half else found.user
