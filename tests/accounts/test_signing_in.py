"""Sign in by password or mailed link, and out again."""

from tests.cast import ANNA, account, sessions_of, signed_in
from tests.visitor import Visitor


def test_anna_opens_every_page_of_her_account(app, anna):
    for path in ("overview", "sessions", "password", "address", "second-factor/set-up", "proof"):
        page = anna.opens(f"/de/account/{path}")
        assert page.status == 200, path


def test_a_visitor_opens_every_page_that_needs_no_account(app, visitor):
    for path in ("sign-in", "register", "reset"):
        for lang in ("de", "en"):
            assert visitor.opens(f"/{lang}/account/{path}").status == 200
    for path in ("confirm", "sign-in/link", "password/new", "address/confirm"):
        assert visitor.opens(f"/de/account/{path}").status == 410
