"""German verbs in two pieces."""

import pytest

from portal.search import Searcher
from portal.search.index.build import build_index
from portal.search.language.verbs import separated
from tests.search.conftest import german


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Wie richte ich die Zahlung per Lastschrift ein?", "einrichte"),
        ("Welche Geräte geben Sie uns zurück, und wann?", "zuruckgeben"),
        ("Melden Sie sich im Konto an.", "anmelden"),
        ("wie melde ich mich ab", "abmelde"),
    ],
)
def test_the_first_part_at_the_end_of_the_clause_joins_its_verb(text, whole):
    assert whole in [joined for _, joined in separated(text)]


@pytest.mark.parametrize("text", ["Die Rechnung liegt im Konto.", "ein", "", "Der Vertrag gilt. Ab morgen", "an an an"])
def test_other_sentences_make_no_words(text):
    assert list(separated(text)) == []


@pytest.mark.parametrize(
    "typed", ["lastschrift einrichten", "wie richte ich lastschrift ein", "einrichtung der lastschrift"]
)
def test_a_verb_in_two_pieces_is_found_by_the_whole_and_the_other_way_round(typed, tmp_path):
    documents = [
        german("a/back", "Meine Lastschrift wurde zurückgegeben", "Prüfen Sie die Lastschrift."),
        german("a/new", "Wie richte ich die Lastschrift ein?", "Die Lastschrift gilt sofort."),
        german("a/whole", "Router einrichten", "Folgen Sie der Anleitung."),
    ]
    build_index(documents, tmp_path, synonyms={}, fingerprint="")
    assert Searcher.open(tmp_path).search(typed, language="de").hits[0].key == "de/a/new"
