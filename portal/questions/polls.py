"""An open page asks for news every few seconds: that there is none is answered here, before Flask is woken.

Whoever asks must show the same as for the page: a key of this question, or a session of the account that asked. In
every other case, also when there is news or the database is away, the request goes on to the application.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import bindparam, select
from sqlalchemy.exc import SQLAlchemyError

from portal.accounts.models import Session, User
from portal.accounts.rules import is_running
from portal.customers.models import Customer
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.database import READERS
from portal.foundation.security import answer_number
from portal.foundation.sql.prepared import Prepared
from portal.foundation.sql.readers import Readers
from portal.foundation.web.environ import cookies_of, is_for_us
from portal.foundation.web.sessions import session_cookie
from portal.keys.models import Key
from portal.keys.rules import digest, looks_like_key
from portal.numbers.format import Mistyped, read_number
from portal.questions.access import opened_by_key
from portal.questions.actions.promises import OF_PROMISE
from portal.questions.guests import guest_cookie, keys_in
from portal.questions.models import PromiseEntry, Question
from portal.questions.rules import can_reopen, news_tag
from portal.questions.thread.headline import date_now
from portal.service_levels.desk_hours import read_desk_hours
from portal.service_levels.levels_file import LEVELS_FILE
from portal.service_levels.rules import is_overdue

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ADDRESS = re.compile(r"/([a-z]{2})/questions/([^/]{1,40})/news")
_STATE = (
    select(Question.version, Question.status, Question.reopen_until, *OF_PROMISE)
    .select_from(Question)
    .outerjoin(PromiseEntry, (PromiseEntry.question_id == Question.id) & PromiseEntry.ended_at.is_(None))
    .where(Question.number == bindparam("number"))
)
_BY_KEY = Prepared(_STATE.join(Key, opened_by_key()))
_BY_SESSION = Prepared(
    _STATE.join(Customer, Customer.id == Question.customer_id)
    .join(User, User.id == Customer.user_id)
    .join(Session, Session.user_id == User.id)
    .where(Session.digest == bindparam("digest"), Session.is_half.is_(False), User.disabled_at.is_(None))
    .add_columns(User.role, Session.seen_at, Session.expires_at, Session.ended_at.label("session_ended_at"))
)


class QuietPolls:
    """WSGI middleware: 304 for whoever may see the question and knows it as it is, with one statement."""

    def __init__(self, inner: "WSGIApplication", app: Flask) -> None:
        self._inner, self._app = inner, app
        self._trusted = app.config["TRUSTED_HOSTS"]
        self._cookies = guest_cookie(app), session_cookie(app)
        self._readers: Readers = READERS.of(app)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        known = environ.get("HTTP_IF_NONE_MATCH")
        asked = _ADDRESS.fullmatch(environ["PATH_INFO"]) if known else None
        if known and asked and environ["REQUEST_METHOD"] == "GET" and is_for_us(environ, self._trusted):
            tag = self._tag(environ, asked[1], asked[2])
            if tag is not None and names_tag(known, tag):
                start_response("304 NOT MODIFIED", [("ETag", f'"{tag}"'), ("X-Request-Id", answer_number())])
                return []
        return self._inner(environ, start_response)

    def _tag(self, environ: "WSGIEnvironment", language: str, typed: str) -> str | None:
        """The tag of the question as it is now; None for whoever may not see it, and when nobody can say."""
        company, levels = COMPANY.of(self._app), LEVELS_FILE.of(self._app).levels
        try:
            state, now = self._state(environ, typed), clock.now()
        except (Mistyped, SQLAlchemyError):
            return None
        if state is None or language not in company.languages:
            return None
        due_at = state.due_at and date_now(state, read_desk_hours(company, language), levels, now)
        is_late = state.due_at is not None and is_overdue(state.due_at, now)
        is_reopened = can_reopen(state.status, state.reopen_until, now)
        return news_tag(state.version, language, due_at, is_late=is_late, can_reopen=is_reopened)

    def _state(self, environ: "WSGIEnvironment", typed: str) -> Any:
        """What the tag is made of, for somebody who may see the question; else None."""
        cookies, now, number = cookies_of(environ), clock.now(), read_number(typed)
        of_guest, of_session = (cookies.get(name, "") for name in self._cookies)
        keys = [digest(key) for key in keys_in(of_guest)]
        if number is None or not (keys or looks_like_key(of_session)):
            return None
        reader = self._readers.take()
        try:
            if looks_like_key(of_session):
                found = _BY_SESSION.rows({"number": str(number), "digest": digest(of_session)}, reader)
                found = [row for row in found if _is_running(row, now)]
            else:
                found = _BY_KEY.rows({"number": str(number), "digests": keys, "now": now}, reader)
        finally:
            self._readers.give_back(reader)
        return next(iter(found), None)


def _is_running(row: Any, now: datetime) -> bool:
    return is_running(row.role, seen_at=row.seen_at, expires_at=row.expires_at, ended_at=row.session_ended_at, now=now)


def names_tag(known: str, tag: str) -> bool:
    """Whether an `If-None-Match` names the tag; compression writes its name behind one."""
    return f'"{tag}"' in known or f'"{tag}:' in known
