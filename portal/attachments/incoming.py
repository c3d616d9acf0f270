"""What a form brings along: new files, and those it holds already."""

from typing import BinaryIO, cast

from flask import request

from portal.attachments.actions import Received, Upload, receive
from portal.attachments.queries import held_uploads, key_digests
from portal.attachments.rules import MOST_FILES, Incoming, Reason, Sender
from portal.attachments.words import refusal
from portal.foundation import clock
from portal.foundation.limits import caller

FILES, KEYS = "attachments", "uploads"


def sender_of_request(address: str = "") -> Sender:
    """Who is counted for the files of this request; `address` is the mail address where it is known."""
    return Sender(caller(), address)


def uploads_from_request(sender: Sender) -> Received:
    """Everything the sent form holds: files held before (`uploads`) and new ones (`attachments`), at most five.

    Call it outside of any transaction, in every answer to the form, also when other fields are wrong: show
    `accepted` in the form again, or give `keys` to `attach`.
    """
    held, gone = _held(request.form.getlist(KEYS))
    new = new_files(sender, held=len(held))
    missing = [refusal("", Reason.GONE)] if gone else []
    return Received([*held, *new.accepted], [*missing, *new.refused])


def new_files(sender: Sender, *, held: int) -> Received:
    """The new files of the sent form alone (`attachments`), where `held` others go along; call it like the above."""
    return receive(_incoming(), sender=sender, now=clock.now(), held=held)


def _incoming() -> list[Incoming]:
    """The files of the request; a field that was left empty comes without a name."""
    return [
        Incoming(
            each.filename, each.mimetype or "", cast(BinaryIO, each.stream), getattr(each.stream, "is_lost", False)
        )
        for each in request.files.getlist(FILES)
        if each.filename
    ]


def _held(keys: list[str]) -> tuple[list[Upload], bool]:
    """The uploads behind the keys of a form, and whether one of them is not held any more."""
    by_digest = {each.upload_digest: each for each in held_uploads(keys[: 4 * MOST_FILES])}
    wanted = {digest: key for key in dict.fromkeys(keys) for digest in key_digests([key])}
    held = [Upload(key, by_digest[digest]) for digest, key in wanted.items() if digest in by_digest]
    return held[:MOST_FILES], len(held) < len(set(keys))
