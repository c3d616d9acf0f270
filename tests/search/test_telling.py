"""Which words of a question count, and how much."""

import pytest

from portal.search.ladder import concepts
from portal.search.telling import MOST_TERMS, QUESTION_WORD_SHARE, WEAK_WORD_SHARE, share_of


@pytest.fixture
def german(searcher):
    return searcher._languages["de"]


@pytest.mark.parametrize(
    ("word", "language", "share"),
    [
        ("rechnung", "de", 1.0),
        ("brauche", "de", WEAK_WORD_SHARE["de"]),
        ("welche", "de", QUESTION_WORD_SHARE),
        ("invoice", "en", 1.0),
        ("wondering", "en", WEAK_WORD_SHARE["en"]),
        ("how", "en", QUESTION_WORD_SHARE),
    ],
)
def test_words_that_stand_in_any_question_count_less(word, language, share):
    assert share_of(word, language) == share


@pytest.mark.parametrize(("word", "language"), [("nicht", "de"), ("kein", "de"), ("not", "en")])
def test_a_negation_tells_something_because_it_names_a_fault(word, language):
    assert share_of(word, language) == 1.0


def test_a_weak_word_does_not_outweigh_the_matter(first):
    assert first("ich brauche leider noch eine rechnung") == "rechnung/lesen"


def test_weak_words_of_a_known_phrase_count_as_much_as_others(german):
    assert {concept.word: concept.share for concept in concepts("wie lange", german)} == {"wie": 0.5, "lange": 1.0}


def test_of_a_long_question_the_words_that_say_something_are_kept(german):
    weak = "brauche möglich erzählen eigentlich vielleicht wirklich leider bereits plötzlich trotzdem dennoch gerade"
    found = [concept.word for concept in concepts(f"{weak} router passwort", german)]
    assert len(found) == MOST_TERMS
    assert found[-2:] == ["router", "passwort"]
