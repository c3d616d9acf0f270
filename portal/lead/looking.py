"""The portal as a customer sees it: a page is made inside, for somebody else, at another time, and can do nothing.

The page is made by the same routes as for everybody, in a request of its own that carries no cookie: with the account
of a customer, with the keys of a mailed link, or with nothing. While it is made the database refuses every change, and
what the browser gets runs no script and sends no form. Questions are shown as they stood at that time
(portal/questions/past).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from urllib.parse import urlencode, urlsplit

from flask import Response, current_app, g, request
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.accounts.access import become
from portal.accounts.models import Session, User
from portal.accounts.rules import Person
from portal.customers.models import Customer
from portal.foundation import clock
from portal.foundation.database import db, read_only
from portal.keys.models import Key
from portal.questions.guests import OF_A_QUESTION, show_digests
from portal.questions.models import Question
from portal.questions.queries import customer_of

# Without scripts and forms; only styles and pictures of this site.
POLICY = "; ".join(
    (
        "sandbox allow-same-origin",
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_ROOMS = ("home", "faq", "faq_short", "contact", "incidents")
_PAGES = frozenset({"root.choose_language", "questions.index", "questions.show", "questions.new", "questions.find"})
_PAGES |= {"customers.overview", "leaving.show"}
_LINK = re.compile(r'(<a\b[^>]*?\shref=")(/[^"]*)"')
_SCRIPT = re.compile(r"<script\b.*?</script>", re.S)
_FORM = re.compile(r"<form\b")
_FILE = re.compile(r'src="/[a-z]{2}/questions/([^"/]+)/attachments/')
_BODY = re.compile(r"<body\b[^>]*>")


@dataclass(frozen=True)
class Look:
    """Who looks: nobody in particular, the account of `user`, or whoever holds a link to the question."""

    user: User | None = None
    digests: Sequence[str] = ()
    customer: Customer | None = None
    number: str = ""


def as_guest(question: Question) -> Look | None:
    """Whoever has the mailed link to this question; None when nobody has one that works."""
    rows = select(Key.digest).where(Key.purpose.in_(OF_A_QUESTION), Key.subject_id == question.id)
    digests = db.session.scalars(rows.where(Key.revoked_at.is_(None)).limit(20)).all()
    customer = customer_of(question)
    return Look(None, digests, customer, question.number) if digests else None


def as_customer(customer: Customer) -> Look | None:
    """Somebody with an account; None for a guest."""
    user = db.session.get(User, customer.user_id) if customer.user_id else None
    return Look(user, (), customer) if user is not None else None


def is_shown(path: str) -> bool:
    """Whether a page is part of the view: what customers read, without sign-in, receipts and files."""
    adapter = current_app.url_map.bind(request.host)
    try:
        endpoint, _values = adapter.match(urlsplit(path).path, method="GET")
    except RequestRedirect as error:
        return error.new_url.startswith(request.host_url)
    except HTTPException:
        return False
    return endpoint in _PAGES or endpoint.partition(".")[0] in _ROOMS


def page_as(look: Look, path: str, moment: datetime, *, language: str) -> Response:
    """What that person would get at that address and time; no change is made, nothing is counted or sent."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    headers = {"Accept": "text/html", "Accept-Language": language}
    inner = app.test_request_context(path, base_url=request.host_url, headers=headers)
    # A context of its own: what this request knows of its person must not be known there, nor the other way round.
    with clock.looking_at(moment), read_only(), app.app_context(), inner:
        _become(look, moment)
        response: Response = app.full_dispatch_request()
        response.direct_passthrough = False
        response.get_data()
    return response


def harmless(written: str, asked: Mapping[str, str], bar: str) -> str:
    """The page with its links leading on in the view, without scripts, with forms that nobody can use."""
    site = urlencode({name: value for name, value in asked.items() if name != "path"})

    def lead_on(found: re.Match[str]) -> str:
        path = unescape(found[2])
        target = f"/desk/preview/page?{site}&{urlencode({'path': path})}".replace("&", "&amp;")
        return f'{found[1]}{target}"'

    written = _SCRIPT.sub("", written)
    written = _FORM.sub("<form inert", written)
    written = _FILE.sub(r'src="/desk/questions/\1/attachments/', written)
    written = _LINK.sub(lead_on, written)
    return _BODY.sub(lambda body: body[0] + str(Markup(bar)), written, count=1)  # noqa: S704  (printed by a template)


def _become(look: Look, moment: datetime) -> None:
    """Let this inner request come from that person."""
    g.is_unattended = True
    show_digests(look.digests)
    if look.user is None:
        return
    user = db.session.get_one(User, look.user.id)
    # What the cookie of a sign-in would have led to.
    who = (user.id, user.email, user.name, user.language, user.role, user.confirmed_at, user.disabled_at)
    person = Person(0, False, moment, moment, None, *who)
    become(person, Session(user=user, user_id=user.id, is_half=False, seen_at=moment))
