"""Titles and the best passage of an article in its original words, hits marked."""

import re
from collections.abc import Sequence, Set

from portal.search.model import Marked
from portal.search.sheets import Sheet
from portal.search.text import WORD

LETTERS = 200
WORDS_APART = re.compile(f"({WORD.pattern})")


def snippet(sheet: Sheet, sentence: int | None, wanted: Set[int]) -> Marked:
    """About 200 letters from this sentence or the beginning on, whole words, with an ellipsis where cut."""
    piece = sheet.text_from(sentence, LETTERS + 1)
    if len(piece) > LETTERS:
        piece = piece[:LETTERS].rsplit(" ", 1)[0] + " …"
    parts = WORDS_APART.split(piece)
    return _marked(parts, sheet.words_from(sentence, len(parts) // 2), wanted)


def title(sheet: Sheet, stems: Sequence[int], wanted: Set[int]) -> Marked:
    """The whole title, of which the stems are given."""
    return _marked(WORDS_APART.split(sheet.title), stems, wanted)


def _marked(parts: list[str], stems: Sequence[int], wanted: Set[int]) -> Marked:
    """Gaps and words in turn as pieces, those words marked whose stem is meant; `stems` may have more behind."""
    pieces: list[tuple[str, bool]] = []
    last = 0
    for place in [place for place, number in enumerate(stems) if number in wanted]:
        word = 2 * place + 1
        if word >= len(parts):
            break
        if gap := "".join(parts[last:word]):
            pieces.append((gap, False))
        pieces.append((parts[word], True))
        last = word + 1
    if gap := "".join(parts[last:]):
        pieces.append((gap, False))
    return tuple(pieces)
