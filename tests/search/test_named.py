"""Whoever types a whole keyword finds the article whose author wrote it down, whatever the titles of others say."""

import pytest

from portal.search import Searcher
from portal.search.index.build import build_index
from tests.search.conftest import german

DEBIT = german("rechnung/lastschrift", "Wann wird abgebucht?", "Abgebucht wird am Ersten.")
WRONG = german("rechnung/falsch", "Die Rechnung stimmt nicht", "Melden Sie sich.", keywords=("zu viel abgebucht",))
MANY = [german(f"x/{number}", f"Gerät {number}", "Ein Gerät.", keywords=("hilfe zum gerät",)) for number in range(4)]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("named")
    build_index(
        [DEBIT, WRONG, *MANY, german("x/hilfe", "Hilfe zum Gerät", "Hilfe.")], folder, synonyms={}, fingerprint="x"
    )
    searcher = Searcher.open(folder)
    return lambda text: [hit.key for hit in searcher.search(text, language="de").hits]


@pytest.mark.parametrize("typed", ["zu viel abgebucht", "Zu viel abgebucht?"])
def test_the_article_with_the_whole_keyword_stands_first(found, typed):
    assert found(typed)[0] == WRONG.key


@pytest.mark.parametrize("typed", ["abgebucht", "viel zu abgebucht"])
def test_a_part_of_it_or_another_order_is_a_search_like_any_other(found, typed):
    assert found(typed)[0] == DEBIT.key


def test_a_keyword_of_many_articles_lifts_none(found):
    assert found("hilfe zum gerät")[0] == "de/x/hilfe"


def test_signs_that_are_no_words_name_nothing(found):
    assert found("???") == []
