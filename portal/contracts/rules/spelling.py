"""What counts as the same spelling: case, accents, separators, ß and ss, ä and ae, O and 0, I and 1 (spec. 2.6)."""

import re
import unicodedata
from collections.abc import Iterator

_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe"})
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_LOOKALIKES = str.maketrans({"o": "0", "i": "1", "l": "1"})
_NO_WORD = re.compile(r"[\W_]+")
# Words beside a name that are none.
_TITLES = frozenset(["herr", "frau", "herrn", "mr", "mrs", "ms", "dr", "prof", "med", "dipl", "ing", "familie", "fam"])
_MOST_PARTS = 8
_MOST_WORDS = 200
_SHORTEST, _LONGEST = 4, 24
_SYMBOLS = "0123456789abcdefghjkmnpqrstuvwxyz"  # without o, i, l: they are folded away


def number_key(written: str) -> str:
    """A contract or customer number in the one spelling in which numbers are compared; empty if nothing is left."""
    return _NO_WORD.sub("", _plain(written)).translate(_LOOKALIKES)


def names_number(text: str, key: str) -> bool:
    """Whether a text names the number with that key, with any separators and not as part of a longer one.

    A key of fewer than four characters must be all of the text: short ones stand in too many addresses.
    """
    if len(key) < _SHORTEST:
        return bool(key) and number_key(text) == key
    return key in written_numbers(text)


def written_numbers(text: str) -> list[str]:
    """Keys of everything in a text that may be a number: words with a digit, alone and joined with their neighbours."""
    words = _NO_WORD.sub(" ", _plain(text)).split()
    found = dict.fromkeys(_joined(words))
    return [key for key in found if _SHORTEST <= len(key) <= _LONGEST and any(sign.isdigit() for sign in key)]


def near_keys(key: str) -> set[str]:
    """Every key that differs in one character: another, one more, one less, or two neighbours swapped."""
    cuts = [(key[:at], key[at:]) for at in range(len(key) + 1)]
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    shorter = {a + b[1:] for a, b in cuts if b}
    other = {a + sign + b[1:] for a, b in cuts if b for sign in _SYMBOLS}
    longer = {a + sign + b for a, b in cuts for sign in _SYMBOLS}
    return (swapped | shorter | other | longer) - {key}


def name_key(name: str) -> str:
    """The spelling under which a name is looked up: its words sorted, without titles and accents (`ü` is `ue`)."""
    return " ".join(sorted(_spelled(word) for word in _name_words(name)))


def is_same_name(first: str, second: str) -> bool:
    """Whether two names have the same words in any order, titles aside; `Müller` is `Mueller` and `Muller`."""
    return bool(_name_keys(first) & _name_keys(second))


def shares_a_name(first: str, second: str) -> bool:
    """Whether two names have a word in common: a second first name, a new family name."""
    return any(_word_keys(one) & _word_keys(two) for one in _words(first) for two in _words(second))


def same_text(first: str, second: str) -> bool:
    """Whether one text, such as a product, stands in the other as whole words."""
    one, two = (f" {' '.join(_words(each))} " for each in (first, second))
    return bool(one.strip()) and bool(two.strip()) and (one in two or two in one)


def same_address(first: str, second: str) -> bool:
    """Whether two mail addresses are one, whatever their case."""
    one, two = (unicodedata.normalize("NFKC", each).strip().casefold() for each in (first, second))
    return bool(one) and one == two


def _joined(words: list[str]) -> Iterator[str]:
    keys = [word.translate(_LOOKALIKES) for word in words[:_MOST_WORDS]]
    for at in range(len(keys)):
        for length in range(1, _MOST_PARTS + 1):
            part = keys[at : at + length]
            if len(part) == length:
                yield "".join(part)


def _name_keys(name: str) -> set[str]:
    spelled = [" ".join(sorted(fold(word) for word in _name_words(name))) for fold in (_spelled, _plain)]
    return {key for key in spelled if key}


def _name_words(name: str) -> list[str]:
    return [word for word in _words(name) if word not in _TITLES][:_MOST_PARTS]


def _word_keys(word: str) -> set[str]:
    return {_spelled(word), _plain(word)} if len(word) > 1 else set()


def _words(text: str) -> list[str]:
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    return _NO_WORD.sub(" ", composed).split()


def _spelled(word: str) -> str:
    return _plain(unicodedata.normalize("NFC", word.casefold()).translate(_SPELLED))


def _plain(text: str) -> str:
    """Lower case without accents."""
    lowered = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS))
    return "".join(sign for sign in lowered if not unicodedata.combining(sign))
