"""An article that has every typed word is never hidden by articles that only mean the same."""

import pytest

from portal.search import Searcher
from portal.search.complete import Complete
from portal.search.index.build import build_index
from portal.search.ladder import concepts
from portal.search.telling import typed_words
from tests.search.conftest import german

TWINS = [german(f"x/faktura-{number}", f"Faktura {number} bezahlen", "Faktura bezahlen.") for number in range(30)]
PLAIN = german("x/ablage", "Ablage im Konto", "Nach einem Umzug wird jede Rechnung, die wir begleichen, abgelegt.")
SHOWN = [german(f"x/nachweis-{number}", f"Nachweis {number} hochladen", "Nachweis hochladen.") for number in range(30)]
QUIET = german("x/akte", "Ablage bei uns", "Nachweis für die Akte hochladen.")
SYNONYMS = {"de": "rechnung, faktura\nbegleichen, bezahlen"}


@pytest.fixture(scope="module")
def help_centre(tmp_path_factory):
    folder = tmp_path_factory.mktemp("complete")
    build_index([*TWINS, PLAIN, *SHOWN, QUIET], folder, synonyms=SYNONYMS, fingerprint="x")
    return Searcher.open(folder)


def found(searcher, text, **more):
    return [hit.key for hit in searcher.search(text, language="de", **more).hits]


def complete(text, opened):
    return Complete(concepts(text, opened), typed_words(text, "de"), opened)


@pytest.mark.parametrize("typed", ["rechnung begleichen", "Wie kann ich Rechnungen begleichen?"])
def test_an_article_with_every_word_is_on_the_first_page(help_centre, typed):
    assert PLAIN.key in found(help_centre, typed)


def test_of_many_with_every_telling_word_one_that_has_the_little_words_too_is_on_the_first_page(help_centre):
    assert QUIET.key not in found(help_centre, "nachweis hochladen")
    assert QUIET.key in found(help_centre, "nachweis für die hochladen")


def test_pages_neither_repeat_nor_lose_an_article(help_centre):
    pages = [key for offset in range(0, 40, 10) for key in found(help_centre, "rechnung begleichen", offset=offset)]
    assert sorted(pages) == sorted(one.key for one in [*TWINS, PLAIN])


def test_inflections_count_as_the_word_and_synonyms_do_not(help_centre):
    opened = help_centre._languages["de"]
    having = complete("Rechnungen begleichen", opened)
    assert having.documents == {opened.document(PLAIN.key)}
    assert opened.document(TWINS[0].key) not in having.documents


def test_with_a_word_that_no_article_has_nothing_is_complete(help_centre):
    opened = help_centre._languages["de"]
    assert complete("rechnung xylophon", opened).documents == set()
