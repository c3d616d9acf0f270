"""Who this request comes from; one statement, and only when the browser carries a session."""

from collections.abc import Callable

from flask import Flask, Response, g, has_request_context, request
from flask_login import LoginManager

from portal.accounts.models import Session, User
from portal.accounts.queries import person_of, session_of
from portal.accounts.rules import Person, Role, short_network
from portal.accounts.seen import SEEN_TALLY
from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.foundation.rendering.finished_pages import never_kept
from portal.foundation.web.here import globals_here, request_here
from portal.foundation.web.sessions import forget_token, form_token, session_key
from portal.journal.rules import Actor, ActorKind

# Who shows something of the person on each page, by blueprint: it is read in the same statement as the person.
FINDERS: dict[str, Callable[[str], Person | None]] = {}


def set_up_sign_in(app: Flask) -> None:
    """Let Flask-Login find who is signed in by the session's key; it never remembers anybody by a cookie of its own."""
    manager = LoginManager()
    # No `init_app`: templates get nothing personal by themselves, because public pages are kept for everybody, and no
    # answer is looked through for a cookie that remembers somebody.
    app.login_manager = manager  # type: ignore[attr-defined]
    manager.session_protection = None
    app.config["REMEMBER_COOKIE_NAME"] = "-"
    manager.user_loader(_whole_sign_in)
    app.jinja_env.globals["person"] = current_person
    app.jinja_env.globals["form_token"] = form_token

    @app.after_request
    def keep_persons_apart(response: Response) -> Response:
        """Whoever asks who somebody is makes an answer for one person: it is never kept for others."""
        here = globals_here()
        person = here.get("person")
        if person is not None and "is_unattended" not in here:
            SEEN_TALLY.of(app).note(person, clock.now())
        return never_kept(response) if "asked_who" in here else response


def current_person() -> Person | None:
    """Who is signed in, to be read only; None for everybody else, also while the second factor is missing."""
    found = _person()
    return None if found is None or found.is_half else found


def current_user() -> User | None:
    """The row of who is signed in, for what changes it; pages that only read ask for `current_person`."""
    globals_here().asked_who = True
    return _whole_sign_in("")


def current_session() -> Session | None:
    """The row of this browser's running session, whole or half; loaded once in a request."""
    here = globals_here()
    if "session" not in here:
        here.session = _running(session_key())
    found: Session | None = here.session
    return found


def become(person: Person, session: Session) -> None:
    """Let this request come from somebody whose key it does not carry: the view as customer."""
    g.person, g.session, g.asked_who = person, session, True


def forget_who() -> None:
    """Ask anew: the key of this request's browser has changed."""
    for name in ("person", "session"):
        g.pop(name, None)
    forget_token()


def unattended() -> None:
    """This request was sent by an open page, not by a person: it does not keep the session from resting (SR-05)."""
    g.is_unattended = True


def half_user() -> User | None:
    """Who has given the password or a mailed link, but not yet the second factor."""
    person = _person()
    found = current_session() if person is not None and person.is_half else None
    return found.user if found is not None else None


def actor_of(user: User | Person) -> Actor:
    """A person as the history names them."""
    kind = ActorKind.CUSTOMER if user.role == Role.CUSTOMER else ActorKind.STAFF
    return Actor(kind, user.name, user.id)


def requires_factor(user: User) -> bool:
    """Whether this person must have a second factor: everybody who works for the company, in production (SR-10)."""
    return user.is_staff and CONFIG.here().is_production


def network() -> str:
    """The shortened network that this request comes from; empty outside a request."""
    return short_network(request.remote_addr or "") if has_request_context() else ""


def _person() -> Person | None:
    """Whoever this browser's session belongs to, whole or half; asked once in a request."""
    here = globals_here()
    try:
        known: Person | None = here.person
    except AttributeError:
        here.asked_who = True
        found = _finder()(session_key())
        known = here.person = found if found is not None and found.is_running(clock.now()) else None
    return known


def _finder() -> Callable[[str], Person | None]:
    """How the person is found: with more of theirs where a page of a room is asked for."""
    asked = request_here() if FINDERS and has_request_context() else None
    return FINDERS.get(asked.blueprint or "", person_of) if asked and asked.method == "GET" else person_of


def _running(key: str) -> Session | None:
    found = session_of(key) if key else None
    if found is None or not found.is_running(clock.now()):
        return None
    found.user.session_key = key
    return found


def _whole_sign_in(_key: str) -> User | None:
    found = current_session()
    return None if found is None or found.is_half else found.user
