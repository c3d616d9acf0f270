"""States in the customer's words, and who may do what when."""

from datetime import timedelta

import pytest

from portal.questions.rules import (
    Author,
    ClosedBy,
    CustomerState,
    Status,
    can_rate,
    can_reopen,
    can_reply,
    can_withdraw,
)
from portal.questions.rules import customer_state as state_of
from tests.conftest import NOON


@pytest.mark.parametrize(
    ("status", "is_in_work", "is_solved", "state"),
    [
        (Status.OPEN, False, False, CustomerState.RECEIVED),
        (Status.OPEN, True, False, CustomerState.IN_WORK),
        (Status.WAITING, True, False, CustomerState.YOUR_TURN),
        (Status.WAITING, False, False, CustomerState.YOUR_TURN),
        (Status.CLOSED, True, True, CustomerState.SOLVED),
        (Status.CLOSED, True, False, CustomerState.CLOSED),
    ],
)
def test_three_states_become_five_words(status, is_in_work, is_solved, state):
    assert state_of(status, is_in_work=is_in_work, is_solved=is_solved) is state


@pytest.mark.parametrize(
    ("status", "until", "reopens", "takes"),
    [
        (Status.OPEN, None, False, True),
        (Status.WAITING, None, False, True),
        (Status.CLOSED, NOON, True, True),
        (Status.CLOSED, NOON - timedelta(seconds=1), False, False),
        (Status.CLOSED, None, False, False),
    ],
)
def test_a_closed_question_takes_replies_until_its_date(status, until, reopens, takes):
    assert (can_reopen(status, until, NOON), can_reply(status, until, NOON)) == (reopens, takes)


@pytest.mark.parametrize(
    ("status", "closed_by", "is_answered", "can"),
    [
        (Status.OPEN, "", True, False),
        (Status.WAITING, "", True, False),
        (Status.CLOSED, ClosedBy.CUSTOMER, False, True),
        (Status.CLOSED, ClosedBy.STAFF, True, True),
        (Status.CLOSED, ClosedBy.STAFF, False, False),
        (Status.CLOSED, ClosedBy.SILENCE, True, True),
        (Status.CLOSED, ClosedBy.SPAM, True, False),
        (Status.CLOSED, ClosedBy.MERGE, True, False),
    ],
)
def test_only_help_that_is_over_is_judged(status, closed_by, is_answered, can):
    assert can_rate(status, closed_by, is_answered=is_answered) is can


@pytest.mark.parametrize(
    ("author", "age", "withdrawn", "can"),
    [
        (Author.CUSTOMER, 0, None, True),
        (Author.CUSTOMER, 300, None, True),
        (Author.CUSTOMER, 301, None, False),
        (Author.CUSTOMER, 0, NOON, False),
        (Author.STAFF, 0, None, False),
    ],
)
def test_an_own_message_is_withdrawn_within_five_minutes(author, age, withdrawn, can):
    assert can_withdraw(author, NOON - timedelta(seconds=age), withdrawn, NOON) is can
