"""Every address, opened by every member of the cast, gives what the table of audiences says."""

import pytest
from flask import render_template_string

from portal.accounts.rules import Role
from portal.audiences import AUDIENCES
from portal.foundation.rendering.finished_pages import finished_page
from portal.foundation.security import AUDIENCE_TABLE, Audience
from tests.accounts.people import audit_of, statements
from tests.cast import ANNA, BERND, CLARA, DORA, EMIL, FRIDA, signed_in
from tests.house.headers import check_answer
from tests.house.test_routes import addresses, rules
from tests.visitor import Visitor

PIECE = "private, no-cache"
CAST = [None, ANNA, BERND, CLARA, DORA, EMIL, FRIDA]
# Editors see no cases; agents publish nothing.
ANSWERING = {Role.AGENT, Role.LEAD, Role.ADMIN}
LET_IN = {
    Audience.CUSTOMER: set(Role),
    Audience.COLLEAGUE: {Role.EDITOR, *ANSWERING},
    Audience.STAFF: ANSWERING,
    Audience.LEAD: {Role.LEAD, Role.ADMIN},
    Audience.EDITOR: {Role.EDITOR, Role.LEAD, Role.ADMIN},
    Audience.ADMIN: {Role.ADMIN},
}
MISSING = (
    "/desk/questions/",
    "/desk/incidents/1",
    "/desk/tokens/",
    "/desk/incoming/1",
    "/desk/contracts/",
    "/desk/customers/",
    "/desk/orders/import/",
    "/desk/invoices/import/",
    "/desk/declarations/",
    "/desk/reports/promises/csv",
    "/de/account/company-sign-in",  # nor a provider of sign-ins
    *(f"/desk/articles/{each}" for each in ("from/", "proposals/", "flags/", "categories/aaaa", "aaaa")),
)
NAMES = [person.name if person else "nobody" for person in CAST]


def somebody(app, person):
    return signed_in(app, person) if person else Visitor(app)


@pytest.mark.parametrize("person", CAST, ids=NAMES)
def test_everybody_gets_what_the_table_says(app, person):
    visitor = somebody(app, person)
    for rule in rules(app):
        audience, url = AUDIENCES[rule.endpoint], addresses(rule)[0]
        if "GET" in rule.methods:
            check(visitor.opens(url), audience, person, f"{rule} as {person}")
        if "POST" in rule.methods:
            check_sent(visitor.sends(url, {"is_complete": "yes"}), audience, person, f"{rule} as {person}")


def check(page, audience, person, said):
    check_answer(page, said)
    if audience is not Audience.PUBLIC:
        # A browser may keep a piece that it asks for again and again, but must ask; never a page.
        assert page.response.headers["Cache-Control"] in ("no-store", *([] if page.is_whole else [PIECE])), said
    if audience is Audience.MACHINE:
        check_machine(page, said)
    if audience not in LET_IN:
        return
    if person is None:
        assert page.status == 303 and "/account/sign-in?next=" in page.location, said
    elif person.role in LET_IN[audience]:
        # The portal of this test is empty: a case or an incident with that number is not there, for nobody.
        is_missing = page.status == 404 and page.url.startswith(MISSING)
        assert is_missing or page.status in (200, 302, 303, 304), said
        assert "/account/sign-in" not in page.location, said
    else:
        assert page.status == 404, said


def check_machine(page, said):
    """No session opens what is for programs: they show a token."""
    assert page.status == 401 and page.response.headers["WWW-Authenticate"].startswith("Bearer "), said
    assert page.response.mimetype == "application/problem+json" and not page.response.headers.getlist("Set-Cookie"), (
        said
    )


def check_sent(page, audience, person, said):
    check_answer(page, said)
    if audience is Audience.MACHINE:
        check_machine(page, said)
    if audience not in LET_IN:
        return
    if person is None:
        assert page.status == 403, said
    elif person.role in LET_IN[audience]:
        assert page.status != 403, said
    else:
        assert page.status == 404, said


@pytest.fixture
def probed(app):
    """The portal with one address for each audience."""
    rows = {f"probe_{audience.value}": audience for audience in LET_IN}
    AUDIENCE_TABLE.put(app, AUDIENCES | rows)
    for name in rows.keys() - app.view_functions.keys():
        app.add_url_rule(f"/{name}", name, lambda: "let in", methods=["GET", "POST"])
    return app


@pytest.mark.once
@pytest.mark.together
@pytest.mark.parametrize("audience", list(LET_IN), ids=lambda audience: audience.value)
@pytest.mark.parametrize("person", CAST, ids=NAMES)
def test_each_audience_lets_in_its_roles_alone(probed, person, audience):
    visitor, url = somebody(probed, person), f"/probe_{audience.value}"
    check(visitor.opens(url, inspected=False), audience, person, url)
    check_sent(visitor.sends(url, {"is_complete": "yes"}), audience, person, url)


def test_an_address_for_others_looks_like_none(probed, anna):
    foreign, missing = anna.opens("/probe_staff"), anna.opens("/probe_nothing")
    assert foreign.status == missing.status == 404
    different = {"X-Request-Id", "Content-Length", "Date"}
    kept = [
        {name: value for name, value in page.response.headers.items() if name not in different}
        for page in (foreign, missing)
    ]
    assert kept[0] == kept[1]
    numbers = [page.response.headers["X-Request-Id"] for page in (foreign, missing)]
    assert foreign.html.replace(numbers[0], "") == missing.html.replace(numbers[1], "")


def test_somebody_who_tries_is_noted(probed, anna):
    anna.opens("/probe_staff")
    assert audit_of(probed, anna.user_id) == ["access.denied"]


def test_half_a_sign_in_opens_no_door(probed):
    half = signed_in(probed, CLARA, is_half=True)
    for audience in LET_IN:
        page = half.opens(f"/probe_{audience.value}", inspected=False)
        assert page.location.startswith("/de/account/second-factor/set-up"), audience
        assert half.sends(f"/probe_{audience.value}", {"is_complete": "yes"}).status == 403


def test_an_unreadable_session_is_none(probed):
    visitor = Visitor(probed)
    for value in ("x", "A" * 43, "A" * 4000, "%00", '"', "😀"):
        visitor._client.set_cookie("session", value)
        assert visitor.opens("/probe_staff").status == 303


def test_a_page_that_asked_who_it_is_for_is_never_kept_for_others(app):
    template = "{% extends 'private.html' %}{% block main %}<h1>x</h1>{% endblock %}"

    def careless():
        return finished_page(app.make_response(render_template_string(template)))

    AUDIENCE_TABLE.put(app, AUDIENCES | {"careless": Audience.PUBLIC})
    app.add_url_rule("/de/careless", "careless", careless)
    bernd = signed_in(app, BERND)
    assert BERND.name in render(app, bernd)
    assert BERND.name not in render(app, Visitor(app))


def render(app, visitor):
    page = visitor.opens("/de/careless", inspected=False)
    assert page.response.headers["Cache-Control"] == "no-store"
    return page.html


def test_public_pages_ask_nobody_who_they_are(app, anna):
    for url in ("/de/", "/de/faq/", "/de/search?q=rechnung", "/de/contact", "/de/pages/impressum"):
        with statements(app) as seen:
            anna.opens(url)
        assert not [each for each in seen if "sessions" in each], url
