"""The drill: a backup under load, a machine that is lost, and a portal that goes on elsewhere (specs: DR-11)."""

import shutil
import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal.accounts.models import Session
from portal.attachments.models import Attachment
from portal.attachments.storage import STORAGE
from portal.foundation import clock
from portal.foundation.database import db, make_row, transaction
from portal.integrity import check
from portal.journal.models import AuditEntry
from portal.leaving.effects import has_due
from portal.leaving.models import HookMessage
from portal.notifications.models import Notification
from portal.numbers.models import NumberCounter
from portal.operation import chores, restoring
from portal.operation.backup import BackupFailed, faults_of, make_backup, make_verified
from portal.operation.restoring import FROZEN, RestoreRefused, restore
from portal.operation.rows import is_unused
from portal.operation.rules import kept
from portal.operation.saved import list_backups
from portal.questions.models import Message, Question
from tests.cast import ANNA, signed_in
from tests.conftest import make_app, running
from tests.questions.asking import asks, number_on
from tests.visitor import Visitor

NOW = datetime(2026, 12, 16, 10, 0, tzinfo=UTC)


def add_file(app: Flask, content: bytes) -> str:
    """A file that belongs to the first message; its name in the storage."""
    with app.app_context():
        kept_as = STORAGE.here().save(BytesIO(content))
        with transaction():
            db.session.add(
                Attachment(
                    public_id="p" * 43,
                    owner_type="message",
                    owner_id=db.session.scalar(select(func.min(Message.id))),
                    name="Rechnung.pdf",
                    media_type="application/pdf",
                    size=kept_as.size,
                    sha256=kept_as.sha256,
                    storage_name=kept_as.name,
                    created_at=NOW,
                )
            )
    return kept_as.name


def add_message_to_billing(app: Flask) -> None:
    """A message that another machine has not taken yet."""
    with app.app_context(), transaction():
        values = {"event": "cancellation.received", "reference": "C26-00001-4", "payload": {}}
        make_row(HookMessage, values | {"created_at": NOW, "due_at": NOW, "tries": 1, "problem": "500"})


def numbers(app: Flask) -> set[str]:
    with app.app_context():
        return set(db.session.scalars(select(Question.number)))


@contextmanager
def load(app: Flask, given: list[str]):
    """People go on asking; every number that one of them was shown stands in `given`."""
    stopped = Event()

    def ask() -> None:
        while not stopped.is_set():
            given.append(number_on(asks(Visitor(app))))

    people = [Thread(target=ask) for _ in range(2)]
    for each in people:
        each.start()
    try:
        yield
    finally:
        stopped.set()
        for each in people:
            each.join(60)


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request, demo, tmp_path, migrated):
    """An empty machine: nothing but the code and the content; the database is of the same kind as the lost one."""
    address = f"sqlite:///{tmp_path / 'elsewhere' / 'portal.sqlite'}"
    if request.param == "postgresql":
        address = request.getfixturevalue("postgres").new_database()
    shutil.copytree(demo / "data" / "derived", tmp_path / "elsewhere" / "derived")
    with running(make_app(tmp_path / "elsewhere", demo / "content", database_url=address)) as app:
        yield app


def test_after_the_loss_of_a_machine_everything_up_to_the_backup_is_back(app, elsewhere, tmp_path):
    signed_in(app, ANNA)
    given = [number_on(asks(Visitor(app, address="192.0.2.7"))) for _ in range(2)]
    name = add_file(app, b"%PDF-1.4 Rechnung")
    add_message_to_billing(app)
    before = list(given)
    with load(app, given), app.app_context():
        made = make_verified(tmp_path / "backups", NOW)
    with elsewhere.app_context():
        done = restore(made, NOW + timedelta(hours=1))
        assert STORAGE.here().open(name).read() == b"%PDF-1.4 Rechnung"
        assert list(check(NOW + timedelta(hours=1))) == []
        assert db.session.scalar(select(AuditEntry.verb).order_by(AuditEntry.id.desc())) == "data.restored"
        assert set(db.session.scalars(select(Notification.problem).where(Notification.sent_at.is_(None)))) == {FROZEN}
        assert db.session.scalar(select(func.count()).where(Session.ended_at.is_(None))) == 0
        assert not has_due(NOW + timedelta(days=9)), "billing may have been told meanwhile"
        assert db.session.scalar(select(HookMessage.problem)) == FROZEN
    assert set(before) <= numbers(elsewhere) <= numbers(app)
    assert done.frozen >= 2 and done.sessions == 1
    assert number_on(asks(Visitor(elsewhere))) not in set(given)


def test_a_portal_in_use_is_never_overwritten(app, tmp_path):
    with app.app_context():
        made = make_backup(tmp_path, NOW)
    number = number_on(asks(Visitor(app)))
    with app.app_context(), pytest.raises(RestoreRefused, match="empty database"):
        restore(made, NOW)
    assert numbers(app) == {number}


def test_a_restore_that_breaks_off_sends_nothing_and_is_done_again(app, elsewhere, tmp_path, monkeypatch):
    """Rows come last, kept back and counted on already: at no moment is there a portal that would send old mails."""
    asks(Visitor(app))
    name = add_file(app, b"%PDF-1.4 Rechnung")
    with app.app_context():
        made = make_verified(tmp_path / "backups", NOW)
    with elsewhere.app_context():
        with monkeypatch.context() as patched:
            patched.setattr(restoring, "copy_rows", lambda *_given: (_ for _ in ()).throw(OSError("no space")))
            with pytest.raises(OSError, match="no space"):
                restore(made, NOW)
        with db.engine.connect() as connection:
            assert is_unused(connection)
        restore(made, NOW)
        assert set(db.session.scalars(select(Notification.problem))) == {FROZEN}
        assert STORAGE.here().open(name).read() == b"%PDF-1.4 Rechnung"
        # What is lost later is missed all the same.
        assert list(check(NOW)) == []
        with transaction():
            db.session.execute(update(NumberCounter).values(last=NumberCounter.last + 1))
        (fault,) = check(NOW)
        assert "1002 were given out, 1 questions are there, 0 were erased, 1000 were passed over by a restore" in fault


def test_a_backup_of_a_newer_version_is_refused_in_a_sentence(app, tmp_path):
    with app.app_context():
        made = make_backup(tmp_path, NOW)
        made.manifest["schema"] = "9999"
        with pytest.raises(RestoreRefused, match="A newer version has made the backup"):
            restore(made, NOW)


def test_what_is_written_in_the_desk_is_in_the_backup_and_what_git_has_is_not(data, demo, tmp_path):
    article = "faq/de/rechnung/rechnung-finden.md"
    for edits, has_content in ((True, True), (False, False)):
        with running(make_app(data, demo / "content", edit_content=edits)) as app, app.app_context():
            made = make_verified(tmp_path / "backups", NOW + timedelta(hours=edits))
        assert made.has_content is has_content
        written_down = made.folder / "content" / article
        assert written_down.is_file() is has_content
        if has_content:
            assert written_down.read_bytes() == (demo / "content" / article).read_bytes()


def test_backups_by_a_timer_stay_like_those_of_the_worker(app, tmp_path):
    def made(*words: str) -> int:
        with app.app_context():
            return app.test_cli_runner().invoke(args=["backup", str(tmp_path), *words]).exit_code

    for hour in range(2):
        with clock.frozen(NOW + timedelta(hours=hour)):
            assert made("--rotate") == 0
    with clock.frozen(NOW + timedelta(hours=3)):
        assert made() == 0
    assert [each.name[-5:] for each in list_backups(tmp_path)] == ["daily", "asked"]


def test_a_changed_byte_a_missing_file_and_a_lost_row_are_found(app, tmp_path):
    asks(Visitor(app))
    add_file(app, b"%PDF-1.4 Rechnung")
    with app.app_context():
        made = make_verified(tmp_path, NOW)
        place = next((made.folder / "files").rglob("*/*/*"))
        place.write_bytes(b"%PDF-1.4 Rechnun_")
        (made.folder / "keys" / "vault-keys").unlink()
        with sqlite3.connect(made.folder / "database.sqlite") as copy:
            copy.execute("UPDATE questions SET subject = 'anders'")
        faults = " ".join(faults_of(made))
        assert "files/" in faults and "keys/vault-keys is missing" in faults and "database.sqlite has changed" in faults
        with pytest.raises(RestoreRefused, match="damaged"):
            restore(made, NOW)


def test_a_file_that_is_lost_already_fails_the_backup_and_nothing_half_stays(app, tmp_path):
    asks(Visitor(app))
    name = add_file(app, b"%PDF-1.4 Rechnung")
    with app.app_context():
        STORAGE.here().remove(name)
        with pytest.raises(BackupFailed, match="missing"):
            make_backup(tmp_path / "backups", NOW)
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_folder_of_backups_is_none_and_the_newest_in_it_is_named(app, tmp_path):
    with app.app_context():
        _first, newest = (make_verified(tmp_path, NOW + timedelta(hours=number)).folder for number in (0, 1))
    refused = app.test_cli_runner().invoke(args=["backup", "verify", str(tmp_path)])
    assert refused.exit_code == 1 and f"The newest backup in it is {newest}." in refused.output
    assert app.test_cli_runner().invoke(args=["backup", "verify", str(newest)]).exit_code == 0


def test_the_worker_makes_one_backup_a_day_and_keeps_fourteen_days_and_eight_weeks(data, demo, tmp_path):
    folder = tmp_path / "backups"
    with running(make_app(data, demo / "content", backup_folder=folder)) as app, app.app_context():
        duty = next(each for each in chores.CHORES if each.name == "operation.backup")
        assert duty.is_due(NOW)
        duty.run(NOW)
        assert not duty.is_due(NOW + timedelta(hours=23)) and duty.is_due(NOW + timedelta(hours=24))
        assert len(list_backups(folder)) == 1
    days = [NOW + timedelta(days=day) for day in range(100)]
    stay = kept(days)
    assert stay >= set(days[-14:]) and len(stay) == 14 + 5
    assert min(stay) == max(day for day in days if day.isocalendar()[:2] == min(stay).isocalendar()[:2])


def test_a_portal_without_a_folder_for_backups_makes_none(app):
    with app.app_context():
        assert not chores.backup_is_due(clock.now())
