"""Mails as files: `<time>-<kind>-<id>.eml` in one folder, whole or not at all, to be opened with any mail program."""

import os
from contextlib import suppress
from email.policy import SMTP
from pathlib import Path

from portal.foundation.crash import crash_point
from portal.foundation.files.durable import sync_folder
from portal.notifications.channels.envelope import DeliveryError, Envelope, Failure


class Folder:
    """Writes each mail once: a second try replaces the file of the first."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return str(self._path)

    def send(self, envelope: Envelope) -> str:
        """Write the file durably; DeliveryError when the folder cannot be written."""
        target = self._path / f"{envelope.name}.eml"
        # What the last mail server on the way would add: the envelope's sender is part of the proof.
        policy = SMTP.clone(utf8=not envelope.recipient.isascii())
        whole = f"Return-Path: <{envelope.sender}>\r\n".encode() + envelope.message.as_bytes(policy=policy)
        try:
            self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
            crash_point("mail_connected")
            self._write(target, whole)
        except OSError as error:
            raise DeliveryError(f"The mail folder: {error.strerror}", Failure.UNREACHABLE) from error
        return target.name

    def _write(self, target: Path, whole: bytes) -> None:
        half = target.with_name(f".{target.name}.half")
        try:
            with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(whole)
                file.flush()
                os.fsync(file.fileno())
            crash_point("mail_data_sent")
            half.replace(target)
        except OSError:
            with suppress(OSError):
                half.unlink()
            raise
        sync_folder(self._path)
