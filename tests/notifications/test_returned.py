"""What comes back: a report that a mail of ours did not arrive is read from where it lies; everything else is left."""

import mailbox as boxes
from datetime import timedelta
from pathlib import Path

import pytest

from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.leaving.following import find_other_ways
from portal.mails import KINDS
from portal.notifications.bounces import LARGEST, read_bounce
from portal.notifications.chores import has_returned, read_returned
from portal.notifications.composing import Sender, compose
from portal.notifications.rendering import Words
from tests.contracts.books import contract
from tests.leaving.test_following import declares, mails
from tests.mailbox import Mailbox
from tests.notifications.conftest import ANNA, announce, mail_row

ID = "0123456789abcdef0123456789abcdef"
STATUS = (
    "Final-Recipient: rfc822; anna@example.org\nAction: {action}\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 no such user"
)


def report(
    message_id: str = ID, *, action: str = "failed", kind: str = "delivery-status", original: str = "message/rfc822"
) -> bytes:
    """What a mail server writes (RFC 3464)."""
    head = f"Message-ID: <{message_id}@help.example.org>\nSubject: Kündigung\n"
    return (
        "From: MAILER-DAEMON@mx.example\nTo: bounces@help.example.org\nSubject: Undelivered Mail\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="b0"\n\n'
        "--b0\nContent-Type: text/plain\n\nI am sorry to have to inform you.\n\n"
        "--b0\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"{STATUS.format(action=action)}\n\n"
        f"--b0\nContent-Type: {original}\n\n{head}\nText\n--b0--\n"
    ).encode()


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_the_mail_and_what_the_server_said(original):
    found = read_bounce(report(original=original).replace(b"\n", b"\r\n"))
    assert found is not None and found.message_id == ID and "550 no such user" in found.detail


@pytest.mark.parametrize(
    "raw",
    [
        report(action="delayed"),
        report(action="delivered"),
        report("nobody-knows-this"),
        report(kind="disposition-notification"),
        report(original="text/plain"),
        report().replace(b"message/delivery-status", b"text/plain"),
        b"Subject: Ich bin im Urlaub\nAuto-Submitted: auto-replied\n\n" + ID.encode(),
        b"",
        b"\x00\xff" * 5000,
        b"--b0\n" * 100_000,
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b0"\n\n' + b"--b0\n" * 50_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(5000)),
        b"Content-Type: message/rfc822\n\n" * 10_000,
        b"Content-Type: multipart/report; report-type*=x'y'%ff; boundary*0*=u\n\n",
        b"X: " + b"a" * (2 * LARGEST),
    ],
)
def test_every_other_mail_is_no_report_however_odd_it_is(raw):
    assert read_bounce(raw) is None


def maildir(app, tmp_path: Path) -> Path:
    folder = tmp_path / "bounces"
    boxes.Maildir(folder, create=True)
    config = CONFIG.of(app)
    CONFIG.put(app, type(config)(**{**vars(config), "bounces": folder}))
    return folder


def reads(app) -> None:
    with app.app_context():
        while has_returned(clock.now()):
            read_returned(clock.now())


def test_a_confirmation_that_comes_back_goes_to_the_address_on_file_whatever_else_lies_there(app, tmp_path):
    folder = maildir(app, tmp_path)
    contract(app)
    declares(app, email="dead@else.example")
    Mailbox(app).deliver()
    sent = mails(app, "leaving_cancellation")[0]
    (folder / "new" / "1.odd").write_bytes(b"\xff" * 9)
    (folder / "new" / "2.report").write_bytes(report(sent.message_id))
    reads(app)
    assert sorted(each.name for each in (folder / "cur").iterdir()) == ["1.odd:2,S", "2.report:2,S"]
    row = mail_row(app, sent.id)
    assert row.failed_at and row.sent_at and "no such user" in row.problem
    with app.app_context():
        find_other_ways(clock.now())
    assert [each.recipient for each in mails(app, "leaving_cancellation")] == ["dead@else.example", "anna@example.org"]


def test_reading_twice_or_long_after_changes_nothing_and_operators_may_hand_it_over(app, tmp_path):
    number = announce(app, to=ANNA)
    Mailbox(app).deliver()
    (tmp_path / "one.eml").write_bytes(report(mail_row(app, number).message_id))
    box = boxes.mbox(tmp_path / "box")
    box.add(report(mail_row(app, number).message_id))
    box.flush()

    def flask(*words: str, given: bytes = b"") -> str:
        with app.app_context():
            return app.test_cli_runner().invoke(args=["mail", *words], input=given).output

    with clock.frozen(clock.now() + timedelta(days=31)):
        assert "0 of ours" in flask("returned", str(tmp_path / "one.eml").replace("one.eml", "box"))
    assert mail_row(app, number).failed_at is None
    assert "1 mails were read. 1 of ours" in flask("returned", "-", given=(tmp_path / "one.eml").read_bytes())
    assert "2 mails were read. 0 of ours" in flask("returned", str(tmp_path))
    assert "1 mails were read. 0 of ours" in flask("returned", str(tmp_path / "box"))
    assert "returned" in flask("list") and "0 mails will be sent again" in flask("retry", str(number))


@pytest.mark.parametrize(
    ("kind", "bounces", "sender"),
    [
        ("leaving_cancellation", "back@example.org", "back@example.org"),
        ("leaving_cancellation", "", ""),
        ("question_received", "back@example.org", ""),
        ("question_answered", "back@example.org", "back@example.org"),
        ("question_answered", "", "help@example.org"),
    ],
)
def test_trouble_is_reported_to_where_somebody_reads_it(app, kind, bounces, sender):
    """SR-42: what only confirms has no sender, except what the law wants to arrive."""
    row = mail_row(app, announce(app, to=ANNA))
    made = Sender("Help", "help@example.org", "help.example.org", bounces=bounces)
    with app.app_context():
        envelope = compose(row, Words("Betreff", "Text", "<p>Text</p>"), KINDS[kind], sender=made, now=clock.now())
    assert envelope.sender == sender
