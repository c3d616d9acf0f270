"""Each rung of the ladder, in both languages."""

import pytest

from portal.search import Searcher
from portal.search.index.build import build_index
from portal.search.ladder import ALIKE, concepts
from portal.search.language.relatives import FAMILY, KNOWN_PART
from portal.search.language.spelling import unlikelihood
from portal.search.language.synonyms import RELATED
from tests.search.conftest import german as german_document


@pytest.fixture
def german(searcher):
    return searcher._languages["de"]


@pytest.fixture
def english(searcher):
    return searcher._languages["en"]


@pytest.mark.parametrize(
    ("typed", "language", "found"),
    [
        ("tarif", "de", "vertrag/tarif"),
        ("router", "en", "internet/router"),
        ("Rechnungen", "de", "rechnung/lesen"),
        ("paying payments", "en", "bill/pay"),
    ],
)
def test_the_word_and_its_inflections_find_the_article(first, typed, language, found):
    assert first(typed, language) == found


@pytest.mark.parametrize(
    "typed", ["kündigungsfrist", "kuendigungsfrist", "kundigungsfrist", "KÜNDIGUNGSFRIST", "Kündigungsfristen"]
)
def test_umlauts_may_be_written_in_any_way(first, typed):
    assert first(typed) == "kuendigen/frist"


@pytest.mark.parametrize("typed", ["straße umzug", "strasse umzug", "STRASSE umzug"])
def test_sharp_s_is_double_s(first, searcher, typed):
    assert first(typed) == "vertrag/umzug"
    assert "straß" not in str(searcher.search(typed, language="de").terms)


def test_frist_finds_kuendigungsfrist(first):
    assert first("frist") == "kuendigen/frist"


def test_zahlung_finds_zahlungsart(first):
    assert first("zahlung") == "rechnung/zahlung"


@pytest.mark.parametrize(
    ("typed", "found"),
    [("kündigungsf", "kuendigen/frist"), ("zahlungsa", "rechnung/zahlung"), ("überw", "rechnung/zahlung")],
)
def test_a_half_typed_last_word_is_enough(first, typed, found):
    assert first(typed) == found


def test_a_half_typed_english_word_is_enough(first):
    assert first("how to canc", "en") == "cancel/cancel"


def test_only_the_last_word_may_be_half_typed(english):
    begun, whole = concepts("confir router", english)
    assert begun.alternatives == {english.stem_number("confirm"): ALIKE}, "the weakest rung is left"
    assert whole.is_known


@pytest.mark.parametrize("typed", ["frist kündigung", "kündigung frist", "Kündigungs Frist"])
def test_a_split_or_turned_compound_finds_the_compound(first, typed):
    assert first(typed) == "kuendigen/frist"


@pytest.mark.parametrize("typed", ["routerpasswort", "passwortrouter", "vertragsumzug"])
def test_a_compound_nobody_wrote_is_taken_apart(searcher, typed):
    found = [hit.key for hit in searcher.search(typed, language="de").hits]
    assert found[0] in {"de/internet/wlan", "de/internet/router", "de/vertrag/umzug"}


@pytest.mark.parametrize(
    ("typed", "known", "found"),
    [
        ("routerpasswortseite", ["rout", "passwor", "sei"], "internet/wlan"),
        ("gesamtfaktura", ["faktura"], "rechnung/lesen"),
        ("grosstarife", ["tarif"], "vertrag/tarif"),
    ],
)
def test_of_a_compound_the_parts_count_that_mean_something(first, german, typed, known, found):
    assert [part.readings[0] for part in concepts(typed, german)] == known
    assert first(typed) == found


@pytest.mark.parametrize("typed", ["gesellschaftsumzug", "hochtarif5", "wortgleich"])
def test_a_word_that_is_mostly_unknown_or_no_compound_stays_whole(german, typed):
    assert [one.word for one in concepts(typed, german)] == [typed]
    assert not any(value == 1.0 for value in concepts(typed, german)[0].alternatives.values())


def test_the_parts_of_a_compound_are_two_concepts(german):
    assert [concept.word for concept in concepts("routertarif", german)] == ["routertarif", "routertarif"]


@pytest.mark.parametrize(
    ("typed", "language", "found"),
    [
        ("faktura", "de", "rechnung/lesen"),
        ("kennwort", "de", "internet/wlan"),
        ("terminate", "en", "cancel/cancel"),
        ("invoice", "en", "bill/read"),
    ],
)
def test_a_synonym_stands_for_the_word(first, typed, language, found):
    assert first(typed, language) == found


@pytest.mark.parametrize("typed", ["drahtloses netz", "w-lan", "W‑LAN"])
def test_a_synonym_may_have_several_words_or_a_hyphen(first, typed):
    assert first(typed) == "internet/wlan"


def test_a_one_way_synonym_works_one_way(first, german):
    assert first("flatrate") == "vertrag/tarif"
    assert first("plan", "en") == "cancel/cancel"
    (concept,) = concepts("tarif", german)
    assert german.meanings.of("tarif") is None
    assert concept.readings == ["tarif"]


def test_a_related_word_counts_less_and_only_one_way(first, german):
    (concept,) = concepts("sperrmüll", german)
    assert concept.alternatives == {german.stem_number("umzug"): RELATED}
    assert first("sperrmüll") == "vertrag/umzug"
    assert german.meanings.of("umzug") is None


def test_a_question_of_several_words_may_be_related(first):
    assert first("wie lange vorher") == "kuendigen/frist"


def test_a_word_that_only_the_synonym_file_has_is_found_by_its_beginning(searcher):
    assert [hit.key for hit in searcher.search("payable", language="en").hits] == ["en/bill/pay"]


def test_words_of_one_family_find_each_other(german):
    (concept,) = concepts("kündigung", german)
    assert concept.alternatives[german.stem_number("kundig")] >= FAMILY


def test_slow_and_long_are_no_family(tmp_path):
    slow = german_document("netz/langsam", "Internet ist langsam", "Was bremst, steht hier.")
    long = german_document("vertrag/dauer", "Wie lange läuft mein Vertrag?", "So lange, wie vereinbart.")
    build_index([slow, long], tmp_path, synonyms={}, fingerprint="slow")
    found = Searcher.open(tmp_path).search("langsam", language="de")
    assert [hit.key for hit in found.hits] == [slow.key]


def test_a_mistyped_synonym_is_understood(first):
    assert first("fakturra") == "rechnung/lesen"


@pytest.mark.parametrize("typed", ["rechnugn", "rechnnung", "rechung", "rechnuhg"])
def test_one_typing_error_is_forgiven(first, typed):
    assert first(typed) == "rechnung/lesen"


def test_swapped_letters_count_as_one_error(first):
    assert first("tairf") == "vertrag/tarif"
    assert first("biil", "en") == "bill/read"


def test_two_errors_are_forgiven_in_a_long_word(first):
    assert first("kündigungsfirt") == "kuendigen/frist"


def test_the_key_beside_the_right_one_is_the_likelier_slip(german):
    close = unlikelihood("rechnunf", "rechnung", 1, german)
    assert close < unlikelihood("rechnunp", "rechnung", 1, german) < unlikelihood("xechnung", "rechnung", 1, german)


def test_a_german_verb_is_found_by_its_participle(tmp_path):
    documents = [german_document("a/x", "Geräte zurückgeben"), german_document("a/y", "Geräte verloren")]
    build_index(documents, tmp_path, synonyms={}, fingerprint="")
    assert Searcher.open(tmp_path).search("zurückgegeben", language="de").hits[0].key == "de/a/x"


def test_a_compound_of_the_articles_also_finds_its_parts_weakly(tmp_path):
    documents = [german_document("a/x", "Schnelltest im Haus"), german_document("a/y", "Schnell einen Test buchen")]
    build_index(documents, tmp_path, synonyms={}, fingerprint="")
    (concept,) = concepts("schnelltest", (opened := Searcher.open(tmp_path)._languages["de"]))
    assert concept.alternatives[opened.stem_number("tes")] >= KNOWN_PART


def test_of_many_completions_the_frequent_ones_are_kept(tmp_path):
    rare = [german_document(f"a/{letter}", f"ver{letter}a") for letter in "abcdefghijklmnopqrstuvw"]
    often = [german_document(f"b/{number}", "verzeichnis") for number in range(3)]
    more = [german_document(f"c/{letter}", f"ver{letter}o") for letter in "bcdfghjklmnpqrs"]
    build_index([*rare, *often, *more], tmp_path, synonyms={}, fingerprint="")
    (concept,) = concepts("ver", (opened := Searcher.open(tmp_path)._languages["de"]), is_typing=True)
    assert opened.stem_number("verzeichni") in concept.alternatives


def test_a_known_word_is_never_corrected(german):
    (concept,) = concepts("rechnung", german)
    assert concept.corrections == []


def test_letters_of_the_title_rescue_what_no_word_finds(first):
    assert first("xtodesfallxx") == "vertrag/todesfall"


def test_no_alternative_outweighs_the_word_itself(german):
    for concept in concepts("rechnung router tarif", german):
        assert max(concept.alternatives.values()) == 1.0


def test_stop_words_do_not_count_unless_they_are_all(german):
    assert [concept.word for concept in concepts("was ist mit der rechnung", german)][-1] == "rechnung"
    assert concepts("wie ist das", german)


def test_at_most_twelve_terms_count(german):
    text = " ".join(f"wort{letter}" for letter in "abcdefghijklmnopqrst")
    assert len({concept.word for concept in concepts(text, german)}) <= 12
