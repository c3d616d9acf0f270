"""Mails as people and machines write them, and a portal that takes them."""

from collections.abc import Sequence
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from flask import Flask

from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.database import db
from portal.inbox.chores import look_into_new
from portal.inbox.models import IncomingMail
from portal.questions.models import MailedMessage, Message, Question

ANNA = "anna@example.org"
HELP, ANSWERS, JUDGE = "hilfe@mail.talwind.example", "antwort@mail.talwind.example", "mx.talwind.example"


def takes_mail(app: Flask, **changes: str) -> Flask:
    """The same portal with mail switched on; `changes` replace single values of [mail]."""
    company = COMPANY.of(app)
    mail = {**company.sections.get("mail", {}), "incoming": HELP, "reply": ANSWERS, "authserv_id": JUDGE, **changes}
    COMPANY.put(app, replace(company, sections={**company.sections, "mail": mail}))
    return app


def letter(
    text: str = "Seit gestern geht das Internet nicht.",
    *,
    sender: str = f"Anna Berger <{ANNA}>",
    to: str = HELP,
    subject: str = "Kein Internet",
    html: str = "",
    files: Sequence[tuple[str, str, bytes]] = (),
    **heads: str,
) -> bytes:
    """One mail; `heads` are further lines of its head, with _ for -."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = f"<{abs(hash((text, subject, sender)))}@example.org>"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    for name, value in heads.items():
        mail[name.replace("_", "-")] = value
    return bytes(mail)


def proof(domain: str = "example.org", result: str = "pass", judge: str = JUDGE) -> str:
    """What our mail server writes about a mail."""
    return f"{judge}; spf=pass smtp.mailfrom={domain}; dmarc={result} (p=none dis=none) header.from={domain}"


def hand_over(app: Flask, raw: bytes, *words: str) -> Any:
    """The mail server gives a mail to the portal; the result of the command."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=["mail", "take", *words], input=raw)


def arrives(app: Flask, raw: bytes, *words: str) -> IncomingMail:
    """A mail is handed over and looked into; its row."""
    result = hand_over(app, raw, *words)
    assert result.exit_code == 0, result.output
    look(app)
    return newest(app)


def look(app: Flask) -> None:
    """The worker looks into everything that was kept."""
    with app.app_context():
        while look_into_new(clock.now()):
            pass


def newest(app: Flask) -> IncomingMail:
    """The last mail that was kept."""
    with app.app_context():
        row = db.session.query(IncomingMail).order_by(IncomingMail.id.desc()).first()
        assert row is not None
        return row


def kept(app: Flask) -> int:
    """How many mails were kept."""
    with app.app_context():
        return db.session.query(IncomingMail).count()


def questions(app: Flask) -> list[Question]:
    """Every question, oldest first."""
    with app.app_context():
        return db.session.query(Question).order_by(Question.id).all()


def messages(app: Flask) -> list[tuple[Message, MailedMessage | None]]:
    """Every message with what belongs to its mail, oldest first."""
    with app.app_context():
        rows = db.session.query(Message).order_by(Message.id).all()
        return [(row, db.session.get(MailedMessage, row.id)) for row in rows]
