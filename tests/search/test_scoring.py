"""The same articles are found, whether they are looked at one by one or all together."""

import pytest

from portal.search import Searcher
from portal.search.index.build import build_index
from portal.search.ladder import concepts
from portal.search.scoring import FoundAmongMany, FoundFew, found_by
from tests.search.conftest import german

# Phrases of words that many, few, and no articles have.
SYNONYMS = {"de": "langsam => router glasfaser\ntot => router sicherung\nstumm => glasfaser gewitter"}
WORDS = ("Router", "Glasfaser", "Rechnung", "Umzug")
RARE = {7: "Gewitter", 11: "Gewitter Sicherung", 13: "Sicherung"}
DOCUMENTS = [
    german(
        f"{('netz', 'geld')[number % 2]}/{number}",
        f"{WORDS[number % 4]} {number}",
        f"{WORDS[number % 3]} und {WORDS[number % 2]}. {RARE.get(number, '')}",
    )
    for number in range(60)
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scoring")
    build_index(DOCUMENTS, folder, synonyms=SYNONYMS, fingerprint="x")
    return Searcher.open(folder)._languages["de"]


def seen(found):
    """What a page of results needs of it."""
    categories = (None, "netz", "geld", "nowhere")
    best = [found.best(most, category) for most in (3, 60) for category in categories]
    return bool(found), found.by_category(), best, found.best_of(range(60), "geld"), [one in found for one in range(60)]


@pytest.mark.parametrize(
    "text", ["gewitter", "sicherung gewitter", "stumm", "tot", "langsam", "router sicherung", "xyz"]
)
def test_few_articles_are_found_with_the_same_scores_one_by_one_and_together(opened, text):
    asked = [concept for concept in concepts(text, opened) if concept.alternatives or concept.phrases]
    weighed = [(concept, 1 / len(asked)) for concept in asked]
    assert seen(FoundFew(weighed, opened)) == seen(FoundAmongMany(weighed, opened))


@pytest.mark.parametrize(
    ("text", "kind"), [("gewitter", FoundFew), ("stumm", FoundFew), ("router gewitter", FoundAmongMany)]
)
def test_only_a_query_without_frequent_words_is_looked_at_one_by_one(opened, text, kind):
    weighed = [(concept, 1.0) for concept in concepts(text, opened)]
    assert type(found_by(weighed, opened)) is kind


def test_a_phrase_means_the_articles_with_all_of_its_words(opened):
    for text, words in (("stumm", ("Glasfaser", "Gewitter")), ("langsam", ("Router", "Glasfaser"))):
        found = found_by([(concept, 1.0) for concept in concepts(text, opened)], opened)
        having = {one.key for one in DOCUMENTS if all(word in f"{one.title} {one.body}" for word in words)}
        assert {opened.keys[document] for document, _ in found.best(60, None)} == having != set()
