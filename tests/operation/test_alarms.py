"""Alarms ring as numbers, as lines of the log, and on the page of leads (specs: OR-06)."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import delete

from portal.duties import CHORES
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.foundation.security import AUDIENCE_TABLE
from portal.integrity import is_night, look_at_night
from portal.journal.actions import audit
from portal.lead.words import alarm_word
from portal.operation.alarms import SENTENCES, WATCH, Watch, ringing
from portal.operation.health import BEGUN_AT, health
from portal.operation.rules import is_error_rate_high
from portal.questions.models import Message
from portal.worker import Worker
from tests.cast import DORA, signed_in
from tests.conftest import NOON
from tests.questions.asking import asks
from tests.visitor import Visitor


def numbers(app) -> list[str]:
    return app.test_client().get("/metrics").get_data(as_text=True).splitlines()


def lines(app, caplog) -> list[str]:
    """What two looks write down."""
    caplog.clear()
    watch = WATCH.put(app, Watch())
    with app.app_context(), caplog.at_level(logging.ERROR):
        for _twice in range(2):
            watch._asked_at = 0.0
            watch.look()
    return [each.getMessage() for each in caplog.records if each.getMessage().startswith("alarm: ")]


@pytest.mark.parametrize(
    ("answers", "errors", "rings"),
    [(1000, 9, False), (10, 10, True), (1000, 49, False), (1000, 50, True), (0, 0, False)],
)
def test_ten_errors_and_a_twentieth_of_all_answers_are_a_reason(answers, errors, rings):
    assert is_error_rate_high(answers, errors) is rings


def test_nothing_rings_where_all_is_well(app, caplog):
    assert lines(app, caplog) == []
    assert not [each for each in numbers(app) if each.startswith("portal_alarm") and each.endswith(" 1.0")]


def test_whatever_can_ring_has_a_sentence_for_the_log_and_one_for_leads(app):
    with app.test_request_context("/desk/first-steps"):
        names = ringing(NOON, health(NOON))
        assert set(names) == set(SENTENCES) and all(alarm_word(each) for each in names)


def test_a_storm_of_wrong_passwords_is_told_once(app, caplog):
    with app.app_context(), transaction():
        for _each in range(100):
            audit("sign_in.failed", at=NOON - timedelta(minutes=1), network="192.0.2.0/24")
    assert lines(app, caplog) == ["alarm: sign_ins: more than 100 wrong passwords or codes in 5 minutes"]
    assert {'portal_alarm{alarm="sign_ins"} 1.0', "portal_sign_ins_failed_5m 100.0"} <= set(numbers(app))
    with clock.frozen(NOON + timedelta(minutes=10)):
        assert lines(app, caplog) == []


def test_many_errors_ring_in_the_process_that_gave_them(app, caplog):
    app.add_url_rule("/broken", "broken", lambda: 1 / 0)
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    AUDIENCE_TABLE.put(app, {**AUDIENCE_TABLE.of(app), "broken": AUDIENCE_TABLE.of(app)["home.index"]})
    watch = WATCH.put(app, Watch())
    watch._asked_at = 0.0
    with app.app_context():
        watch.look()
    for _each in range(10):
        assert Visitor(app).opens("/broken").status == 500
    with app.app_context(), caplog.at_level(logging.ERROR):
        for _twice in range(2):
            watch._asked_at = 0.0
            watch.look()
    assert "alarm: errors: many answers of this process were errors of ours" in caplog.messages
    assert 'portal_alarm{alarm="errors"} 1.0' in numbers(app)


def test_a_worker_that_does_nothing_rings(app, caplog):
    with app.app_context():
        Worker(app).once()
    for minutes, rings in ((4, False), (6, True)):
        with clock.frozen(NOON + timedelta(minutes=minutes)):
            assert ("alarm: worker: no worker has finished a duty for 5 minutes" in lines(app, caplog)) is rings


def test_a_worker_that_nobody_ever_started_rings_as_well(app, caplog):
    assert lines(app, caplog) == []
    BEGUN_AT.put(app, BEGUN_AT.of(app) - 301)
    with app.app_context():
        assert ringing(NOON, health(NOON))["worker"]


def test_faults_found_at_night_ring_until_they_are_mended(app, caplog):
    asks(Visitor(app))
    chore = next(each for each in CHORES if each.name == "integrity")
    night = NOON.replace(hour=2) + timedelta(days=1)
    with app.app_context(), clock.frozen(night):
        assert is_night(night) and not is_night(NOON)
        look_at_night(night)  # nothing is wrong
    with app.app_context(), clock.frozen(night), caplog.at_level(logging.ERROR):
        with transaction():
            db.session.execute(delete(Message))
        Worker(app, chores=[chore]).once()
        assert any("question" in each and each.endswith(": no message") for each in caplog.messages)
        assert "alarm: integrity: the nightly look found faults; run `flask check`" in lines(app, caplog)
        assert 'portal_check{check="integrity"} 0.0' in numbers(app)


def test_leads_read_what_rings_on_their_page(app):
    page = signed_in(app, DORA).opens("/desk/first-steps")
    assert "Setzen Sie BACKUP_FOLDER" in page.text and "Die Datenbank" not in page.text
    with app.app_context(), transaction():
        for _each in range(100):
            audit("factor.failed", at=NOON, network="192.0.2.0/24")
    assert "Jemand probiert sehr viele Passwörter" in signed_in(app, DORA).opens("/desk/first-steps").text
