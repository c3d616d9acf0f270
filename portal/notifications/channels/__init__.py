"""The ways a mail leaves the house; only here are sockets and mail servers known."""

from pathlib import Path
from typing import Protocol

from portal.foundation.settings.mail_url import read_mail_url
from portal.notifications.channels.envelope import DeliveryError, Envelope, Failure
from portal.notifications.channels.folder import Folder
from portal.notifications.channels.smtp import Smtp


class Channel(Protocol):
    """Takes a mail over for good, or raises DeliveryError."""

    def send(self, envelope: Envelope) -> str:
        """Hand over one mail; what the other side said."""


def open_channel(mail_url: str, *, folder: Path, host: str) -> Channel:
    """The channel of MAIL_URL; without one mails become files in `folder`. `host` is how we introduce ourselves."""
    return Smtp(read_mail_url(mail_url), host=host) if mail_url else Folder(folder)
