"""Mails go out once, whatever the mail server does; what fails is visible and stops nothing else (DR-05)."""

import json
import logging
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.foundation.database import db
from portal.foundation.settings.mail_url import MailServer as Server
from portal.mails import KINDS
from portal.notifications.channels import DeliveryError, Failure
from portal.notifications.channels.smtp import Patience, Smtp
from portal.notifications.delivery import PostOffice
from portal.notifications.outbox import claim
from portal.notifications.queries import due
from portal.notifications.rules import LEASE
from tests.journeys.conftest import eventually
from tests.mailbox import Mailbox
from tests.notifications.conftest import ANNA, BERND, announce, attempts, mail_row, to_server
from tests.notifications.mail_server import free_port, line_holder, mail_server

PATIENCE = Patience(connect=0.5, command=0.5, total=2.0)
# The line is held for ever: whoever leaves at all was patient for two seconds, and a busy machine needs its time.
TOO_LONG = 60


def deliver(app, *, worker: str = "w:0:0", patience: Patience | None = None) -> PostOffice:
    """One look of a new post office at everything that is due."""
    office = office_of(app, worker, patience)
    with app.app_context():
        while office.deliver_due():
            pass
    return office


def office_of(app, worker: str = "w:0:0", patience: Patience | None = None) -> PostOffice:
    with app.app_context():
        office = PostOffice(app, KINDS, worker=worker)
        if patience:
            office._channel._patience = patience
        return office


def test_a_mail_goes_to_one_recipient_with_everything_machines_want_to_know(mailing_app, server):
    announce(mailing_app, thread="Q26-01042-7")
    deliver(mailing_app)
    (mail,) = server[0].arrived
    assert mail.recipients == [ANNA] and mail.sender == "hilfe@talwind.example"
    assert mail.message["To"] == ANNA and mail.message["From"] == "Talwind <hilfe@talwind.example>"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.message["X-Auto-Response-Suppress"] == "All"
    assert mail.message["Message-ID"].endswith("@localhost>")
    assert mail.message["References"] == mail.message["In-Reply-To"] == "<Q26-01042-7@localhost>"
    assert mail.message["Date"] == "Wed, 16 Dec 2026 10:00:00 +0000"
    assert mail.message["Content-Language"] == "de"
    assert [part.get_content_type() for part in mail.message.walk()][1:] == ["text/plain", "text/html"]
    assert server[0].greeted_by == ["localhost"]


def test_what_the_server_said_is_kept_with_the_mail(mailing_app):
    number = announce(mailing_app)
    deliver(mailing_app)
    row = mail_row(mailing_app, number)
    assert row.sent_at == clock.now() and row.due_at is None and row.claimed_at is None
    assert attempts(mailing_app, number) == ["sent"]


def test_keys_leave_the_row_once_the_mail_is_out(app):
    number = announce(app, payload={"key": "k" * 43, "reset_key": "r" * 43, "name": "Anna"})
    Mailbox(app).deliver()
    assert mail_row(app, number).payload == {"name": "Anna"}


def test_an_acknowledgement_has_no_sender_in_its_envelope_so_that_no_machine_answers(mailing_app, server, monkeypatch):
    kind = type(KINDS["notification_test"])("notification_test", is_acknowledgement=True)
    monkeypatch.setitem(KINDS, "notification_test", kind)
    announce(mailing_app)
    deliver(mailing_app)
    (mail,) = server[0].arrived
    assert mail.sender == "" and mail.message["Auto-Submitted"] == "auto-replied"
    assert mail.message["From"] == "Talwind <hilfe@talwind.example>"


def test_a_server_that_is_away_costs_no_mail_a_try_and_everything_flows_when_it_is_back(app):
    port = free_port()
    to_server(app, port)
    numbers = [announce(app, to=f"anna{each}@example.org") for each in range(5)]
    office = deliver(app)
    rows = [mail_row(app, number) for number in numbers]
    assert all(row.due_at <= clock.now() and row.tries == 0 and row.claimed_at is None for row in rows)
    assert sum(len(attempts(app, number)) for number in numbers) == 1, "only one mail was tried"
    with mail_server(port) as (handler, _port), app.app_context():
        assert office.deliver_due() == 0, "it waits a moment before it asks again"
        assert eventually(lambda: office.deliver_due() == 5, seconds=5)
        assert len(set(handler.message_ids)) == 5


@pytest.mark.parametrize("answers", [b"", b"2", b"220 slow", b"554 no service here\r\n", b"421 too busy\r\n"])
def test_a_server_that_holds_the_line_or_turns_everybody_away_is_left_in_time(app, answers):
    with line_holder(answers) as port:
        to_server(app, port)
        number = announce(app)
        begun = clock.seconds()
        deliver(app, patience=PATIENCE)
        assert clock.seconds() - begun < TOO_LONG
    row = mail_row(app, number)
    assert row.due_at <= clock.now() and row.tries == 0 and attempts(app, number) == ["unreachable"]


def test_a_server_that_answers_one_letter_at_a_time_is_left_in_time():
    with line_holder(b"2" * 1000) as port:
        channel = Smtp(Server("127.0.0.1", port, starts_tls=False), host="localhost", patience=PATIENCE)
        begun = clock.seconds()
        with pytest.raises(DeliveryError) as caught:
            channel.send(None)
    assert clock.seconds() - begun < TOO_LONG and caught.value.failure is Failure.UNREACHABLE


def test_greylisting_is_waited_out_by_the_schedule(mailing_app, server, later):
    server[0].refusals = ["451 4.7.1 greylisted, come back"] * 3
    number = announce(mailing_app)
    for minutes in (1, 4, 10):
        deliver(mailing_app)
        row = mail_row(mailing_app, number)
        assert row.due_at - clock.now() == timedelta(minutes=minutes)
        assert "451 4.7.1 greylisted" in row.problem
        deliver(mailing_app)
        later(timedelta(minutes=minutes))
    deliver(mailing_app)
    assert len(server[0].arrived) == 1
    assert attempts(mailing_app, number) == ["later", "later", "later", "sent"]


def test_a_mail_refused_for_days_fails_in_the_end_and_can_be_sent_again(mailing_app, server, later):
    server[0].refusals = ["450 4.2.0 mailbox busy"] * 100
    number = announce(mailing_app)
    while not mail_row(mailing_app, number).failed_at:
        deliver(mailing_app)
        later(timedelta(hours=4))
    assert mail_row(mailing_app, number).due_at is None
    assert len(attempts(mailing_app, number)) == 34


@pytest.mark.parametrize("where", ["refusals", "answers"])
def test_a_server_that_refuses_for_good_is_not_asked_again(mailing_app, server, later, where):
    setattr(server[0], where, ["550 5.1.1 nobody here of that name"])
    number = announce(mailing_app)
    deliver(mailing_app)
    later(timedelta(days=1))
    deliver(mailing_app)
    row = mail_row(mailing_app, number)
    assert row.failed_at and row.due_at is None and "550 5.1.1 nobody here" in row.problem
    assert attempts(mailing_app, number) == ["failed"] and server[0].arrived == []


def test_one_refused_mail_does_not_stop_the_others(mailing_app, server):
    server[0].refusals = ["550 no"]
    announce(mailing_app, to=BERND)
    announce(mailing_app, to=ANNA)
    deliver(mailing_app)
    assert [mail.recipients for mail in server[0].arrived] == [[ANNA]]


def test_a_connection_cut_after_the_text_gives_at_most_one_copy_with_the_same_name(mailing_app, server, later):
    server[0].cuts = 1
    number = announce(mailing_app)
    deliver(mailing_app)
    assert mail_row(mailing_app, number).sent_at is None
    later(timedelta(minutes=1))
    deliver(mailing_app)
    assert mail_row(mailing_app, number).sent_at
    assert len(server[0].arrived) == 2 and len(set(server[0].message_ids)) == 1


def test_a_mail_that_cannot_be_printed_fails_alone_and_says_where(mailing_app, server, caplog):
    poison = announce(mailing_app, kind="notification_nothing", payload={"name": "Geheimwort"})
    wrong = announce(mailing_app, to="anna@example.org, bernd@example.org")
    announce(mailing_app, to=BERND)
    with caplog.at_level(logging.INFO):
        deliver(mailing_app)
    assert [mail.recipients for mail in server[0].arrived] == [[BERND]]
    assert "cannot be printed: UnknownMail" in mail_row(mailing_app, poison).problem
    assert "can never be sent: not one mail address" in mail_row(mailing_app, wrong).problem
    assert f"mail {poison} (notification_nothing) failed for good" in caplog.text
    ours = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("portal"))
    assert "Geheimwort" not in ours and BERND not in ours and "b…@example.org" in ours


def test_a_mail_of_more_than_two_hundred_kilobytes_is_not_sent(app):
    number = announce(app, payload={"name": "A" * 110_000})
    Mailbox(app).deliver()
    assert "more than 200 kB" in mail_row(app, number).problem


def test_the_log_of_a_delivery_is_one_line_without_the_address_the_server_repeats(mailing_app, server, caplog):
    server[0].refusals = [f"550 <{ANNA}> is unknown\r\n here"]
    announce(mailing_app)
    with caplog.at_level(logging.INFO):
        deliver(mailing_app)
    (line,) = [record.getMessage() for record in caplog.records if "failed for good" in record.getMessage()]
    assert ANNA not in line and "<a…@example.org> is unknown" in line


def test_several_workers_on_one_database_send_every_mail_once(app):
    with mail_server() as (handler, port):
        app = to_server(app, port)
        for each in range(40):
            announce(app, to=f"anna{each}@example.org")
        together = Barrier(4)

        def work(name: str) -> None:
            together.wait()
            deliver(app, worker=name)

        threads = [Thread(target=work, args=(f"w:{each}:0",)) for each in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        assert len(handler.message_ids) == len(set(handler.message_ids)) == 40


def test_of_two_workers_that_saw_the_same_mail_only_one_gets_it(app):
    announce(app)
    with app.app_context():
        (seen,) = due(clock.now(), limit=5)
        db.session.expunge(seen)
        assert claim(seen, worker="first:1:0", now=clock.now())
        assert claim(seen, worker="second:1:0", now=clock.now()) is None


def test_a_mail_whose_worker_is_gone_is_sent_after_five_minutes(app, later):
    number = announce(app)
    with app.app_context():
        assert claim(due(clock.now(), limit=5)[0], worker="gone:1:0", now=clock.now())
    later(LEASE - timedelta(seconds=1))
    Mailbox(app).deliver()
    assert mail_row(app, number).sent_at is None
    later(timedelta(seconds=2))
    Mailbox(app).deliver()
    assert mail_row(app, number).sent_at


def test_a_worker_whose_clock_jumped_takes_nothing_over(app, later):
    announce(app)
    with app.app_context():
        assert claim(due(clock.now(), limit=5)[0], worker="alive:1:0", now=clock.now())
        later(timedelta(days=1))
        assert Mailbox(app).office.deliver_due(takes_over=False) == 0


def test_an_alarm_sounds_when_mails_wait_for_a_quarter_of_an_hour(app, caplog, later):
    announce(app)
    with app.app_context():
        office = Mailbox(app).office
        later(timedelta(minutes=14))
        office.sound_alarm()
        assert "alarm" not in caplog.text
        later(timedelta(minutes=2))
        office.sound_alarm()
        office.sound_alarm()
    assert caplog.text.count("alarm: 1 mails wait longer than 15 minutes") == 1


def test_an_alarm_sounds_when_a_confirmation_of_a_declaration_waits_for_five_minutes(app, caplog, later):
    """Specification leaving 2.8: what the law demands at once is missed earlier than everything else."""
    announce(app, kind="leaving_cancellation")
    with app.app_context():
        office = Mailbox(app).office
        for minutes, alarms in ((4, 0), (2, 1), (1, 1)):
            later(timedelta(minutes=minutes))
            office.sound_alarm()
            assert caplog.text.count("alarm: 1 confirmations of declarations wait longer than 5 minutes") == alarms


def test_an_alarm_sounds_when_the_server_has_been_away_for_a_quarter_of_an_hour(app, caplog, later):
    to_server(app, free_port())
    announce(app)
    office = deliver(app)
    assert "alarm: mails cannot be handed over to 127.0.0.1" in caplog.text
    later(timedelta(minutes=16))
    with app.app_context():
        office.sound_alarm()
    assert "alarm: 1 mails wait" in caplog.text


def test_the_folder_holds_whole_mails_that_nobody_else_can_read(app):
    announce(app)
    (mail,) = Mailbox(app).mails()
    assert mail.path.name == f"20261216T100000Z-notification_test-{1}.eml"
    assert mail.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in mail.path.parent.iterdir()] == [mail.path.name], "nothing half written stays"
    assert mail.raw.startswith(b"Return-Path: <hilfe@talwind.example>\r\n")


def test_a_mail_sent_twice_into_the_folder_is_one_file(app, later):
    number = announce(app)
    box = Mailbox(app)
    assert len(box.mails()) == 1
    with app.app_context():
        row = db.session.get_one(type(mail_row(app, number)), number)
        row.sent_at, row.due_at = None, clock.now()
        db.session.commit()
    later(timedelta(minutes=6))
    assert len(box.mails()) == 1


def test_a_folder_that_cannot_be_written_loses_nothing(app):
    folder = CONFIG.of(app).data / "mail"
    folder.write_text("not a folder")
    number = announce(app)
    Mailbox(app).deliver()
    assert mail_row(app, number).due_at == clock.now()
    folder.unlink()
    assert len(Mailbox(app).mails(ANNA)) == 1


def test_no_row_of_the_outbox_stays_behind_when_a_mail_is_announced_twice(app):
    first = announce(app, stamp="the same")
    assert announce(app, stamp="the same") == first
    assert len(Mailbox(app).mails()) == 1


def test_a_payload_is_plain_json(app):
    number = announce(app, payload={"due_at": clock.now().isoformat(), "steps": [1, 2]})
    assert json.dumps(mail_row(app, number).payload)


def test_a_name_with_letters_beyond_ascii_before_the_at_is_written_to(mailing_app, server):
    announce(mailing_app, to="änna@example.org")
    deliver(mailing_app)
    (mail,) = server[0].arrived
    assert mail.recipients == ["änna@example.org"] and "To: änna@example.org\r\n".encode() in mail.raw
