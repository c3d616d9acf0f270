"""Topics: read strictly, every mistake named with file and remedy, changed while running."""

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.foundation.config import CONFIG
from portal.foundation.errors import SettingError
from portal.questions.topics import TOPICS_FILE, Fact, FactKind, TopicsFile, read_topics, topic_faults
from portal.questions.topics.patterns import number_pattern
from portal.questions.topics.values import read_date
from tests.conftest import CONTENT
from tests.questions.asking import NEW
from tests.visitor import Visitor

LANGUAGES = ("de", "en")
GOOD = """
[[topic]]
slug = "bill"
name = { de = "Rechnung", en = "Bill" }
help = { de = "Beträge.", en = "Charges." }
level = "calm"
categories = ["rechnung"]

[[topic.fact]]
name = "bill_number"
kind = "number"
label = { de = "Nummer", en = "Number" }
pattern = 'R-?\\d{6}'
example = "R-123456"
"""
FAULTS = [
    ('slug = "bill"', 'slug = "Bill Ä"', "slug of topic 1"),
    ('name = { de = "Rechnung", en = "Bill" }', 'name = { de = "Rechnung" }', 'write name.en = "…"'),
    ('help = { de = "Beträge.", en = "Charges." }', "", "help of topic bill needs a text"),
    ('level = "calm"', 'levle = "calm"', "write level"),
    ('level = "calm"', "level = 7", "level of topic bill must be a text"),
    ('categories = ["rechnung"]', 'categories = "rechnung"', 'write categories = ["rechnung"]'),
    ('name = "bill_number"', 'name = "bill-number"', "needs a name in a-z"),
    ('kind = "number"', 'kind = "zahl"', "must be one of text, choice, date, number"),
    ('kind = "number"', 'kind = "text"', "pattern of fact bill_number"),
    ('kind = "number"', 'kind = "choice"', "belongs to kind"),
    ("pattern = 'R-?\\d{6}'", "pattern = '(a+)+'", "pattern of fact bill_number of topic bill cannot be used"),
    ('example = "R-123456"', 'example = "X1"', "does not fit its own pattern"),
    ('example = "R-123456"', "", "needs an example"),
    ("[[topic.fact]]", "[topic.fact]", "must be a list of tables"),
    ("[[topic]]\n", "[topic]\n", "must be a list of tables"),
    ('slug = "bill"', 'slug = "bill', "Illegal character"),
    (GOOD, "", "there is no topic"),
    (GOOD, GOOD + GOOD, "two topics have the slug bill"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "topics.toml"
    file.write_text(GOOD)
    return file


@pytest.mark.parametrize(("before", "after", "says"), FAULTS, ids=[each[2] for each in FAULTS])
def test_every_mistake_is_named_with_what_to_write_instead(path, before, after, says):
    path.write_text(GOOD.replace(before, after, 1))
    faults = topic_faults(path, LANGUAGES)
    assert any(says in each for each in faults), faults
    with pytest.raises(SettingError, match=r"topics\.toml cannot be used"):
        read_topics(path, LANGUAGES)


def test_levels_and_categories_must_exist(path):
    faults = topic_faults(path, LANGUAGES, levels={"question"}, categories={"umzug"})
    assert len(faults) == 2 and "level 'calm'" in faults[0] and "category 'rechnung'" in faults[1]
    assert topic_faults(path, LANGUAGES, levels={"calm"}, categories={"rechnung"}) == ()


def test_the_demo_company_has_topics_in_both_languages_and_one_for_everything_else():
    topics = list(read_topics(CONTENT / "topics.toml", LANGUAGES))
    assert 6 <= len(topics) <= 9 and topics[-1].slug == "other"
    for topic in topics:
        assert topic.name("de") != topic.name("en") and topic.help("de") != topic.help("en")
        assert not [fact for fact in topic.facts if fact.is_required]


def test_a_folder_without_the_file_has_one_topic(tmp_path):
    assert [topic.slug for topic in read_topics(tmp_path / "topics.toml", LANGUAGES)] == ["other"]


def test_a_changed_file_is_taken_over_and_a_broken_one_keeps_the_last_good(path, caplog):
    topics = TopicsFile(path, LANGUAGES)
    assert not topics.refresh()
    path.write_text(GOOD.replace("Rechnung", "Rechnungen"))
    assert topics.refresh() and topics.topics.name("bill", "de") == "Rechnungen"
    path.write_text("[[topic]")
    assert not topics.refresh() and topics.topics.name("bill", "de") == "Rechnungen"
    assert "The last good one stays" in caplog.text
    path.unlink()
    assert not topics.refresh() and topics.topics.name("bill", "de") == "Rechnungen"
    path.write_text(GOOD)
    assert topics.refresh() and topics.topics.name("bill", "de") == "Rechnung"


def test_a_topic_that_left_the_file_is_called_by_its_slug(path):
    topics = read_topics(path, LANGUAGES)
    assert topics.name("gone", "de") == "gone" and topics.get("gone") is None and topics.get(None) is None


def test_the_form_shows_a_changed_file_after_the_next_round(app):
    folder = CONFIG.of(app).content
    TOPICS_FILE.of(app)._value = read_topics(folder / "nothing.toml", LANGUAGES)
    page = Visitor(app).opens(NEW)
    assert [each.get("value") for each in page.all("input", name="topic")] == ["other"]


@pytest.mark.parametrize(
    "pattern", [r"(a+)+", r"a*", r"a|b", r"(?=a)", r"\1", "a{2", "[a", "a{99}" * 30, r"\w+", "", r".{1,9}"]
)
def test_a_pattern_that_could_be_slow_or_is_none_is_refused(pattern):
    with pytest.raises(ValueError, match=r"write letters|cannot be read|too many repeats"):
        number_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"K-?\d{7}", ["K-1234567", "k1234567", "K 123 4567"], ["K-123456", "1234567", "K-12345678"]),
        (r"[A-Z]{2}\d{2,4}", ["ab12", "DE1234"], ["D12", "DE12345", "ÄB12"]),
    ],
)
def test_a_number_fits_its_pattern_also_with_spaces_and_small_letters(pattern, good, bad):
    fact = Fact("n", FactKind.NUMBER, {"de": ""}, {}, pattern=number_pattern(pattern), example="x")
    assert all(fact.fits(each) for each in good) and not any(fact.fits(each) for each in bad)


@given(
    st.from_regex(r"\A([A-Z0-9]|\\d|\[A-Z0-9\])(\?|\{\d\}|\{[0-3],[4-9]\})?\Z").map(lambda part: part * 4), st.text()
)
def test_no_pattern_that_is_taken_is_slow(written, text):
    try:
        pattern = number_pattern(written)
    except ValueError:
        return
    begun = time.perf_counter()
    Fact("n", FactKind.NUMBER, {}, {}, pattern=pattern, example="x").fits((text + "A1" * 50_000)[:50_000])
    Fact("n", FactKind.NUMBER, {}, {}, pattern=pattern, example="x").fits("1" * 63 + "!")
    assert time.perf_counter() - begun < 0.1


@pytest.mark.parametrize("typed", ["2026-12-24", "24.12.2026", " 24.12.2026 ", "24. 12. 2026"])
def test_dates_are_read_in_both_spellings(typed):
    assert read_date(typed) == date(2026, 12, 24)


@pytest.mark.parametrize(
    "typed", ["", "24.12.26", "2026-12-32", "0001-01-01", "9999-12-31", "２４.12.2026", "20261224", "x" * 9999]
)
def test_what_is_no_date_is_none(typed):
    assert read_date(typed) is None
