"""Health for monitors: one word for the public, everything for the operator, numbers for Prometheus."""

import re
import shutil
import sqlite3
import sys
import tomllib
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.foundation import clock
from portal.foundation.config import ROOT
from portal.foundation.database import db, transaction
from portal.foundation.sql.schema import newest_revision
from portal.notifications.models import Notification
from portal.operation.health import IS_LEAVING, NEVER, WRITE_TEST
from portal.operation.rules import is_mail_head_safe
from tests.conftest import NOON, make_app, running
from tests.questions.asking import asks
from tests.visitor import Visitor

CHECKS = {
    "database",
    "content",
    "index",
    "schema",
    "disk",
    "uploads",
    "mails",
    "mailbox",
    "backup",
    "worker",
    "integrity",
}
CHECKS |= {"time"}


def operator(app) -> Visitor:
    """Somebody who asks from the machine itself."""
    return Visitor(app, address="127.0.0.1")


def test_the_public_is_told_one_word(app):
    page = Visitor(app, address="192.0.2.7").opens("/readyz")
    assert (page.status, page.json()) == (200, {"status": "ok"})
    assert operator(app).opens("/readyz", **{"X-Forwarded-For": "192.0.2.7"}).json() == {"status": "ok"}


@pytest.mark.sqlite_only
def test_the_write_test_waits_for_nobody_who_reads_and_nobody_who_reads_waits_for_it(app):
    with app.app_context():
        file = str(db.engine.url.database)
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        # Nothing can be kept in a database that somebody is in the middle of reading.
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM chore_runs").fetchone()
        assert operator(app).opens("/readyz").json()["database"] is True
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        WRITE_TEST.put(app, NEVER)
        assert operator(app).opens("/readyz").json()["database"] is False


def test_the_operator_is_told_what_holds_and_what_to_look_at(app):
    found = operator(app).opens("/readyz").json()
    assert {name for name, holds in found.items() if holds is True} == CHECKS
    assert any("BACKUP_FOLDER is empty" in each for each in found["warnings"])
    has_fault = not is_mail_head_safe(sys.version_info[:3])
    assert any("heads of mails" in each for each in found["warnings"]) == has_fault


@pytest.mark.parametrize(
    ("version", "is_safe"),
    [
        ((3, 11, 2), False),
        ((3, 11, 15), True),
        ((3, 12, 12), False),
        ((3, 13, 11), False),
        ((3, 13, 12), True),
        ((3, 14, 2), False),
        ((3, 14, 3), True),
        ((3, 15, 0), True),
    ],
)
def test_a_python_whose_mails_have_a_fault_is_known(version, is_safe):
    assert is_mail_head_safe(version) == is_safe


def test_a_mail_that_nobody_sends_shows_after_a_quarter_of_an_hour(app):
    asks(Visitor(app))
    for minutes, word in ((10, "ok"), (20, "degraded")):
        with clock.frozen(NOON + timedelta(minutes=minutes)):
            page = operator(app).opens("/readyz")
        assert (page.status, page.json()["status"], page.json()["mails"]) == (200, word, word == "ok")
    with app.app_context(), transaction():
        db.session.execute(update(Notification).values(sent_at=NOON, due_at=None))
    with clock.frozen(NOON + timedelta(minutes=20)):
        assert operator(app).opens("/readyz").json()["status"] == "ok"


def test_a_missing_backup_shows_when_there_should_be_one(data, demo, tmp_path):
    with running(make_app(data, demo / "content", backup_folder=tmp_path / "backups")) as app:
        assert operator(app).opens("/readyz").json()["backup"] is False
        with app.app_context():
            assert app.test_cli_runner().invoke(args=["backup"]).exit_code == 0
        assert operator(app).opens("/readyz").json()["backup"] is True
        with clock.frozen(NOON + timedelta(hours=31)):
            assert operator(app).opens("/readyz").json()["backup"] is False


def test_a_disk_that_fills_up_shows_before_anything_is_refused(app, monkeypatch):
    usage = type(shutil.disk_usage("/"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(100 * 10**9, 99_200_000_000, 800_000_000))
    assert operator(app).opens("/readyz").json()["disk"] is False


def test_numbers_are_for_this_machine_and_the_holder_of_the_token(data, demo):
    with running(make_app(data, demo / "content", metrics_token="t" * 24)) as app:
        stranger = Visitor(app, address="192.0.2.7")
        assert stranger.opens("/metrics").status == 404
        assert stranger.opens("/metrics", Authorization="Bearer " + "x" * 24).status == 404
        assert stranger.opens("/metrics", Authorization="Bearer " + "t" * 24).status == 200
        assert operator(app).opens("/metrics").status == 200


@pytest.mark.parametrize(
    "line",
    [
        "portal_outbox_waiting 1.0",
        "portal_outbox_oldest_seconds 120.0",
        "portal_questions 1.0",
        'portal_check{check="database"} 1.0',
        "portal_duties_failing 0.0",
    ],
)
def test_numbers_are_those_of_the_data(shared_numbers, line):
    assert line in shared_numbers.splitlines()


@pytest.fixture
def shared_numbers(app) -> str:
    asks(Visitor(app))
    with clock.frozen(NOON + timedelta(minutes=2)):
        return app.test_client().get("/metrics").get_data(as_text=True)


def test_the_numbers_say_which_version_they_are_of(shared_numbers):
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f'portal_build_info{{schema="{newest_revision()}",version="{version}"}} 1.0' in shared_numbers.splitlines()
    assert re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[1] == version


def test_answers_are_counted_by_their_kind(app):
    def counted() -> float:
        lines = app.test_client().get("/metrics").get_data(as_text=True).splitlines()
        return float(next(each for each in lines if each.startswith('portal_answers_total{status="4xx"}')).split()[1])

    Visitor(app).opens("/de/nichts")
    before = counted()
    Visitor(app).opens("/de/nichts")
    assert counted() == before + 1


def test_a_machine_that_leaves_says_so_to_balancers_and_still_answers_people(app):
    IS_LEAVING.put(app, True)
    page = Visitor(app).opens("/readyz")
    assert (page.status, page.json()) == (503, {"status": "leaving"})
    assert Visitor(app).opens("/de/").status == 200
