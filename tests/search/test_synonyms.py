"""Synonym files and their errors."""

import pytest

from portal.search import SynonymError, parse_synonyms
from portal.search.language.synonyms import RELATED, SYNONYM


def test_every_word_of_a_line_stands_for_every_other():
    meanings = parse_synonyms("rechnung, abrechnung, faktura", language="de")
    assert meanings["faktura",] == {("rechnung",): SYNONYM, ("abrechnung",): SYNONYM}
    assert meanings["rechnung",].keys() == {("abrechnung",), ("faktura",)}


def test_an_arrow_works_one_way():
    meanings = parse_synonyms("flatrate, flat => tarif", language="de")
    assert meanings == {("flatrate",): {("tarif",): SYNONYM}, ("flat",): {("tarif",): SYNONYM}}


def test_a_tilde_works_one_way_and_weaker():
    meanings = parse_synonyms("wie lange ~ frist, dauer\nfrist, termin\nfrist ~ termin", language="de")
    assert meanings["wie", "lange"] == {("frist",): RELATED, ("dauer",): RELATED}
    assert ("dauer",) not in meanings
    assert meanings["frist",] == {("termin",): SYNONYM}, "the stronger line counts"


def test_comments_and_empty_lines_are_skipped():
    assert parse_synonyms("# nur ein Wort\n\n  a, b  # Ende\n", language="de").keys() == {("a",), ("b",)}


def test_hyphens_are_joined_and_umlauts_folded():
    assert ("wlan",) in parse_synonyms("W-LAN, drahtloses Netz", language="de")
    assert ("kundigung",) in parse_synonyms("Kündigung, ende", language="de")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a, b\nallein", "line 2: write at least two"),
        ("a, , b", "line 1: a word is missing"),
        ("=> tarif", "line 1: a word is missing"),
        ("# x\na => ", "line 2: a word is missing"),
        ("a => b => c", "line 1: only one"),
        ("a, b\nc ~ d => e", "line 2: only one"),
        ("a ~ b ~ c", "line 1: only one"),
        ("~ tarif", "line 1: a word is missing"),
        ("a, b\nc ~ d, ", "line 2: a word is missing"),
        (", ".join(f"wort{number}" for number in range(61)), "line 1: at most 60"),
        ("a, eins zwei drei vier fünf sechs sieben", "line 1: at most 6"),
    ],
)
def test_a_mistake_is_named_with_its_line(text, message):
    with pytest.raises(SynonymError, match=message):
        parse_synonyms(text, language="de")
