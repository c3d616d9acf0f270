"""Related words of a thesaurus that may be there."""

import pytest

from portal.search import Searcher, build_index
from portal.search.thesaurus import WEIGHT, related_words
from tests.search.conftest import german

THESAURUS = """UTF-8
beleg|2
-|Beleg|Quittung (ugs.)|Schriftstück (Oberbegriff)
-|Zitat|Beleg
lauf|5
-|Lauf|Quittung
-|Lauf|eins
-|Lauf|zwei
-|Lauf|drei
-|Lauf|vier
der|1
-|der|Quittung
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "th_de_DE_v2.dat").write_text(THESAURUS, "utf-8")
    return tmp_path


def test_wider_words_and_remarks_are_left_out(folder):
    assert related_words(folder, language="de")["beleg",] == {("quittung",): WEIGHT, ("zitat",): WEIGHT}


def test_words_of_many_senses_and_stop_words_say_nothing(folder):
    assert related_words(folder, language="de").keys() == {("beleg",)}


def test_no_file_is_no_thesaurus(tmp_path):
    assert related_words(tmp_path, language="de") == related_words(tmp_path, language="fr") == {}


def test_a_related_word_is_found_only_with_a_thesaurus(folder, tmp_path):
    documents = [german("a/quittung", "Quittung drucken"), german("a/tarif", "Tarif wechseln")]
    for thesaurus, found in ((folder, ["de/a/quittung"]), (None, [])):
        build_index(documents, tmp_path / "index", synonyms={}, fingerprint="x", thesaurus=thesaurus)
        searcher = Searcher.open(tmp_path / "index")
        assert [hit.key for hit in searcher.search("beleg", language="de").hits] == found
