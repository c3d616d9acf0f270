"""Synonyms of words that the articles use themselves."""

import pytest

from portal.search import Searcher
from portal.search.index.build import build_index
from portal.search.ladder import concepts
from portal.search.language.synonyms import SYNONYM
from portal.search.usage import OF_DROWNING, OF_OWN_WORD, Usage
from tests.search.conftest import german

SYNONYMS = "zange, werkzeug"


@pytest.mark.parametrize(
    ("own", "other", "left"),
    [(0, 90, 1.0), (2, 90, 1.0), (5, 10, 1.0), (5, 11, OF_DROWNING), (15, 90, OF_OWN_WORD), (60, 1, OF_OWN_WORD)],
)
def test_the_more_articles_have_a_word_the_less_its_synonyms_count(own, other, left):
    usage = Usage([0, own, own + other], 100)
    assert usage.damping(0, 1) == left


def test_synonyms_of_a_word_that_no_article_has_count_fully():
    assert Usage([0, 40], 100).damping(None, 0) == 1.0


def test_a_word_for_all_tools_counts_less_for_who_asks_for_pliers_than_pliers_for_who_asks_for_a_tool(tmp_path):
    tools = [german(f"x/werkzeug-{number}", f"Werkzeug Nummer {number}") for number in range(8)]
    pliers = [german(f"x/zange-{number}", f"Zange Nummer {number}") for number in range(3)]
    others = [german(f"x/rechnung-{number}", f"Rechnung Nummer {number}") for number in range(50)]
    build_index([*tools, *pliers, *others], tmp_path, synonyms={"de": SYNONYMS}, fingerprint="x")
    opened = Searcher.open(tmp_path)._languages["de"]
    (asking_for_pliers,), (asking_for_tools,) = concepts("zange", opened), concepts("werkzeug", opened)
    tool, plier = opened.stem_number("werkzeug"), opened.stem_number("zang")
    assert asking_for_pliers.alternatives[tool] == pytest.approx(SYNONYM * OF_DROWNING)
    assert asking_for_tools.alternatives[plier] == pytest.approx(SYNONYM)
