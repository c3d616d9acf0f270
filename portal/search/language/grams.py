"""Numbers for groups of four letters."""

import zlib
from functools import lru_cache

from portal.search.language.text import grams

GRAM_NUMBERS = 1 << 16
REMEMBERED_WORDS = 512


def gram_number(gram: str) -> int:
    """A 16-bit number for a letter group; two groups rarely share one."""
    return zlib.crc32(gram.encode("utf-8", "replace")) & (GRAM_NUMBERS - 1)


@lru_cache(maxsize=REMEMBERED_WORDS)
def gram_numbers(word: str) -> frozenset[int]:
    """The numbers of the letter groups of a folded word."""
    if not word.isascii():
        return frozenset(map(gram_number, grams(word)))
    # The same, without a text for each group.
    edged = f" {word} ".encode()
    return frozenset([zlib.crc32(edged[at : at + 4]) & (GRAM_NUMBERS - 1) for at in range(max(1, len(edged) - 3))])
