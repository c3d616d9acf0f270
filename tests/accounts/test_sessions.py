"""Sessions are rows: they end by time, by their owner, and at once when something about the owner changes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.access import current_user, unattended
from portal.accounts.models import Session
from portal.accounts.rules import short_network
from portal.audiences import AUDIENCES
from portal.foundation import clock
from portal.foundation.database import db
from portal.foundation.security import AUDIENCE_TABLE, Audience
from portal.rounds import ROUNDS
from tests.accounts.people import mails, with_password
from tests.cast import ANNA, BERND, CLARA, account, sessions_of, signed_in
from tests.conftest import NOON
from tests.questions.people import ask

OVERVIEW = "/de/account/overview"


@pytest.mark.parametrize(
    ("person", "lasts", "ends"),
    [
        (ANNA, timedelta(hours=23, minutes=59), timedelta(hours=24)),
        (CLARA, timedelta(minutes=29), timedelta(minutes=30)),
    ],
)
def test_a_resting_session_ends(app, person, lasts, ends):
    visitor = signed_in(app, person)
    with clock.frozen(NOON + lasts):
        assert visitor.opens(OVERVIEW).status == 200
    with clock.frozen(NOON + ends):
        assert visitor.opens(OVERVIEW).status == 303


@pytest.mark.parametrize(("person", "ends"), [(ANNA, timedelta(days=30)), (CLARA, timedelta(hours=12))])
def test_even_a_busy_session_ends(app, person, ends):
    visitor, step, at = signed_in(app, person), timedelta(minutes=20), NOON
    if person is ANNA:
        step = timedelta(hours=23)
    while at < NOON + ends - step:
        at += step
        with clock.frozen(at):
            assert visitor.opens(OVERVIEW).status == 200
            ROUNDS.of(app).once()
    with clock.frozen(NOON + ends):
        assert visitor.opens(OVERVIEW).status == 303


def test_being_seen_is_written_by_the_round_and_once_a_minute(app, anna):
    def seen_at():
        return sessions_of(app, anna.user_id)[0].seen_at

    with clock.frozen(NOON + timedelta(seconds=59)):
        anna.opens(OVERVIEW)
        ROUNDS.of(app).once()
        assert seen_at() == NOON
    with clock.frozen(NOON + timedelta(seconds=60)):
        anna.opens(OVERVIEW)
        assert seen_at() == NOON, "no request waits for it"
        ROUNDS.of(app).once()
        assert seen_at() == NOON + timedelta(seconds=60)


def test_all_that_work_are_written_together_and_whoever_comes_after_a_rest_at_once(app, anna, clara):
    def seen_at(who):
        return sessions_of(app, who.user_id)[0].seen_at

    for seconds, who, is_written in ((60, anna, True), (90, clara, False), (125, anna, False), (500, anna, True)):
        at = NOON + timedelta(seconds=seconds)
        with clock.frozen(at):
            who.opens(OVERVIEW)
            ROUNDS.of(app).once()
            assert (seen_at(who) == at) is is_written
    assert seen_at(clara) == NOON + timedelta(seconds=90)


def test_a_page_that_asks_for_news_by_itself_keeps_nobody_signed_in(app, clara):
    def news():
        unattended()
        return current_user().name

    AUDIENCE_TABLE.put(app, AUDIENCES | {"probe": Audience.STAFF})
    app.add_url_rule("/probe", "probe", news)
    for minutes in range(0, 30, 5):
        with clock.frozen(NOON + timedelta(minutes=minutes)):
            assert clara.opens("/probe", inspected=False).status == 200
            ROUNDS.of(app).once()
    with clock.frozen(NOON + timedelta(minutes=30)):
        assert clara.opens(OVERVIEW).status == 303


@pytest.mark.parametrize("address", ["/news", "/desk/counts"])
def test_the_portal_s_own_polls_keep_nobody_signed_in(app, anna, clara, address):
    who, asked = (clara, address) if "desk" in address else (anna, ask(app).address + address)
    with app.app_context():
        before = db.session.scalar(select(Session.seen_at).filter_by(user_id=who.user_id))
    with clock.frozen(NOON + timedelta(minutes=10)):
        assert who.opens(asked, inspected=False).status == 200
        ROUNDS.of(app).once()
    with app.app_context():
        assert db.session.scalar(select(Session.seen_at).filter_by(user_id=who.user_id)) == before


def test_the_round_never_revives_an_ended_session(app, anna):
    with clock.frozen(NOON + timedelta(minutes=2)):
        anna.opens(OVERVIEW)
        app.test_cli_runner().invoke(args=["user", "disable", ANNA.email])
        ROUNDS.of(app).once()
        assert anna.opens(OVERVIEW).status == 303
        assert sessions_of(app, anna.user_id)[0].ended_at is not None


def test_anna_sees_where_she_is_signed_in_and_ends_one(app, anna):
    other = signed_in(app, ANNA)
    page = anna.opens("/de/account/sessions")
    assert page.text.count("198.51.100.0/24") == 2
    assert anna.submits(page, "/de/account/sessions/end").status == 303
    assert other.opens(OVERVIEW).status == 303
    assert anna.opens(OVERVIEW).status == 200


def test_anna_ends_all_others(app, anna):
    others = [signed_in(app, ANNA) for _ in range(3)]
    assert anna.submits(anna.opens("/de/account/sessions"), "/de/account/sessions/end-others").status == 303
    assert [each.opens(OVERVIEW).status for each in others] == [303] * 3
    assert anna.opens(OVERVIEW).status == 200


@pytest.mark.parametrize("typed", ["other", "", "-1", "0", "x", "9" * 40, "１"])
def test_bernd_cannot_end_a_session_of_anna(app, anna, bernd, typed):
    foreign = str(sessions_of(app, anna.user_id)[0].id) if typed == "other" else typed
    signed_in(app, BERND)
    token = bernd.opens("/de/account/sessions").find("input", name="token").get("value")
    bernd.sends("/de/account/sessions/end", {"session": foreign, "token": token, "is_complete": "yes"})
    assert anna.opens(OVERVIEW).status == 200


def test_another_role_counts_at_once(app, clara):
    app.test_cli_runner().invoke(args=["user", "role", CLARA.email, "lead"])
    assert clara.opens(OVERVIEW).status == 303


@pytest.mark.parametrize(
    ("address", "short"),
    [
        ("198.51.100.77", "198.51.100.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:198.51.100.77", "198.51.100.0/24"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_a_network_is_kept_shortened(address, short):
    assert short_network(address) == short


def test_a_wrong_or_missing_token_gives_the_form_back_filled(app, anna):
    typed = {"name": "Anna Neu", "language": "de", "contact_wishes": "Bitte nur vormittags", "is_complete": "yes"}
    for token in ({}, {"token": ""}, {"token": "0" * 64}, {"token": "😀"}):
        page = anna.sends(OVERVIEW, typed | token)
        assert page.status == 409
        assert page.find("input", name="name").get("value") == "Anna Neu"
        assert "Bitte nur vormittags" in page.find("textarea", name="contact_wishes").text
        fresh = page.find("input", name="token").get("value")
        assert len(fresh) == 64
    assert "Anna Neu" not in anna.opens("/de/account/sessions").text
    assert anna.sends(OVERVIEW, typed | {"token": fresh}).status == 303
    assert "Anna Neu" in anna.opens("/de/account/sessions").text


def test_the_token_of_bernd_is_no_token_of_anna(app, anna, bernd):
    token = bernd.opens(OVERVIEW).find("input", name="token").get("value")
    assert anna.sends(OVERVIEW, {"name": "X", "language": "de", "token": token, "is_complete": "yes"}).status == 409


def test_a_form_after_the_session_ended_gives_the_text_back(app, anna):
    page = anna.opens(OVERVIEW)
    app.test_cli_runner().invoke(args=["user", "password", ANNA.email])
    answer = anna.submits(page, OVERVIEW, name="Anna Neu", language="de")
    assert answer.status == 403
    assert "Anna Neu" in answer.html


def test_flasks_own_session_keeps_nothing(app):
    from flask import flash, session

    with app.test_request_context("/de/"):
        session["anything"] = "x"
        with pytest.raises(RuntimeError, match="anything"):
            app.session_interface.save_session(app, session, app.response_class())
    with app.test_request_context("/de/"):
        flash("no")
        with pytest.raises(RuntimeError, match="flashes"):
            app.session_interface.save_session(app, session, app.response_class())


def test_the_invited_get_a_mail_and_the_printed_link_works(app, visitor):
    result = app.test_cli_runner().invoke(
        args=["user", "add", "gerd@example.org", "--name", "Gerd Holm", "--role", "agent"]
    )
    assert result.exit_code == 0, result.output
    key = mails(app, "gerd@example.org", "account_invited")[0].payload["key"]
    assert f"/de/account/password/new?key={key}" in result.output
    with clock.frozen(NOON + timedelta(hours=73)):
        assert visitor.opens(f"/de/account/password/new?key={key}").status == 410, "it has ended, not been used"
    with clock.frozen(NOON + timedelta(hours=71)):
        page = visitor.opens(f"/de/account/password/new?key={key}")
        assert visitor.submits(page, "/de/account/password/new", password="vier-graue-Reiher-im-Nebel").status == 200


def test_commands_say_what_is_wrong(app):
    run = app.test_cli_runner().invoke
    account(app, CLARA)
    for args, says in (
        (["user", "add", CLARA.email, "--name", "C", "--role", "agent"], "has an account already"),
        (["user", "disable", "nobody@example.org"], "There is no account"),
        (["user", "role", "no-address", "lead"], "is no mail address"),
        (["user", "add", "x@example.org", "--name", "X", "--role", "customer"], "Invalid value"),
    ):
        result = run(args=args)
        assert result.exit_code != 0 and says in result.output, result.output


def test_the_list_names_staff_and_their_state(app):
    with_password(app, CLARA)
    account(app, ANNA)
    run = app.test_cli_runner().invoke
    assert CLARA.email in run(args=["user", "list"]).output
    assert ANNA.email not in run(args=["user", "list"]).output
    assert ANNA.email in run(args=["user", "list", "--all"]).output
    run(args=["user", "disable", CLARA.email])
    assert "disabled" in run(args=["user", "list"]).output
    run(args=["user", "enable", CLARA.email])
    assert "disabled" not in run(args=["user", "list"]).output


def test_whoever_lost_the_second_factor_gets_a_new_chance(app, clara):
    result = app.test_cli_runner().invoke(args=["user", "reset-second-factor", CLARA.email])
    assert result.exit_code == 0
    assert clara.opens(OVERVIEW).status == 303
    assert mails(app, CLARA.email, "account_factor")[-1].payload["what"] == "removed"
