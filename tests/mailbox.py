"""The mails that were sent in a test, as a person reads them."""

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from flask import Flask

from portal.foundation.config import CONFIG
from portal.mails import KINDS
from portal.notifications.channels import Channel
from portal.notifications.delivery import PostOffice


class Mail:
    """One mail in somebody's mail program."""

    def __init__(self, path: Path) -> None:
        self.path, self.raw = path, path.read_bytes()
        self.message: EmailMessage = email.message_from_bytes(self.raw, policy=default)

    @property
    def to(self) -> str:
        return str(self.message["To"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The text as it was written, in lines of 72 columns."""
        return self.message.get_body(("plain",)).get_content().replace("\r\n", "\n")

    @property
    def html(self) -> str:
        return self.message.get_body(("html",)).get_content().replace("\r\n", "\n")

    @property
    def words(self) -> str:
        """The text with every run of white space as one space, to look for sentences."""
        return " ".join(self.text.split())

    def link(self, label: str) -> str:
        """The address on the line below these words."""
        for paragraph in self.text.split("\n\n"):
            *words, address = [line.strip() for line in paragraph.splitlines()] or [""]
            if label in " ".join(words) and "://" in address:
                return address
        raise AssertionError(f"no link below {label!r} in:\n{self.text}")

    def path_of(self, label: str) -> str:
        """The same without scheme and host, for a visitor to open."""
        return "/" + self.link(label).split("/", 3)[3]


class Mailbox:
    """Delivers whatever is due, as the worker does, and shows what has arrived; oldest first."""

    def __init__(self, app: Flask, *, channel: Channel | None = None) -> None:
        self._app, self._folder = app, CONFIG.of(app).data / "mail"
        self.office = PostOffice(app, KINDS, worker="tests:0:0", channel=channel)

    def deliver(self) -> None:
        """Send everything that is due now."""
        with self._app.app_context():
            while self.office.deliver_due():
                pass

    def mails(self, to: str = "") -> list[Mail]:
        """Every mail so far, or those to one address; whatever is due is sent before."""
        self.deliver()
        found = [Mail(path) for path in sorted(self._folder.glob("*.eml"), key=_number)]
        return [mail for mail in found if to in ("", mail.to)]

    def newest(self, to: str = "") -> Mail:
        """The last of them."""
        found = self.mails(to)
        assert found, f"no mail to {to or 'anybody'}"
        return found[-1]


def _number(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])
