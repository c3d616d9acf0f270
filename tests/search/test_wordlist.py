"""Many words in few bytes."""

import pytest

from portal.search.language.wordlist import GROUP, WordList, packed_words


def word_list(words):
    return WordList(*packed_words(sorted(words)))


@pytest.mark.parametrize("size", [0, 1, GROUP - 1, GROUP, GROUP + 1, 10 * GROUP])
def test_every_word_has_its_position(size):
    words = [f"wort{number:04}" for number in range(size)]
    found = word_list(words)
    assert len(found) == size
    assert [found[position] for position in range(size)] == words
    assert [found.position(word) for word in words] == list(range(size))


@pytest.mark.parametrize("word", ["", "a", "wort", "wort0000x", "zz"])
def test_other_words_have_none(word):
    assert word_list(f"wort{number:04}" for number in range(50)).position(word) is None


def test_words_beginning_alike_are_found_across_groups():
    words = sorted([f"a{number:03}" for number in range(40)] + [f"b{number:03}" for number in range(40)])
    found = word_list(words)
    assert found.beginning_with("b", limit=100) == (40, words[40:])
    assert found.beginning_with("b", limit=30) == (40, words[40:70])
    assert found.beginning_with("a01", limit=100) == (10, words[10:20])
    assert found.beginning_with("a01", limit=1) == (10, ["a010"])
    assert found.beginning_with("c", limit=9)[1] == word_list([]).beginning_with("a", limit=9)[1] == []
    assert found.beginning_with("", limit=100) == (0, words)
