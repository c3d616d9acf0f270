"""A mail as it travels: heads that no visitor can write into, one recipient, text and HTML (SR-40, SR-42)."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from re import sub
from typing import Any
from urllib.parse import urlsplit

from portal.foundation.company import Company
from portal.foundation.config import Config
from portal.foundation.errors import SettingError
from portal.notifications.addresses import NoAddress, answer_address, clean_header, one_address
from portal.notifications.channels.envelope import Envelope
from portal.notifications.models import Notification
from portal.notifications.rendering import Words
from portal.notifications.rules import MailKind

BODY_LIMIT = 200 * 1024
_LINE_LIMIT = 900  # bytes; SMTP allows 998


class TooLarge(ValueError):
    """The mail is larger than a mail of ours can be."""


@dataclass(frozen=True)
class Sender:
    """Who mails come from; `host` ends every Message-ID, `reply_to` is "" when nobody reads answers.

    `bounces` is where servers report later that a mail did not arrive; "" when nobody reads that. `answers` is where
    answers to mails about a question go, each with a key of its own; "" where no mail is taken.
    """

    name: str
    address: str
    host: str
    reply_to: str = ""
    bounces: str = ""
    answers: str = ""


def read_sender(company: Company, config: Config) -> Sender:
    """The sender by `[mail]` of company.toml; SettingError says what to write instead."""
    host = urlsplit(config.url).hostname or "localhost"
    written = company.sections.get("mail", {})
    if not isinstance(written, dict) or not all(isinstance(value, str) for value in written.values()):
        raise SettingError('company.toml cannot be used: write [mail] and below it from = "help@example.org".')
    if config.mail_url and not written.get("from"):
        raise SettingError(
            'company.toml names no sender of mails: write [mail] and below it from = "help@example.org".'
        )
    try:
        address = one_address(written["from"]) if written.get("from") else f"portal@{host}"
        reply_to, bounces, reply = (
            one_address(written[name]) if written.get(name) else "" for name in ("reply_to", "bounces", "reply")
        )
    except NoAddress as error:
        raise SettingError(
            "company.toml cannot be used: from, reply_to, reply and bounces of mail must each be one address."
        ) from error
    answers = reply if written.get("incoming") else ""
    return Sender(clean_header(written.get("name") or company.name), address, host, reply_to, bounces, answers)


def compose(
    row: Notification, words: Words, kind: MailKind, *, sender: Sender, now: datetime, answer_key: str = ""
) -> Envelope:
    """The envelope with the mail, answered by `answer_key`; NoAddress or TooLarge when it can never be sent."""
    recipient = one_address(row.recipient)
    attached = row.payload.get(kind.attached, {}).get("text", "") if kind.attached else ""
    if len(words.text.encode()) + len(words.html.encode()) + len(attached.encode()) > BODY_LIMIT:
        raise TooLarge("more than 200 kB")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _addressed(sender.address, sender.name)
    mail["To"] = _addressed(recipient)
    if reply_to := answer_address(sender.answers, answer_key) if answer_key else sender.reply_to:
        mail["Reply-To"] = _addressed(reply_to)
    mail["Subject"] = clean_header(words.subject)
    mail["Date"] = format_datetime(now)
    _add_marks(mail, row, kind, sender)
    _add_body(mail, words)
    _attach(mail, row.payload.get(kind.attached) if kind.attached else None)
    mail["Content-Language"] = row.language
    return Envelope(mail, _name(row), _returns_to(kind, sender), recipient)


def _returns_to(kind: MailKind, sender: Sender) -> str:
    """Who hears of trouble: nobody for what only confirms, so that no machine answers it (SR-42).

    Except where somebody reads what comes back and the law wants the mail to arrive: then other ways can be tried.
    """
    if kind.is_acknowledgement and not (kind.statutory_per_day and sender.bounces):
        return ""
    return sender.bounces or sender.address


def _addressed(address: str, name: str = "") -> Address:
    """An address that was checked before; letters beyond ASCII before the @ are allowed (RFC 6531)."""
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)


def _add_marks(mail: EmailMessage, row: Notification, kind: MailKind, sender: Sender) -> None:
    """What machines read: which mail this is, where it belongs, and that no machine should answer."""
    mail["Message-ID"] = f"<{row.message_id}@{sender.host}>"
    if row.thread:
        root = f"<{sub(r'[^A-Za-z0-9._-]', '-', row.thread)}@{sender.host}>"
        mail["In-Reply-To"] = root
        mail["References"] = root
    mail["Auto-Submitted"] = "auto-replied" if kind.is_acknowledgement else "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"


def _add_body(mail: EmailMessage, words: Words) -> None:
    mail.set_content(words.text, cte=_encoding(words.text))
    mail.add_alternative(words.html, subtype="html", cte=_encoding(words.html))


def _attach(mail: EmailMessage, file: Any) -> None:
    """A text of ours as a file to keep; `{"name": …, "text": …}`."""
    if file:
        name = sub(r"[^A-Za-z0-9._-]", "-", str(file["name"]))
        mail.add_attachment(str(file["text"]), cte="base64", filename=name)


def _encoding(text: str) -> str:
    """As it is where lines are short enough, so that the file can be read with any editor."""
    if max(len(line.encode()) for line in text.splitlines()) > _LINE_LIMIT:
        return "quoted-printable"
    return "7bit" if text.isascii() else "8bit"


def _name(row: Notification) -> str:
    """Sortable by time and the same for every try: a folder holds each mail once."""
    return f"{row.created_at:%Y%m%dT%H%M%SZ}-{sub(r'[^a-z0-9_]', '-', row.kind)}-{row.id}"
