"""What of a text is new, and what it only quotes; and how a long text is cut without losing anything."""

import re
from typing import NamedTuple

# What mail programs put above a mail that they quote whole.
_RULE = re.compile(r"\s*[-_]{3,}\s*(original message|ursprüngliche nachricht|original-nachricht)\s*[-_]{3,}\s*", re.I)
_FROM = re.compile(r"\s*\*?(from|von)\s?:\*?\s+\S.*", re.I)
_SENT = re.compile(r"\s*\*?(sent|date|gesendet|datum)\s?:\*?\s+\S.*", re.I)
_TO = re.compile(r"\s*\*?(to|an|subject|betreff)\s?:\*?\s+\S.*", re.I)
_SAID = re.compile(r"\s*(on|am)\b.{4,300}\b(wrote|schrieb)\b.{0,200}:\s*", re.I | re.S)
_MOST_SAID = 4
_HEAD = 6


class Parts(NamedTuple):
    """A text in two: what somebody wrote, and the older mail below it."""

    new: str
    quoted: str


def parted(text: str) -> Parts:
    """The older mail is told apart only where it is the end of the text and something stands before it.

    Nothing is lost: both parts together are the lines of the text. Answers between quoted lines stay where they are.
    """
    lines = text.split("\n")
    at = _first_quoted(lines)
    above = [line.strip() for line in lines[:at]] if at is not None else []
    if not any(above) or any(line.startswith(">") for line in above):
        return Parts(text.strip("\n"), "")
    return Parts("\n".join(lines[:at]).strip("\n"), "\n".join(lines[at:]).strip("\n"))


def cut(text: str, limit: int) -> tuple[str, bool]:
    """At most so many characters, up to the end of a line or word where one is near; and whether some are missing."""
    if len(text) <= limit:
        return text, False
    begin = text[:limit]
    near = max(begin.rfind("\n"), begin.rfind(" "))
    return begin[: near if near > limit * 3 // 4 else limit].rstrip(), True


def _first_quoted(lines: list[str]) -> int | None:
    """The line at which the older mail begins."""
    whole = next((at for at, line in enumerate(lines) if _begins_old_mail(lines, at, line)), None)
    marked = _marked_end(lines)
    found = [each for each in (whole, marked) if each is not None]
    return min(found) if found else None


def _begins_old_mail(lines: list[str], at: int, line: str) -> bool:
    if _RULE.fullmatch(line[:200]):
        return True
    if not _FROM.fullmatch(line[:400]):
        return False
    below = [each[:400] for each in lines[at + 1 : at + _HEAD]]
    return any(_SENT.fullmatch(each) for each in below) and any(_TO.fullmatch(each) for each in below)


def _marked_end(lines: list[str]) -> int | None:
    """Where lines with > begin of which the text ends, with the line above them that says who wrote that."""
    at = len(lines)
    while at and (not lines[at - 1].strip() or lines[at - 1].lstrip().startswith(">")):
        at -= 1
    while at < len(lines) and not lines[at].strip():
        at += 1
    if at == len(lines):
        return None
    above = at
    while above and not lines[above - 1].strip():
        above -= 1
    for first in range(max(0, above - _MOST_SAID), above):
        if _SAID.fullmatch("\n".join(lines[first:above])[:600]):
            return first
    return at
