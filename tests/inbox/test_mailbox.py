"""Mails of a mailbox become questions, each once, whatever breaks on the way; nothing there is changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.foundation.database import db
from portal.foundation.settings.mail_url import read_mailbox_url
from portal.inbox.chores import bring_new, has_mailbox
from portal.inbox.models import IncomingMail, MailboxProgress
from portal.operation.health import health
from tests.inbox.imap_server import PASSWORD, USER, ImapServer, imap_server
from tests.inbox.letters import kept, letter, look, newest, questions, takes_mail
from tests.notifications.mail_server import server_context


@pytest.fixture
def mailbox() -> Iterator[tuple[ImapServer, int]]:
    """A mailbox that can be read, and its port."""
    with imap_server() as found:
        yield found


@pytest.fixture
def box(app: Flask, mailbox: tuple[ImapServer, int]) -> ImapServer:
    """The portal reads that mailbox, and has looked into it once."""
    server, port = mailbox
    server.put(letter("Von früher", subject="Alt"))
    reads_at(app, f"imap://{USER.replace('@', '%40')}:{PASSWORD}@127.0.0.1:{port}")
    brings(app)
    return server


def reads_at(app: Flask, url: str) -> None:
    CONFIG.put(takes_mail(app), replace(CONFIG.of(app), mailbox_url=url))


def brings(app: Flask) -> None:
    """The worker brings everything and looks into it."""
    with app.app_context():
        while bring_new(clock.now()):
            pass
    look(app)


def progress(app: Flask) -> MailboxProgress:
    with app.app_context():
        return db.session.query(MailboxProgress).one()


def subjects(app: Flask) -> list[str]:
    return [each.subject for each in questions(app)]


def test_what_lay_there_before_is_left_alone_and_what_comes_becomes_a_question(app, box):
    assert subjects(app) == []
    box.put(letter(subject="Neu"))
    brings(app)
    brings(app)
    assert subjects(app) == ["Neu"] and progress(app).last_uid == 2
    assert newest(app).received_at.minute == 59


def test_nothing_in_the_mailbox_is_changed(app, box):
    box.put(letter())
    brings(app)
    verbs = {" ".join(each.split()[: 2 if each.startswith("UID") else 1]) for each in box.commands}
    assert verbs <= {"CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT"}
    assert all("PEEK" in each or "SIZE" in each for each in box.commands if "FETCH" in each)


def test_a_line_that_breaks_in_the_middle_of_a_mail_costs_nothing(app, box):
    box.put(letter(subject="Eins"))
    box.put(letter("zwei", subject="Zwei"))
    box.cuts = 1
    brings(app)
    assert subjects(app) == [] and progress(app).failing_since is not None
    brings(app)
    assert subjects(app) == ["Eins", "Zwei"] and progress(app).failing_since is None


def test_a_worker_that_dies_between_keeping_and_counting_keeps_no_mail_twice(app, box, monkeypatch):
    box.put(letter())

    def die(_point: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("portal.inbox.actions.fetching.crash_point", die)
    with pytest.raises(KeyboardInterrupt):
        brings(app)
    assert kept(app) == 1 and progress(app).last_uid == 1
    monkeypatch.undo()
    brings(app)
    assert kept(app) == 1 and len(questions(app)) == 1 and progress(app).last_uid == 2


def test_mails_that_are_numbered_anew_are_told_by_when_they_came(app, box):
    long_ago = clock.now() - timedelta(days=40)
    box.mails[1].came = long_ago
    box.put(letter(subject="Neu"))
    brings(app)
    box.put(letter("zwei", subject="Danach"))
    box.number_anew()
    brings(app)
    brings(app)
    assert subjects(app) == ["Neu", "Danach"]
    box.put(letter("drei", subject="Später"))
    brings(app)
    assert subjects(app) == ["Neu", "Danach", "Später"]


def test_many_mails_that_are_numbered_anew_are_brought_in_pieces_none_twice_and_none_missed(app, box, monkeypatch):
    monkeypatch.setattr("portal.inbox.actions.fetching._PIECE", 2)
    for n in range(5):
        box.put(letter(f"Text {n}", subject=f"Mail {n}"))
    brings(app)
    for n in range(5, 8):
        box.put(letter(f"Text {n}", subject=f"Mail {n}"))
    # What lay there from the beginning has the highest number now.
    box.mails[1].came = clock.now() - timedelta(days=40)
    box.mails[99] = box.mails.pop(1)
    box.number_anew()
    with app.app_context():
        assert bring_new(clock.now()) is True
    box.cuts = 1
    brings(app)
    assert progress(app).failing_since is not None
    brings(app)
    brings(app)
    with app.app_context():
        assert sorted(each.subject for each in _rows()) == [f"Mail {n}" for n in range(8)]
    assert (progress(app).last_uid, progress(app).taken_since) == (9, None)


def test_what_waits_in_a_mailbox_that_is_not_read_to_its_end_is_not_taken_for_old(app, box, monkeypatch):
    monkeypatch.setattr("portal.inbox.actions.fetching._PIECE", 1)
    box.mails[1].came = clock.now() - timedelta(days=40)
    for n in range(2):
        box.put(letter(f"Text {n}", subject=f"Mail {n}"))
    with app.app_context(), clock.frozen(clock.now() + timedelta(days=5)):
        assert bring_new(clock.now()) is True
        box.number_anew()
        while bring_new(clock.now()):
            pass
    assert kept(app) == 2


def test_a_mail_that_is_gone_meanwhile_stops_nothing(app, box):
    del box.mails[box.put(letter())]
    box.put(letter("zwei", subject="Zwei"))
    brings(app)
    assert subjects(app) == ["Zwei"]


def test_a_mail_that_is_not_given_waits_and_stops_no_other(app, box):
    box.withheld.add(box.put(letter()))
    box.put(letter("zwei", subject="Zwei"))
    brings(app)
    assert subjects(app) == ["Zwei"] and kept(app) == 2
    with app.app_context():
        assert {each.reason for each in _rows()} == {"", "not_given"}


def test_of_a_mail_that_is_too_large_only_the_head_is_brought(app, box):
    uid = box.put(letter(subject="Riesig"))
    box.sizes[uid] = 80 * 1024 * 1024
    brings(app)
    row = newest(app)
    assert (row.state, row.reason, row.subject) == ("waiting", "large", "Riesig")


def test_a_mailbox_that_cannot_be_read_rings_after_a_quarter_of_an_hour_and_names_no_password(app, box, caplog):
    box.refuses_password = True
    brings(app)
    assert "AUTHENTICATIONFAILED" in progress(app).problem and PASSWORD not in caplog.text
    with app.app_context():
        assert health(clock.now()).checks["mailbox"]
        assert not health(clock.now() + timedelta(minutes=16)).checks["mailbox"]
    box.refuses_password = False
    brings(app)
    with app.app_context():
        assert health(clock.now() + timedelta(minutes=16)).checks["mailbox"]


@pytest.mark.once
def test_a_server_that_nobody_vouches_for_gets_no_password(app, certificate):
    with imap_server(server_context(str(certificate))) as (server, port):
        reads_at(app, f"imaps://{USER.replace('@', '%40')}:{PASSWORD}@127.0.0.1:{port}")
        brings(app)
        assert server.commands == [] and "certificate" in progress(app).problem.lower()
        reads_at(app, f"imaps://{USER.replace('@', '%40')}:{PASSWORD}@127.0.0.1:{port}?ca={certificate}")
        brings(app)
        assert any(each.startswith("EXAMINE") for each in server.commands)


@pytest.mark.once
def test_without_an_address_for_mail_no_mailbox_is_read(app):
    CONFIG.put(app, replace(CONFIG.of(app), mailbox_url="imaps://a:b@mail.example.org"))
    with app.app_context():
        assert not has_mailbox(clock.now())
    takes_mail(app)
    with app.app_context():
        assert has_mailbox(clock.now())


@pytest.mark.parametrize(
    "url",
    [
        "imaps://mail.example.org",
        "imaps://user@mail.example.org",
        "smtp://user:password@mail.example.org",
        "imap://user:password@mail.example.org?starttls=never",
        "imaps://user:password@mail.example.org/Ordner%22x",
        "imaps://user:password@mail.example.org/Größe",
        "imaps://user:password@mail.example.org?x=y",
    ],
)
def test_an_address_that_cannot_be_read_is_refused(url):
    with pytest.raises(ValueError, match=r"."):
        read_mailbox_url(url)


def test_an_address_names_server_and_folder():
    server, folder = read_mailbox_url("imaps://hilfe%40x.example:p%3Aw@mail.x.example/Eingang/Neu")
    assert (server.host, server.port, server.user, server.password) == ("mail.x.example", 993, "hilfe@x.example", "p:w")
    assert folder == "Eingang/Neu" and server.is_implicit_tls
    assert read_mailbox_url("imap://a:b@mail.x.example")[0].starts_tls


def _rows() -> list[IncomingMail]:
    return db.session.query(IncomingMail).all()
