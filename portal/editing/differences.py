"""What differs between two texts: lines that stayed, went or came, and in changed lines the words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
# Longer lines and longer stretches are shown whole: comparing every word of them would take seconds.
_MOST_WORDS = 1500
_MOST_LINES = 6000
_AROUND = 2


@dataclass(frozen=True)
class Piece:
    """A stretch of words: `same`, `gone` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """One line of the comparison: `same`, `gone`, `new`, or `skipped` (lines in between that did not change)."""

    kind: str
    pieces: tuple[Piece, ...] = ()
    count: int = 0


def compared(old: str, new: str) -> list[Line]:
    """The lines of both texts in their order; unchanged stretches are cut down to what stands around a change."""
    before, after = old.splitlines()[:_MOST_LINES], new.splitlines()[:_MOST_LINES]
    lines: list[Line] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=True).get_opcodes():
        if tag == "equal":
            lines += _unchanged(before[a:b], is_first=a == 0, is_last=b == len(before))
        else:
            lines += _changed(before[a:b], after[c:d])
    return lines


def is_changed(lines: Sequence[Line]) -> bool:
    """Whether the two texts differ in anything that is shown."""
    return any(line.kind in ("gone", "new") for line in lines)


def _unchanged(lines: Sequence[str], *, is_first: bool, is_last: bool) -> Iterator[Line]:
    begin, end = (0 if is_first else _AROUND), (0 if is_last else _AROUND)
    if len(lines) <= begin + end + 1:
        yield from (_whole("same", line) for line in lines)
        return
    yield from (_whole("same", line) for line in lines[:begin])
    yield Line("skipped", count=len(lines) - begin - end)
    yield from (_whole("same", line) for line in lines[len(lines) - end :])


def _changed(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    """Lines that stand for each other are compared by their words; what one side has more of stands whole."""
    pairs = min(len(before), len(after))
    for old, new in zip(before[:pairs], after[:pairs], strict=True):
        yield from _by_words(old, new)
    yield from (_whole("gone", line) for line in before[pairs:])
    yield from (_whole("new", line) for line in after[pairs:])


def _by_words(old: str, new: str) -> Iterator[Line]:
    a, b = _WORD.findall(old), _WORD.findall(new)
    if max(len(a), len(b)) > _MOST_WORDS:
        yield from (_whole("gone", old), _whole("new", new))
        return
    gone, came = [], []
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            gone.append(Piece("same", "".join(a[i:j])))
            came.append(Piece("same", "".join(b[k:m])))
        else:
            gone += [Piece("gone", "".join(a[i:j]))] if j > i else []
            came += [Piece("new", "".join(b[k:m]))] if m > k else []
    yield from (Line("gone", tuple(gone)), Line("new", tuple(came)))


def _whole(kind: str, text: str) -> Line:
    return Line(kind, (Piece(kind, text),))
