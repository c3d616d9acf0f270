"""Folding, stems and passages."""

import pytest

from portal.search.index.passages import passages
from portal.search.language.stemming import stem
from portal.search.language.text import MAX_WORD, fold, joined, words


@pytest.mark.parametrize(
    ("spellings", "folded"),
    [
        (("Kündigung", "Kuendigung", "KUNDIGUNG"), "kundigung"),
        (("Straße", "STRASSE"), "strasse"),
        (("Quelle",), "quelle"),
        (("Steuer",), "steuer"),
        (("genauer",), "genauer"),
        (("Café",), "cafe"),
    ],
)
def test_spellings_of_one_word_fold_to_one(spellings, folded):
    assert {fold(spelling, "de") for spelling in spellings} == {folded}


def test_english_keeps_its_vowels():
    assert fold("shoe", "en") == "shoe"
    assert fold("customer's", "en") == "customer"
    assert fold("can’t", "en") == "cant"


@pytest.mark.parametrize(
    ("american", "british"),
    [
        ("itemized", "itemised"),
        ("color", "colour"),
        ("favorite", "favourite"),
        ("center", "centre"),
        ("fiber", "fibre"),
    ],
)
def test_american_and_british_spellings_are_one_word(american, british):
    assert fold(american, "en") == fold(british, "en") == british


@pytest.mark.parametrize("word", ["size", "letter", "router", "later", "vendor", "collaborate", "meter"])
def test_other_english_words_stay_as_they_are(word):
    assert fold(word, "en") == word


def test_hyphenated_words_are_also_one_word():
    assert words("E-Mail", "de") == ["e", "mail"]
    assert joined("E-Mail und W-LAN", "de") == ["email", "wlan"]


def test_words_have_a_longest_length():
    assert len(words("a" * 1000, "de")[0]) == MAX_WORD


@pytest.mark.parametrize(
    "family",
    [
        ("kundigen", "kundige", "kundigt", "kundigte"),
        ("vertrag", "vertrage", "vertragen", "vertrages", "vertrags"),
        ("rechnung", "rechnungen"),
        ("kinder", "kindern", "kindes", "kind"),
        ("router", "routers", "routern"),
        ("verandern", "verandert"),
    ],
)
def test_german_inflections_share_a_stem(family):
    assert len({stem(word, "de") for word in family}) == 1


def test_schnelltest_does_not_become_schnell():
    assert stem("schnelltest", "de") != stem("schnell", "de")
    assert stem("schnelltests", "de") == stem("schnelltest", "de")


@pytest.mark.parametrize(
    "word", ["veranderten", "kundigtest", "schlechteres", "kundigungsfristen", "abc", "es", "e", "12en"]
)
def test_at_most_three_letters_come_off_and_three_stay(word):
    assert len(word) - 3 <= len(stem(word, "de"))
    assert len(stem(word, "de")) >= min(3, len(word))


def test_a_compound_still_ends_like_its_last_part():
    assert stem("kundigungsfristen", "de").endswith(stem("fristen", "de"))


def test_english_inflections_share_a_stem():
    assert len({stem(word, "en") for word in ("cancel", "cancels", "cancelling", "cancellation")}) == 1


def test_passages_are_sentences_at_their_place_in_the_text():
    text = "Erster Satz. Zweiter Satz!\n\nDritte Zeile"
    assert [(text[start : start + 6], piece) for start, piece in passages(text)] == [
        ("Erster", "Erster Satz."),
        ("Zweite", "Zweiter Satz!"),
        ("Dritte", "Dritte Zeile"),
    ]
