"""The plain scan for the minutes without an index."""

from portal.search import scan
from tests.search.conftest import DOCUMENTS


def keys(text, **more):
    return [hit.key for hit in scan(DOCUMENTS, text, **({"language": "de", "limit": 5} | more)).hits]


def test_titles_are_scanned():
    assert keys("vertrag kündige")[0] == "de/kuendigen/kuendigen"
    assert keys("restart router", language="en")[0] == "en/internet/router"


def test_keywords_are_scanned_and_count_less_than_titles():
    assert keys("posten") == ["de/rechnung/lesen"]


def test_parts_of_words_and_umlauts_in_any_spelling_are_found():
    assert keys("kuendigungsfr") == ["de/kuendigen/frist"]


def test_other_languages_and_texts_are_not_scanned():
    assert keys("router", language="fr") == []
    assert keys("sterbeurkunde") == []


def test_the_limit_holds_and_the_total_counts_all():
    results = scan(DOCUMENTS, "wlan rechnung tarif umzug", language="de", limit=2)
    assert len(results.hits) == 2
    assert results.total == 4
    assert sum(results.categories.values()) == 4


def test_hostile_input_is_only_text():
    for text in ("", "\0", "*" * 500, "a" * 20000, "\ud800", "😀"):
        assert scan(DOCUMENTS, text, language="de", limit=5).total >= 0
