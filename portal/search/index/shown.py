"""An article's text as results show pieces of it: on one line, worked out when the index is built."""

from collections.abc import Sequence
from itertools import pairwise

LONGEST_HEADING = 60
SENTENCE_ENDS = (".", "!", "?", ":", ";", ",", "…")


def on_one_line(text: str, starts: Sequence[int]) -> tuple[bytes, list[int]]:
    """The text in UTF-8 with its lines in a row, and where in it each passage starts that starts there in the text.

    A dot in the middle divides what looks like a heading from what follows.
    """
    pieces = [" ".join(text[start:end].split()) for start, end in pairwise([*starts, len(text)])]
    for place, (start, end) in enumerate(pairwise(starts)):
        if "\n" in text[start:end] and _is_heading(_line_at(text, start), pieces[place + 1]):
            pieces[place] += " ·"
    packed = [piece.encode("utf-8", "replace") for piece in pieces]
    places = [0]
    for piece in packed:
        places.append(places[-1] + len(piece) + 1)
    return b" ".join(packed), places[: len(starts)]


def _line_at(text: str, place: int) -> str:
    end = text.find("\n", place)
    return " ".join(text[text.rfind("\n", 0, place) + 1 : end if end >= 0 else len(text)].split())


def _is_heading(line: str, after: str) -> bool:
    """A short line without an end before one that begins anew; a wrapped line is long or goes on small."""
    return len(line) <= LONGEST_HEADING and not line.endswith(SENTENCE_ENDS) and not after[:1].islower()
