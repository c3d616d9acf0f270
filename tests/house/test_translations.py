"""Catalogs have no missing and no stale sentence, in German, English and informal German."""

import re
import tomllib
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGS = ROOT / "portal" / "translations"


def catalog(folder: Path) -> list:
    """Every sentence of a catalog; the header, a message without words, is none."""
    read = read_po(BytesIO((folder / "LC_MESSAGES" / "messages.po").read_bytes()))
    return [message for message in read if message.id]


@pytest.fixture(scope="module")
def written() -> set:
    """Every sentence in code and templates."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(each["pattern"], each["method"]) for each in mappings]
    keywords = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}
    found = extract_from_dir(str(ROOT), methods, {}, keywords, ())
    return {
        message if isinstance(message, str) else tuple(message[:2])
        for _file, _line, message, _comments, _context in found
    }


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_sentence_is_translated_and_none_is_stale(written, language):
    messages = {message.id: message.string for message in catalog(CATALOGS / language)}
    assert set(messages) == written, "run `make translations` and fill in the new sentences"
    empty = [
        sentence
        for sentence, translated in messages.items()
        if not all([translated] if isinstance(translated, str) else translated)
    ]
    assert not empty


in_every_catalog = pytest.mark.parametrize(
    "folder",
    [CATALOGS / "de", CATALOGS / "en", CATALOGS / "informal" / "de"],
    ids=lambda path: str(path.relative_to(CATALOGS)),
)


@in_every_catalog
def test_a_catalog_is_sorted_so_that_two_changes_rarely_meet_and_none_stands_where_nobody_looks(folder):
    messages = catalog(folder)
    assert [each.id for each in messages] == [each.id for each in sorted(messages)], "run `make translations`"


@in_every_catalog
def test_a_translation_has_the_same_gaps_as_its_sentence(folder):
    gaps = re.compile(r"%\(\w+\)s")
    for message in catalog(folder):
        originals = (message.id,) if isinstance(message.id, str) else message.id
        translations = (message.string,) if isinstance(message.string, str) else message.string
        for original, translation in zip(originals, translations, strict=True):
            assert set(gaps.findall(original)) == set(gaps.findall(translation)), message.id


def test_informal_german_covers_every_sentence_that_addresses_the_reader():
    formal = re.compile(r"\b(Sie|Ihnen|Ihre?[mnrs]?)\b")
    informal = {message.id: message.string for message in catalog(CATALOGS / "informal" / "de")}
    addressed = {message.id for message in catalog(CATALOGS / "de") if formal.search(str(message.string))}
    # "Sie" at the start may also be "she" or "they"; those stand in the informal catalog unchanged in meaning.
    assert addressed == set(informal)
    assert not [each for each in informal.values() if re.search(r"\b(Ihnen|Ihre?[mnrs]?)\b", str(each))]


def test_german_has_no_exclamation_marks_and_no_excuses():
    for message in catalog(CATALOGS / "de"):
        assert not re.search(r"!|\bleider\b|\bgerne\b", str(message.string), re.IGNORECASE), message.string


@pytest.mark.parametrize("folder", [CATALOGS / "de", CATALOGS / "informal" / "de"], ids=["Sie", "Du"])
def test_german_has_one_word_for_what_is_pressed_on_a_page(folder):
    # The law's word, which the documents of declarations say as well.
    assert not [each.string for each in catalog(folder) if re.search(r"\bKn[oö]pf", str(each.string))]


def test_informal_german_asks_in_one_form():
    short = re.compile(
        r"\b(wähl|prüf|füll|stell|nenn|setz|füg|zieh|drück|heb|trag|such|schreibe)\b(?! ich)", re.IGNORECASE
    )
    assert not [each.string for each in catalog(CATALOGS / "informal" / "de") if short.search(str(each.string))]
