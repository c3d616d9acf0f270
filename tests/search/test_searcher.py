"""Ranking, filters, snippets, suggestions, corrections and hostile input."""

import re
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.search import MARK_BEGIN, MARK_END, Document, Searcher
from portal.search.index.build import build_index


def text_of(marked) -> str:
    return marked.replace(MARK_BEGIN, "").replace(MARK_END, "")


def marks_of(marked) -> list[str]:
    return re.findall(f"{MARK_BEGIN}(.*?){MARK_END}", marked)


def test_covering_the_query_beats_repeating_one_word(tmp_path):
    documents = [
        Document("repeats", "de", "Lampe", body="Rechnung Rechnung Rechnung Rechnung Rechnung Rechnung"),
        Document("covers", "de", "Stuhl", body="Eine Mahnung folgt der Rechnung und ihrer Zahlung."),
        *(Document(f"other{number}", "de", "Tisch", body="Etwas anderes.") for number in range(5)),
    ]
    build_index(documents, tmp_path, synonyms={}, fingerprint="")
    hits = Searcher.open(tmp_path).search("rechnung mahnung zahlung", language="de").hits
    assert [hit.key for hit in hits[:2]] == ["covers", "repeats"]


def test_a_word_of_the_title_counts_more_than_one_of_the_text(searcher):
    keys = [hit.key for hit in searcher.search("router", language="de").hits]
    assert keys.index("de/internet/router") < keys.index("de/internet/wlan")


def test_languages_never_mix(searcher):
    assert {hit.key[:3] for hit in searcher.search("router", language="en").hits} == {"en/"}


def test_little_words_of_a_text_that_is_not_translated_mean_nothing_in_the_other_language(tmp_path):
    documents = [
        Document("death", "en", "After a death", body="Somebody may die, and the contract ends."),
        Document("storno", "en", "Was ist eine Stornorechnung?", body="Die Rechnung, die bleibt.", written_in="de"),
    ]
    build_index(documents, tmp_path, synonyms={}, fingerprint="")
    searcher = Searcher.open(tmp_path)
    assert [hit.key for hit in searcher.search("die", language="en").hits] == ["death"]
    (found,) = searcher.search("Rechnung", language="en").hits
    assert found.key == "storno" and text_of(found.snippet) == "Die Rechnung, die bleibt."
    assert marks_of(found.snippet) == ["Rechnung"]


def test_a_word_that_only_the_synonym_file_knows_makes_similar_titles_no_answer(tmp_path):
    article = Document("schutz", "de", "Wie schütze ich mein Konto?", body="Mit einem zweiten Faktor.")
    build_index([article], tmp_path, synonyms={"de": "bonität, schufa"}, fingerprint="")
    found = Searcher.open(tmp_path).search("schufa", language="de")
    assert [hit.key for hit in found.hits] == [article.key] and found.is_guess
    assert not Searcher.open(tmp_path).search("schützen", language="de").is_guess


def test_an_unknown_language_finds_nothing(searcher):
    assert searcher.search("router", language="fr").hits == []
    assert searcher.suggest("router", language="fr") == []
    assert searcher.nearest_words("router", language="fr") == []


def test_a_category_narrows_the_hits_but_not_the_counts(searcher):
    every = searcher.search("router", language="de")
    narrowed = searcher.search("router", language="de", category="internet")
    assert {hit.category for hit in narrowed.hits} == {"internet"}
    assert narrowed.categories == every.categories
    assert narrowed.total == every.categories["internet"]
    assert searcher.search("router", language="de", category="nirgends").hits == []


def test_few_suggestions_are_the_first_of_many(tmp_path):
    apart = "Eine Rechnung kommt im Juni. Sie betrifft den Router. Das Kabel liegt bei."
    documents = [
        *(
            Document(f"{number}", "de", "Rechnung Router", body=f"{apart} {'Etwas anderes. ' * number}")
            for number in range(6)
        ),
        Document("answer", "de", "Rechnung und Router", body="Die Rechnung für Router und Kabel kommt per Post."),
        *(Document(f"other{number}", "de", "Lampe", body="Nichts davon.") for number in range(20)),
    ]
    build_index(documents, tmp_path, synonyms={}, fingerprint="")
    searcher = Searcher.open(tmp_path)
    many = [hit.key for hit in searcher.suggest("rechnung router kabel", language="de", limit=10)]
    assert many[0] == "answer"
    for count in range(1, 7):
        assert [hit.key for hit in searcher.suggest("rechnung router kabel", language="de", limit=count)] == many[
            :count
        ]


def test_pages_follow_one_another_without_gap_or_repetition(tmp_path):
    documents = [Document(f"{number:03}", "de", f"Rechnung {number}", body="Text " * number) for number in range(90)]
    build_index(documents, tmp_path, synonyms={}, fingerprint="")
    searcher = Searcher.open(tmp_path)
    pages = [searcher.search("rechnung", language="de", offset=start).hits for start in range(0, 90, 10)]
    keys = [hit.key for page in pages for hit in page]
    assert searcher.search("rechnung", language="de").total == 90
    assert sorted(keys) == [document.key for document in documents]


def test_the_title_is_marked_in_its_original_words(searcher):
    hit = searcher.search("kuendigungsfrist", language="de").hits[0]
    assert text_of(hit.title) == "Welche Kündigungsfrist gilt?"
    assert marks_of(hit.title) == ["Kündigungsfrist"]


def test_the_snippet_is_the_best_sentence_with_marks(searcher):
    hit = searcher.search("grundgebühr voraus", language="de").hits[0]
    # So near the end the sentence before stands there as well: a last one alone says little.
    assert text_of(hit.snippet).endswith("auf Seite zwei. Die Grundgebühr zahlen Sie im Voraus.")
    assert marks_of(hit.snippet) == ["Grundgebühr", "Voraus"]


def test_a_heading_does_not_run_into_the_text_of_a_snippet(tmp_path):
    documents = [Document("a", "de", "Titel", body="Wer zahlt die Reise\nDen Umzug zahlen Sie.\nWir helfen.")]
    build_index(documents, tmp_path, synonyms={}, fingerprint="")
    snippet = text_of(Searcher.open(tmp_path).search("reise", language="de").hits[0].snippet)
    assert snippet == "Wer zahlt die Reise · Den Umzug zahlen Sie. Wir helfen."


def test_a_wrapped_line_of_a_paragraph_stays_one_sentence(tmp_path):
    body = "Wer die Reise bezahlt und wie das geht, steht in dem Brief, den Sie von\nuns bekommen."
    build_index([Document("a", "de", "Titel", body=body)], tmp_path, synonyms={}, fingerprint="")
    snippet = text_of(Searcher.open(tmp_path).search("reise", language="de").hits[0].snippet)
    assert snippet == body.replace("\n", " ")


def test_english_words_count_more_when_they_are_neighbours_as_typed(tmp_path):
    texts = {
        "apart": "Money comes by direct way, debit later.",
        "together": "Later money comes by way of direct debit.",
    }
    documents = [Document(key, "en", "Ways", body=text) for key, text in texts.items()]
    build_index(documents, tmp_path, synonyms={}, fingerprint="")
    hits = Searcher.open(tmp_path).search("direct debit", language="en").hits
    assert [hit.key for hit in hits] == ["together", "apart"]


def test_a_long_text_is_cut_at_a_word(tmp_path):
    build_index(
        [Document("long", "de", "Titel", body="Rechnung " + "langeswort " * 100)], tmp_path, synonyms={}, fingerprint=""
    )
    snippet = text_of(Searcher.open(tmp_path).search("rechnung", language="de").hits[0].snippet)
    assert snippet.endswith("langeswort …")
    assert len(snippet) <= 210


def test_did_you_mean_offers_the_spelling_of_the_articles(searcher):
    assert searcher.search("welche kündigungsfirst gilt", language="de").did_you_mean == "welche Kündigungsfrist gilt"


def test_did_you_mean_never_offers_a_word_that_only_the_synonym_file_has(searcher):
    assert searcher.search("kennwot", language="de").did_you_mean is None
    assert searcher.search("kennwot", language="de").hits[0].key == "de/internet/wlan"


def test_did_you_mean_keeps_the_small_letters_of_an_english_word(tmp_path):
    build_index([Document("a", "en", "Restart"), Document("b", "en", "Tariff")], tmp_path, synonyms={}, fingerprint="")
    opened = Searcher.open(tmp_path)
    assert opened.search("restert", language="en").did_you_mean == "restart"
    assert opened.search("Restert", language="en").did_you_mean == "Restart"


@pytest.mark.parametrize("typed", ["kündigungsfrist", "faktura", "frist kündigung", "", "kündigungsf"])
def test_did_you_mean_is_silent_when_every_word_is_understood(searcher, typed):
    assert searcher.search(typed, language="de").did_you_mean is None


def test_suggestions_follow_a_half_typed_word(searcher):
    assert searcher.suggest("wlan pas", language="de")[0].key == "de/internet/wlan"
    assert {hit.key for hit in searcher.suggest("kün", language="de")} >= {
        "de/kuendigen/kuendigen",
        "de/kuendigen/frist",
    }
    assert len(searcher.suggest("r", language="de", limit=2)) <= 2


def test_titles_alone_find_what_their_words_begin_or_mean(searcher):
    assert searcher.titles("wlan pas", language="de")[0] == "de/internet/wlan"
    assert [*searcher.titles("faktura", language="de")] == [h.key for h in searcher.suggest("faktura", language="de")]
    assert len(searcher.titles("kün", language="de", limit=1)) == 1
    assert not searcher.titles("router", language="fr")
    assert searcher.titles("ruoter", language="de") and not searcher.titles("blorfkramuschel", language="de")


@pytest.mark.parametrize(("typed", "is_found"), [("wlan pas", True), ("faktura", True), ("ruoter", False), ("", False)])
def test_titles_may_be_wanted_for_words_that_the_articles_know_and_for_no_guess(searcher, typed, is_found):
    assert bool(searcher.titles(typed, language="de", is_literal=True)) is is_found
    assert searcher.titles("ruoter wlan", language="de") and not searcher.titles(
        "ruoter wlan", language="de", is_literal=True
    )


def test_related_articles_share_words_and_are_other_articles(searcher):
    related = searcher.related("de/internet/router", limit=4)
    assert "de/internet/wlan" in related
    assert "de/internet/router" not in related
    assert searcher.related("de/gibt/es/nicht", limit=4) == searcher.related("xx/gibt", limit=4) == []


def test_nearest_words_come_from_the_articles(searcher):
    assert searcher.nearest_words("rechnugn", language="de")[0] == "Rechnung"
    assert searcher.nearest_words("", language="de") == []


HOSTILE = [
    "",
    " ",
    "\0",
    '* " ( AND NOT : ^ ~ [ TO',
    "a" * 20000,
    "rechnung " * 5000,
    "😀🤖",
    "שלום עולם",
    "\u202eabc",
    "%_'; --",
    "\ud800",
    "ß" * 300,
    "-" * 500,
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_input_is_only_text(searcher, typed):
    assert searcher.search(typed, language="de").total >= 0
    assert isinstance(searcher.suggest(typed, language="de"), list)
    assert isinstance(searcher.nearest_words(typed, language="de"), list)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.one_of(
        st.text(max_size=80),
        st.lists(st.sampled_from(["rechnung", "wlan", "fra", '"', "*", "\0", "kündigung"]), max_size=50).map(" ".join),
    )
)
def test_no_text_breaks_the_search(searcher, typed):
    for language in ("de", "en"):
        results = searcher.search(typed, language=language)
        assert len(results.hits) <= 10
        assert len({hit.key for hit in results.hits}) == len(results.hits)
        assert all(hit.score >= 0 for hit in results.hits)
        assert results.total >= len(results.hits)


def test_strange_limits_are_harmless(searcher):
    assert len(searcher.search("router", language="de", limit=0).hits) <= 1
    assert searcher.search("router", language="de", offset=-5).hits
    assert searcher.search("router", language="de", offset=1000).hits == []


def test_threads_may_search_together(searcher):
    expected = [hit.key for hit in searcher.search("router", language="de").hits]
    wrong = []

    def ask():
        for _ in range(50):
            found = [hit.key for hit in searcher.search("router", language="de").hits]
            wrong.extend([found] if found != expected else [])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
