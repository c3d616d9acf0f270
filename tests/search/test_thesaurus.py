"""A thesaurus of the operating system, for words that nobody else knows."""

import pytest

from portal.search import Searcher
from portal.search.index.build import build_index
from portal.search.language.synonyms import SYNONYM
from portal.search.language.thesaurus import OTHER_WIDTH, SAME_SENSE, related_words
from tests.search.conftest import german

THESAURUS = """UTF-8
beleg|2
-|Beleg|Quittung (ugs.)|Schriftstück (Oberbegriff)|Gegenbeweis (Antonym)
-|Zitat|Beleg|so etwas wie ein Beleg
tarif|1
-|Tarif|Quittung
faktura|1
-|Faktura|Quittung
der|1
-|der|Quittung
"""
DOCUMENTS = [
    german("a/quittung", "Quittung drucken"),
    german("a/tarif", "Tarif wechseln"),
    german("a/rechnung", "Rechnung lesen"),
]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "th_de_DE_v2.dat").write_text(THESAURUS, "utf-8")
    return tmp_path


@pytest.fixture
def found(folder, tmp_path):
    build_index(DOCUMENTS, tmp_path / "index", synonyms={"de": "rechnung, faktura"}, fingerprint="x", thesaurus=folder)
    searcher = Searcher.open(tmp_path / "index")
    return lambda text: [hit.key for hit in searcher.search(text, language="de").hits]


def test_single_words_of_the_same_sense_count_more_than_wider_ones_and_opposites_nothing(folder):
    related = dict(related_words(folder, language="de", is_unknown=lambda word: word == "beleg"))
    assert related == {"beleg": {"quittung": SAME_SENSE, "zita": SAME_SENSE, "schriftstuck": OTHER_WIDTH}}
    assert SAME_SENSE < SYNONYM


def test_no_file_is_no_thesaurus(folder, tmp_path):
    for place, language in ((None, "de"), (tmp_path / "nowhere", "de"), (folder, "en"), (folder, "fr")):
        assert not list(related_words(place, language=language, is_unknown=bool))


def test_a_word_that_nobody_else_knows_is_found_by_the_thesaurus(found):
    assert found("beleg") == ["de/a/quittung"]


def test_without_the_thesaurus_it_is_not(tmp_path):
    build_index(DOCUMENTS, tmp_path, synonyms={}, fingerprint="x")
    assert not Searcher.open(tmp_path).search("beleg", language="de").hits


def test_words_of_articles_and_of_the_synonym_file_are_not_asked_about(found):
    assert found("tarif") == ["de/a/tarif"]
    assert found("faktura") == ["de/a/rechnung"]
