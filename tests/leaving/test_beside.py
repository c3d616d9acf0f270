"""Two cancellations of one contract, one of which falls away: what the other one says holds (specification 2.14)."""

from datetime import date

from portal.leaving.actions import objecting, retracting
from tests.contracts.books import contract, kept
from tests.leaving.test_following import ENDS, declares, does, mails, staff, stands
from tests.mailbox import Mailbox


def test_where_a_strangers_cancellation_is_void_the_holders_own_ends_the_contract(app):
    """It had no effect only because the contract was to end already; nobody has to declare twice."""
    contract(app)
    first, own = declares(app, email="someone@else.example"), declares(app)
    assert (stands(app, own).state, stands(app, own).work) == ("matched", "already")
    does(app, objecting.object_to, first, "")
    does(app, objecting.decide_objection, first, is_valid=False, why="", by=staff(app))
    standing = stands(app, own)
    assert (standing.state, standing.effective_on, standing.work) == ("effective_set", ENDS, "")
    assert "already_ended" not in standing.flags and kept(app)[0].ends_on == ENDS
    mail = Mailbox(app).newest(to="anna@example.org")
    assert "Eine andere Kündigung dieses Vertrags gilt jedoch weiter" in mail.words
    assert "other_end" not in mails(app, "leaving_decided")[-1].payload


def test_a_void_cancellation_that_moved_nothing_leaves_the_end_of_the_books(app):
    contract(app, ends_on="31.12.2026")
    number = declares(app, email="someone@else.example")
    assert (stands(app, number).state, stands(app, number).work) == ("matched", "already")
    does(app, objecting.object_to, number, "")
    does(app, objecting.decide_objection, number, is_valid=False, why="", by=staff(app))
    assert stands(app, number).state == "rejected_agent" and kept(app)[0].ends_on == date(2026, 12, 31)


def test_what_only_says_the_same_again_is_taken_back_along(app):
    contract(app)
    first, again = declares(app), declares(app, reason="noch einmal")
    does(app, retracting.wish_back, first, way="receipt")
    assert [stands(app, each).state for each in (first, again)] == ["taken_back"] * 2
    assert kept(app)[0].ends_on is None and stands(app, again).work == ""
    assert "gilt jedoch weiter" not in Mailbox(app).newest().words


def test_whoever_takes_one_of_two_ends_back_reads_that_the_other_stands(app):
    contract(app)
    declares(app, end="date", date="30.06.2027")
    earlier = declares(app)
    assert kept(app)[0].ends_on == ENDS
    does(app, retracting.wish_back, earlier, way="receipt")
    assert kept(app)[0].ends_on == date(2027, 6, 30)
    assert "gilt jedoch weiter: Er endet mit Ablauf von Mittwoch, 30. Juni 2027" in Mailbox(app).newest().words
