"""Words that may be one or two typing errors away are told by their letters: none of them may be left out."""

import random

import pytest
from rapidfuzz.distance import OSA

from portal.search.language.lookalikes import Lookalikes, lookalike_tables

pytestmark = pytest.mark.once
LETTERS = "abcdefghijklmnopqrstuvwxyzе2"  # one of them is no Latin letter


@pytest.mark.parametrize("errors", [1, 2])
def test_every_word_so_many_errors_away_is_among_those_that_are_compared(errors):
    chance = random.Random(errors)
    words = sorted({"".join(chance.choices(LETTERS, k=chance.randint(1, 12))) for _ in range(300)} | {"1234567"})
    lookalikes = Lookalikes(lookalike_tables(words))
    for word in words:
        typed = word
        for _ in range(errors):
            typed = _misspelt(typed, chance)
        near = {one for one in words if OSA.distance(typed, one) <= errors and not one.isdigit()}
        found = [one for group in lookalikes.of(typed, errors) for one in group]
        assert near <= set(found) <= set(words)


def test_most_other_words_are_not_compared_and_none_of_another_length():
    words = sorted({"rechnung", "kundigung", "störung", "tarif", "rechnungen", "verrechnung", "umzug", "vertrag"})
    assert Lookalikes(lookalike_tables(words)).of("rechnunk", 1) == [[], ["rechnung"], []]
    assert Lookalikes(lookalike_tables([])).of("rechnunk", 2) == [[]] * 5
    assert Lookalikes(lookalike_tables(words)).of("x" * 64, 2) == [[]] * 3


def _misspelt(word: str, chance: random.Random) -> str:
    place, letter = chance.randrange(len(word)), chance.choice(LETTERS)
    swapped = word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :]
    kinds = (word[:place] + word[place + 1 :] or letter, word[:place] + letter + word[place:], swapped)
    return chance.choice((*kinds, word[:place] + letter + word[place + 1 :]))
