"""Folding and words: the same for what is indexed and for what is typed."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
# Looked for only where a word begins: else a long one would be tried from each of its letters.
COMPOUND = re.compile(r"(?<![^\W_])[^\W_]+(?:[-\u2010\u2011][^\W_]+)+")
# "ue" after these letters is no umlaut: Quelle, genauer, Steuer.
SPELT_UMLAUT = re.compile(r"(?<![qae][aou])(?<=[aou])e")
APOSTROPHE = re.compile(r"['\u2019]s?(?=\W|$)|['\u2019]")
SHARP_S = str.maketrans({"ß": "ss"})
# American spellings become British ones: itemized, color, center, fiber.
AMERICAN = (
    (re.compile("iz(?=(?:e[drs]?|ers|ing|ations?)$)"), "is"),
    (re.compile("^(col|fav|hon|lab|neighb|behavi)or(?!at)"), r"\1our"),
    (re.compile("^(cent|fib|theat)er(?=s?$)"), r"\1re"),
)
SHORTEST_AMERICAN = 5
MAX_WORD = 64
REMEMBERED_WORDS = 4096
_GRAM = 4


@lru_cache(maxsize=REMEMBERED_WORDS)
def fold(word: str, language: str) -> str:
    """Lower case without accents; in German ä, ae and a are one letter, as are ß and ss.

    Of a word something is always left: what is indexed stands at the place of its word.
    """
    word = written = word.lower()
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", word.translate(SHARP_S))
        word = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    if "'" in word or "\u2019" in word:
        word = APOSTROPHE.sub("", word)
    if language == "de" and "e" in word:
        word = SPELT_UMLAUT.sub("", word)
    elif language == "en" and len(word) >= SHORTEST_AMERICAN:
        for american, british in AMERICAN:
            word = american.sub(british, word)
    return (word or written)[:MAX_WORD]


def words(text: str, language: str) -> list[str]:
    """The folded words of a text in reading order."""
    return [folded for word in WORD.findall(text) if (folded := fold(word, language))]


def joined(text: str, language: str) -> list[str]:
    """Hyphenated words written as one: E-Mail is also email."""
    if "-" not in text and "\u2010" not in text and "\u2011" not in text:
        return []
    parts = (re.sub(r"[-\u2010\u2011]", "", found) for found in COMPOUND.findall(text))
    return [folded for part in parts if len(folded := fold(part, language)) < MAX_WORD]


def grams(word: str) -> list[str]:
    """Groups of four letters of a folded word with its edges marked; a short word is one group."""
    edged = f" {word} "
    return [edged[i : i + _GRAM] for i in range(max(1, len(edged) - _GRAM + 1))]


def phrase_number(words: Iterable[str]) -> int:
    """A number of 64 bits that stands for these folded words in this order."""
    return int.from_bytes(blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=8).digest(), "big")
