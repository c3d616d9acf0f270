"""Word stems: German by few endings that keep compounds readable, English by Snowball."""

from functools import lru_cache

from snowballstemmer import stemmer

MOST_LETTERS_OFF = 3
FEWEST_LETTERS_LEFT = 3
FIRST_ENDINGS = ("es", "en", "em", "er", "e")
_ENGLISH = stemmer("english")


@lru_cache(maxsize=8192)
def stem(word: str, language: str) -> str:
    """The stem of a folded word."""
    return stem_german(word) if language == "de" else _ENGLISH.stemWord(word)


def stem_german(word: str) -> str:
    """Takes off endings by the last letters only, so that Kündigungsfristen still ends like Fristen."""
    if not word.isalpha():
        return word
    ending = _first_ending(word)
    short = _without(word, ending, MOST_LETTERS_OFF)
    if ending != "er":
        short = _without(short, "t", len(short) - len(word) + MOST_LETTERS_OFF)
        short = _without(short, "er", len(short) - len(word) + MOST_LETTERS_OFF)
    return short


def _first_ending(word: str) -> str:
    if word.endswith(("ern", "eln")):
        return "n"
    found = next((ending for ending in FIRST_ENDINGS if word.endswith(ending)), "")
    return found or ("s" if word.endswith("s") and not word.endswith("ss") else "")


def _without(word: str, ending: str, letters: int) -> str:
    fits = ending and word.endswith(ending) and len(ending) <= letters
    return word[: -len(ending)] if fits and len(word) - len(ending) >= FEWEST_LETTERS_LEFT else word
