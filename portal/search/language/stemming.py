"""Word stems: German by few endings that keep compounds readable, English by Snowball."""

import re
from functools import lru_cache

from Stemmer import Stemmer

MOST_LETTERS_OFF = 3
FEWEST_LETTERS_LEFT = 3
SHORTEST_VERB = 5
SEPARABLE = re.compile("(ab|an|auf|aus|bei|ein|frei|her|hin|los|mit|nach|um|vor|weg|weiter|zu|zuruck|zusammen)(?=.{4})")
FIRST_ENDINGS = ("es", "en", "em", "er", "e")
# Remembers nothing itself: what was stemmed is remembered for both languages below.
_ENGLISH = Stemmer("english", 0)


@lru_cache(maxsize=8192)
def stem(word: str, language: str) -> str:
    """The stem of a folded word."""
    return stem_german(word) if language == "de" else _ENGLISH.stemWord(word)


def stem_german(word: str) -> str:
    """Takes off endings by the last letters only, so that Kündigungsfristen still ends like Fristen."""
    if not word.isalpha():
        return word
    if word.endswith("le") and len(word) > SHORTEST_VERB and word[-3] not in "aeioul":
        word = f"{word[:-2]}el"  # Ich wechsle, wir wechseln.
    ending = _first_ending(word)
    short = _without(word, ending, MOST_LETTERS_OFF)
    if ending != "er":
        short = _without(short, "t", len(short) - len(word) + MOST_LETTERS_OFF)
        short = _without(short, "er", len(short) - len(word) + MOST_LETTERS_OFF)
    return short


def verb_forms(root: str) -> list[str]:
    """Beginnings of a German verb with and without ge: angemeldet and anmelden, gewechselt and wechseln."""
    prefix = found[0] if (found := SEPARABLE.match(root)) else ""
    rest = root[len(prefix) :]
    if rest.startswith("ge") and len(rest) >= SHORTEST_VERB + (not prefix):
        return [prefix + rest[2:].rstrip("e")]
    return [f"{prefix}ge{rest.rstrip('e')}"] if prefix and len(rest) >= FEWEST_LETTERS_LEFT else []


def _first_ending(word: str) -> str:
    if word.endswith(("ern", "eln")):
        return "n"
    found = next((ending for ending in FIRST_ENDINGS if word.endswith(ending)), "")
    return found or ("s" if word.endswith("s") and not word.endswith("ss") else "")


def _without(word: str, ending: str, letters: int) -> str:
    fits = ending and word.endswith(ending) and len(ending) <= letters
    return word[: -len(ending)] if fits and len(word) - len(ending) >= FEWEST_LETTERS_LEFT else word
