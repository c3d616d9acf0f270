"""Who a request comes from."""

from portal.accounts.access import current_user
from portal.customers.access import current_customer
from tests.cast import ANNA, signed_in


def cookies_of(visitor):
    return {"Cookie": "; ".join(f"{each.key}={each.value}" for each in visitor._client._cookies.values())}


def test_anna_is_known_by_the_key_of_her_session(app, anna):
    with app.test_request_context(headers=cookies_of(anna)):
        assert current_user().email == ANNA.email
        assert current_customer().email == ANNA.email


def test_who_has_not_given_the_second_factor_is_nobody(app):
    with app.test_request_context(headers=cookies_of(signed_in(app, ANNA, is_half=True))):
        assert current_user() is None
        assert current_customer() is None
