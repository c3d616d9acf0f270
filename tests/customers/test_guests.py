"""Guests are one record for each address, and join an account only by a proven address."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.accounts.rules import Action
from portal.customers.access import may
from portal.customers.actions import JOINED, confirm_guest, customer_of, guest_customer
from portal.customers.models import Customer
from portal.foundation.database import db, transaction
from portal.journal.models import Event
from tests.accounts.people import key_for, mails
from tests.cast import ANNA, BERND, CLARA, account
from tests.conftest import NOON


@pytest.fixture
def joined(app):
    """What is moved from a guest to an account, as pairs of numbers."""
    pairs = []
    JOINED.put(app, [lambda guest, customer, _at: pairs.append((guest.id, customer.id))])
    return pairs


def guest_id(app, person=ANNA, name="Anna als Gast"):
    with app.app_context(), transaction():
        return guest_customer(person.email.upper(), name, "de", NOON).id


def test_an_address_is_one_guest(app):
    first = guest_id(app)
    assert guest_id(app, name="Somebody") == first
    with app.app_context():
        guest = db.session.get(Customer, first)
        assert (guest.email, guest.name, guest.confirmed_at) == (ANNA.email, "Somebody", None)


def test_twenty_at_one_moment_make_one_guest(app):
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: guest_id(app), range(20)))
    assert len(set(numbers)) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Customer)) == 1


def test_what_a_guest_asked_joins_the_account_once_the_address_is_confirmed(app, visitor, joined):
    guest = guest_id(app)
    visitor.sends("/de/account/register", {"email": ANNA.email, "is_complete": "yes"})
    assert joined == []
    key = key_for(app, ANNA.email, "account_confirm")
    visitor.sends("/de/account/confirm", {"key": key, "name": "Anna", "is_complete": "yes"})
    with app.app_context():
        account_row = db.session.scalar(select(Customer).where(Customer.user_id.is_not(None)))
        assert joined == [(guest, account_row.id)]
        assert db.session.scalar(select(Event.verb).filter_by(subject_id=account_row.id)) == "customer.joined"


def test_a_stranger_who_asks_as_a_guest_with_annas_address_gains_nothing(app, joined):
    user_id = account(app, ANNA)
    stranger = guest_id(app)
    with app.app_context():
        own = db.session.scalar(select(Customer).filter_by(user_id=user_id))
        assert own.id != stranger, "the guest is another record than Anna's"
        assert (own.name, own.email) == (ANNA.name, ANNA.email)
    assert joined == []
    assert mails(app, ANNA.email) == []


def test_a_guest_who_opens_the_mailed_link_joins_the_account_of_that_address(app, joined):
    user_id = account(app, ANNA)
    guest = guest_id(app)
    with app.app_context(), transaction():
        kept = confirm_guest(db.session.get(Customer, guest), NOON)
        assert kept.user_id == user_id
    assert joined == [(guest, kept.id)]


def test_a_guest_without_an_account_is_confirmed_and_stays_a_guest(app, joined):
    guest = guest_id(app)
    with app.app_context(), transaction():
        kept = confirm_guest(db.session.get(Customer, guest), NOON)
        assert (kept.id, kept.confirmed_at) == (guest, NOON)
        assert confirm_guest(kept, NOON + timedelta(days=1)).confirmed_at == NOON
    assert joined == []


def test_a_guest_never_joins_somebody_elses_account_or_the_staff(app, joined):
    account(app, BERND)
    account(app, CLARA)
    for person in (ANNA, CLARA):
        guest = guest_id(app, person)
        with app.app_context(), transaction():
            assert confirm_guest(db.session.get(Customer, guest), NOON).id == guest
    assert joined == []


def test_a_changed_address_takes_its_guests_questions_along(app, anna, joined):
    guest = guest_id(app, type(ANNA)("Anna", "anna.neu@example.org"))
    anna.submits(anna.opens("/de/account/address"), "/de/account/address", email="anna.neu@example.org")
    assert joined == []
    key = key_for(app, "anna.neu@example.org", "account_change")
    anna.sends("/de/account/address/confirm", {"key": key, "is_complete": "yes"})
    with app.app_context():
        own = db.session.scalar(select(Customer).filter_by(user_id=anna.user_id))
        assert own.email == "anna.neu@example.org"
        assert joined == [(guest, own.id)]


def test_an_account_has_one_customer(app):
    user_id = account(app, ANNA)
    with app.app_context(), transaction():
        user = db.session.get(User, user_id)
        assert customer_of(user, NOON).id == customer_of(user, NOON).id


def test_may_is_asked_for_person_action_and_thing(app):
    ids = {person: account(app, person) for person in (ANNA, BERND, CLARA)}
    with app.app_context():
        anna, bernd, clara = (db.session.get(User, ids[person]) for person in (ANNA, BERND, CLARA))
        thing = SimpleNamespace(customer_id=anna.customer.id)
        assert may(anna, Action.READ, thing) and may(anna, Action.WRITE, thing)
        assert not may(bernd, Action.READ, thing) and not may(None, Action.READ, thing)
        assert may(clara, Action.READ, thing) and may(clara, Action.ANSWER, thing)
        assert not may(anna, Action.ANSWER) and not may(clara, Action.ADMINISTER)
        clara.disabled_at = NOON
        assert not may(clara, Action.ANSWER)
        db.session.rollback()
