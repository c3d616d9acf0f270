"""What may be attached, what a file may be called, and why a file is refused (specs: SR-20, SR-27, SR-28)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import BinaryIO

MOST_FILES = 5
# A refused file uses up no place, but looking at files is work: one request brings no more of it than this.
MOST_LOOKED_AT = 2 * MOST_FILES
MOST_BYTES = 10 * 1024 * 1024
MOST_BYTES_A_DAY = 100 * 1024 * 1024
# What nobody sent with a form is thrown away after this time.
HELD_FOR = timedelta(hours=24)
LONGEST_NAME = 120
UPLOAD = "upload"  # the owner type of a file that no form was sent with yet
# That of a file which waits with a text that somebody of ours is writing: `owner_id` says to what, `keeper_id` who.
KEPT = "draft"

_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


class Reason(StrEnum):
    """Why a file was refused."""

    TYPE = "type"  # its ending is none we take
    CONTENT = "content"  # it is not what its name says
    EMPTY = "empty"
    LARGE = "large"
    MANY = "many"
    DAMAGED = "damaged"  # a picture that cannot be read
    PIXELS = "pixels"  # a picture of more pixels than anybody can look at
    QUOTA = "quota"
    ROOM = "room"  # no place to keep it
    GONE = "gone"  # it was held too long, or removed


class Scan(StrEnum):
    """What a virus scanner said; without one every file stays unchecked."""

    UNCHECKED = "unchecked"
    CLEAN = "clean"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Sender:
    """Who is counted for what is sent: a network address, and a mail address where one is known."""

    network: str
    address: str = ""


@dataclass(frozen=True)
class Incoming:
    """A file as it arrived: its name and type as the sender says, and its bytes, readable and seekable.

    `is_lost`: there was no room for it on the way in.
    """

    name: str
    declared: str
    file: BinaryIO
    is_lost: bool = False


@dataclass(frozen=True)
class Refusal:
    """A file that was not taken: its cleaned name, why, and the sentence for the person."""

    name: str
    reason: Reason
    sentence: str


def cleaned_name(name: str) -> str:
    """A file name that shows what it is: no path, no invisible or turning characters, nothing a system reserves.

    At most 120 characters; the ending stays. May be empty.
    """
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(" " if char.isspace() else char for char in last if char.isspace() or _is_seen(char))
    plain = " ".join(_FORBIDDEN.sub("_", unicodedata.normalize("NFC", seen)).split()).strip(". ")
    shorter = _shortened(plain)
    return f"_{shorter}" if _RESERVED.fullmatch(shorter) else shorter


def ending(name: str) -> str:
    """The ending of a cleaned name in small letters, without its dot; empty where there is none."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if stem and dot else ""


def _is_seen(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    last = ending(name)
    after = f".{last}" if last and len(last) <= 10 else ""
    return name[: LONGEST_NAME - len(after) - 1].rstrip(". ") + "…" + after
