"""Closed by default: every endpoint has a row, every address answers without a fault, whatever stands in it."""

import pytest
from werkzeug.routing import Rule

from portal.audiences import AUDIENCES
from portal.foundation.security import Audience, require_audiences
from tests.conftest import make_app
from tests.visitor import Visitor

VALID = {
    "language": ["de", "en"],
    "path": ["rechnung/", "rechnung/rechnung-finden", "rechnung/verstehen/rechnung-lesen"],
    "number": ["121"],
    "slug": ["impressum"],
    "message_id": ["1"],
    "reminder_id": ["1"],
    "pending_id": ["1"],
    "report": ["promises", "answers", "work", "ratings", "self-service", "leaving"],
    "incident_id": ["1"],
    "user_id": ["1"],
    "token_id": ["1"],
    "mail_id": ["1"],
    "customer_id": ["1"],
    "key": ["tw202500417"],
    "reference": ["C26-00001-4"],
    "mark": ["a" * 43],
    "line": ["found"],
    "public_id": ["a" * 43],
    "queue": ["mine", "all"],
    "view_id": ["1"],
    "token": ["a" * 43],
    "kind": ["cancellation", "withdrawal"],
    "proposal_id": ["1"],
    "flag_id": ["1"],
}
INVALID = {
    "reference": ["%00", "C26", "..%2fx", "a" * 3000, "😀", "%0d%0aX"],
    "user_id": ["0", "-1", "abc", "１", "9" * 5000, "%00"],
    "customer_id": ["0", "-1", "abc", "１", "9" * 5000, "%00"],
    "token_id": ["0", "-1", "abc", "１", "9" * 5000, "%00"],
    "key": ["%00", "..%2fx", "a" * 3000, "😀", "%0d%0aX", "%e2%80%ae"],
    "mark": ["%00", "a", "..%2fsecret", "a" * 3000, "😀", "%0d%0aX"],
    "report": ["%00", "nichts", "..%2fpromises", "a" * 3000, "😀", "%0d%0aX"],
    "incident_id": ["0", "-1", "abc", "１", "9" * 5000, "%00"],
    "language": ["fr", "DE", "%00", "de%0d%0aX-Evil:1", "../de"],
    "path": [
        "%00",
        "..%2f..%2fetc%2fpasswd",
        "a/" * 300,
        "%ff%fe",
        "😀",
        "rechnung/%e2%80%ae",
        "rechnung//",
        "%0d%0aX",
    ],
    "number": ["0", "-1", "abc", "１２１", "9" * 30, "9" * 4000, "9" * 5000, "1e9", "1_1", "%00"],
    "mail_id": ["0", "-1", "abc", "１", "9" * 5000, "%00"],
    "pending_id": ["0", "-1", "abc", "１", "9" * 5000, "%00"],
    "reminder_id": ["0", "-1", "abc", "１", "9" * 5000, "%00"],
    "message_id": ["0", "-1", "abc", "１", "9" * 5000, "%00"],
    "line": ["%00", "nichts", "..%2ffound", "a" * 3000, "😀", "%0d%0aX"],
    "proposal_id": ["0", "-1", "abc", "9" * 5000, "%00"],
    "flag_id": ["0", "-1", "abc", "9" * 5000, "%00"],
    "view_id": ["0", "-1", "abc", "9" * 5000, "%00"],
    "queue": ["%00", "nichts", "..%2fmine", "a" * 3000, "😀", "%0d%0aX"],
    "slug": ["%00", "nichts", "..%2fimpressum", "a" * 3000, "😀", "%0d%0aX"],
    "token": ["%00", "a", "..%2fsecret", "a" * 3000, "😀", "%0d%0aX"],
    "kind": ["cancellation"],
    "public_id": ["%00", "a", "..%2fsecret", "a" * 3000, "😀", "%0d%0aX", "%e2%80%ae"],
}
# What these show is not there for a visitor of an empty portal.
NEEDS_SOMETHING = {
    "operation.show_metrics",
    "incidents.show",
    "root.security_txt",
    "questions.show_upload",
    "leaving.receipt",
    "leaving.show_choice",
    "leaving.show_objection",
    "leaving.download",
}
# What stands behind a mailed link, or between password and code, says so or leads to the sign-in.
NEEDS_SOMETHING |= {
    "accounts.show_link",
    "accounts.show_confirm",
    "accounts.show_new_password",
    "accounts.show_confirm_address",
    "accounts.second_factor",
    "accounts.set_up_factor",
    "accounts.picture",
    "departure.show_closed",
}
# Where the settings name no provider of sign-ins there is none.
NEEDS_SOMETHING |= {"accounts.go_to_company", "accounts.show_company_errand", "company_sign_in.answer"}
# The addresses of the design that exist by now: others rely on them.
PROMISED = [
    ("/", 302),
    ("/de/", 200),
    ("/en/", 200),
    ("/de/faq/rechnung/", 200),
    ("/de/faq/rechnung/rechnung-finden", 200),
    ("/faq/121", 302),
    ("/de/search?q=rechnung", 200),
    ("/de/search/suggestions?q=re", 200),
    ("/de/contact", 200),
    ("/de/pages/impressum", 200),
    ("/en/pages/terms", 200),
    ("/de/account/sign-in", 200),
    ("/de/account/register", 200),
    ("/en/account/reset", 200),
    ("/de/account/overview", 303),
    ("/healthz", 200),
    ("/kuendigen", 200),
    ("/cancel", 200),
    ("/widerrufen", 200),
    ("/withdraw", 200),
    ("/readyz", 200),
    ("/robots.txt", 200),
    ("/sitemap.xml", 200),
]


# What somebody without an account gets: the page; the way to sign in; nothing, because it is somebody else's.
USUAL = {audience: (303,) for audience in Audience} | {
    Audience.PUBLIC: (200, 302),
    Audience.GUEST: (200, 303, 404),
    Audience.MACHINE: (401,),
}


def rules(app) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=str)


def addresses(rule: Rule) -> list[str]:
    """The address of a route with valid values, and then each value replaced by every invalid one."""
    valid = {name: VALID[name] for name in rule.arguments}
    usual = {name: values[0] for name, values in valid.items()}
    fillings = [usual | {name: value} for name in valid for value in [*valid[name], *INVALID[name]]]
    return [filled(rule, values) for values in fillings or [{}]]


def filled(rule: Rule, values: dict[str, str]) -> str:
    return "".join(values[part] if is_dynamic else part for is_dynamic, part in rule._trace if part != "|")


def test_every_endpoint_has_a_row_and_every_row_an_endpoint(shared_app):
    assert {rule.endpoint for rule in rules(shared_app)} == set(AUDIENCES)
    assert all(isinstance(audience, Audience) for audience in AUDIENCES.values())


def test_a_route_without_a_row_stops_the_start(data, demo):
    app = make_app(data, demo / "content")
    app.add_url_rule("/forgotten", "forgotten", lambda: "")
    with pytest.raises(RuntimeError, match="forgotten"):
        require_audiences(app)


def test_a_row_without_a_route_stops_the_start(app, monkeypatch):
    monkeypatch.setitem(AUDIENCES, "faq.gone", Audience.PUBLIC)
    with pytest.raises(RuntimeError, match=r"faq\.gone"):
        require_audiences(app)


def test_every_argument_of_an_address_is_tried_with_valid_and_invalid_values(shared_app):
    assert {name for rule in rules(shared_app) for name in rule.arguments} == set(VALID) == set(INVALID)


@pytest.mark.parametrize("languages", ["de", "en", "fr,tlh;q=0.3", ""])
def test_a_visitor_may_open_every_address_and_never_sees_a_fault(shared_app, languages):
    for rule in rules(shared_app):
        # A wrong value is refused before anybody's language matters: once is enough for all of them.
        for url in addresses(rule) if languages == "de" else addresses(rule)[:1]:
            for method in ("get", "post") if "POST" in rule.methods else ("get",):
                visitor = Visitor(shared_app, languages=languages)
                page = visitor.opens(url) if method == "get" else visitor.sends(url, {"is_complete": "yes"})
                assert page.status < 500, f"{method} {url[:80]}"


def test_every_get_route_answers_a_visitor_with_its_usual_values(shared_app):
    for rule in rules(shared_app):
        if "GET" in rule.methods and rule.endpoint not in NEEDS_SOMETHING:
            page = Visitor(shared_app).opens(addresses(rule)[0])
            assert page.status in USUAL[AUDIENCES[rule.endpoint]], f"{rule}: {page.status}"


@pytest.mark.parametrize(("address", "status"), PROMISED)
def test_an_address_of_the_design_is_reachable(reader, address, status):
    assert reader.opens(address).status == status


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "NONSENSE"])
def test_other_methods_are_refused_on_every_address(shared_app, method):
    client = shared_app.test_client()
    taken = {str(rule) for rule in rules(shared_app) if method in rule.methods}
    for rule in rules(shared_app):
        answer = client.open(addresses(rule)[0], method=method)
        # Programs put things; without a token they are told so.
        refused = (401,) if str(rule) in taken else (404, 405)
        assert answer.status_code in refused, f"{method} {rule}: {answer.status_code}"
