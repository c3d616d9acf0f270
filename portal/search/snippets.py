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
    return _marked(piece, sheet.words_from(sentence, len(piece) // 2), wanted)


def title(sheet: Sheet, stems: Sequence[int], wanted: Set[int]) -> Marked:
    """The whole title, of which the stems are given."""
    return _marked(sheet.title, stems, wanted)


def _marked(text: str, stems: Sequence[int], wanted: Set[int]) -> Marked:
    """Gaps and words in turn as pieces, those words marked whose stem is meant; `stems` may have more behind."""
    places = [place for place, number in enumerate(stems) if number in wanted]
    if not places:
        return ((text, False),) if text else ()
    parts, last = WORDS_APART.split(text), 0
    pieces: list[tuple[str, bool]] = []
    for place in places:
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
