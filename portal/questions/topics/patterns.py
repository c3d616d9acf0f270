"""Patterns that an editor may write for numbers: a small part of regular expressions that is quick for every text."""

import re
from math import prod

_ATOM = r"(?:[A-Za-z0-9 /_#-]|\\[d./#-]|\[[A-Za-z0-9 _./#-]{1,30}\])"
_REPEAT = r"(?:\?|\{\d{1,2}(?:,\d{1,2})?\})"
_ALLOWED = re.compile(f"(?:{_ATOM}{_REPEAT}?)+")
_RANGE = re.compile(r"\{(\d{1,2}),(\d{1,2})\}|(\?)")
_LONGEST = 100
# In how many ways its repeats could share a text among them: the most that a match ever tries.
_MOST_WAYS = 1000


def number_pattern(written: object) -> re.Pattern[str]:
    """The pattern, compiled; ValueError for anything that is not known to be quick (SR-22).

    Literals, `\\d`, classes such as `[A-Z0-9]`, and after each of them `?`, `{3}` or `{3,8}`; no groups, `|` or `*`.
    """
    if not isinstance(written, str) or len(written) > _LONGEST or not _ALLOWED.fullmatch(written):
        raise ValueError(r'write letters, digits, \d, classes and repeats only, for example "K-?\d{6,8}"')
    ways = prod(max(int(last) - int(first) + 1, 1) if not maybe else 2 for first, last, maybe in _parts(written))
    if ways > _MOST_WAYS:
        raise ValueError("it has too many repeats of open length; write fixed ones, for example \\d{8}")
    try:
        return re.compile(written.upper().replace(r"\D", r"\d"), re.ASCII)
    except re.error as error:
        raise ValueError(f"it cannot be read ({error})") from error


def _parts(written: str) -> list[tuple[str, str, str]]:
    return [(first or "0", last or "0", maybe) for first, last, maybe in _RANGE.findall(written)]
