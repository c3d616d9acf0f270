"""Tries are counted before the work, together by everybody, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.accounts.chores import remove_sessions, remove_tries
from portal.accounts.models import Session, Tries, User
from portal.accounts.rules import FACTOR_LIMITS, LOGIN_ADDRESS, LOGIN_ALL
from portal.accounts.tries import TooMany, count_tries
from portal.foundation import clock
from portal.foundation.database import db
from portal.keys.models import Key
from tests.accounts.people import PASSWORD, key_for, mails
from tests.cast import ANNA, account, sessions_of, signed_in
from tests.conftest import NOON
from tests.visitor import Visitor


def tries(app, subject=ANNA.email):
    with app.app_context(), app.test_request_context():
        try:
            count_tries([(LOGIN_ALL, ""), (LOGIN_ADDRESS, subject)], now=clock.now())
        except TooMany as error:
            return error.retry_after
    return 0


def test_of_thirty_at_one_moment_ten_are_let_through(app):
    def one(_):
        with clock.frozen(NOON):
            return tries(app)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(one, range(30)))
    assert answers.count(0) == 10
    assert {answer for answer in answers if answer} == {300}


def test_one_address_that_hammers_does_not_use_up_the_tries_of_all(app):
    hammer = Visitor(app, address="192.0.2.7")
    typed = {"email": ANNA.email, "password": "falsch geraten, und das oft", "is_complete": "yes"}
    answers = [
        hammer.sends("/de/account/sign-in", typed | {"email": f"nobody{n}@example.org"}).status for n in range(14)
    ]
    assert answers[9:] == [422, 429, 429, 429, 429]
    with app.app_context():
        assert db.session.scalar(select(Tries.amount).where(Tries.kind == LOGIN_ALL.kind)) == 10


def test_a_new_span_counts_anew_and_the_old_one_is_removed(app):
    for _ in range(11):
        tries(app)
    assert tries(app) > 0
    with clock.frozen(NOON + timedelta(minutes=5)):
        assert tries(app) == 0
    with app.app_context():
        assert not remove_tries(NOON + timedelta(minutes=6))
        assert db.session.scalar(select(func.count()).select_from(Tries)) == 2, "the running span stays"


@pytest.mark.parametrize(("minutes", "most"), [(0, 5), (5, 20), (30, 50)])
def test_codes_are_limited_by_five_minutes_an_hour_and_a_day(app, minutes, most):
    """SR-08: 5 in 5 minutes, 20 in an hour, 50 in a day, whatever the pace; counted from the start of a day (UTC)."""
    at = [NOON.replace(hour=0) + number // 5 * timedelta(minutes=minutes) for number in range(most + 1)]
    with app.app_context(), app.test_request_context():
        for now in at[:-1]:
            count_tries([(limit, "7") for limit in FACTOR_LIMITS], now=now)
        with pytest.raises(TooMany):
            count_tries([(limit, "7") for limit in FACTOR_LIMITS], now=at[-1])


def test_who_tried_is_kept_as_a_hash(app):
    tries(app)
    with app.app_context():
        assert ANNA.email not in {row.subject for row in db.session.scalars(select(Tries))}


def test_old_sessions_are_removed(app):
    user_id = account(app, ANNA)
    signed_in(app, ANNA)
    with app.app_context():
        remove_sessions(NOON + timedelta(days=59))
    assert len(sessions_of(app, user_id)) == 1
    with app.app_context():
        remove_sessions(NOON + timedelta(days=61))
        assert db.session.scalar(select(func.count()).select_from(Session)) == 0


@pytest.mark.parametrize("times", [6])
def test_a_link_pressed_many_times_at_one_moment_signs_in_once(app, times):
    account(app, ANNA)
    Visitor(app).sends("/de/account/sign-in/link", {"email": ANNA.email, "is_complete": "yes"})
    key = key_for(app, ANNA.email, "account_sign_in")

    def press(_):
        return Visitor(app).sends("/de/account/sign-in/open", {"key": key, "is_complete": "yes"}).status

    with ThreadPoolExecutor(times) as pool:
        answers = sorted(pool.map(press, range(times)))
    assert answers == [303] + [410] * (times - 1)


def test_an_account_begun_many_times_at_one_moment_is_one(app):
    for _ in range(4):
        Visitor(app).sends("/de/account/register", {"email": ANNA.email, "is_complete": "yes"})
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Key)) == 4
    keys = [mail.payload["key"] for mail in mails(app, ANNA.email, "account_confirm")]

    def begin(key):
        form = {"key": key, "name": "Anna", "password": PASSWORD, "is_complete": "yes"}
        return Visitor(app).sends("/de/account/confirm", form).status

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(begin, keys)) == [303] * 4
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 1
