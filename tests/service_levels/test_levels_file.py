"""service-levels.toml: every mistake stops the start with a sentence; a running portal keeps the last good file."""

import os
import tomllib

import pytest

from portal.foundation.errors import SettingError
from portal.service_levels.levels_file import LevelsFile, level_faults, read_levels
from portal.service_levels.levels_reading import levels_from
from tests.service_levels.desk import CONTENT

BOTH = ("de", "en")
LEVEL = """
[[level]]
slug = "question"
name = "Anfrage"
definition = "Jede Anfrage."
examples = ["Eine."]
counter_examples = ["Keine."]
first_answer = "8 h"
next_answer = "4 h 30 min"
tell = { breach = "lead" }
steps = ["Antworten."]
script = { first_sentence = "Ja.", check = ["Name?"], never_say = ["Nein."], call_when = "Nie." }
"""
GOOD = 'default = "question"\n' + LEVEL


def levels(text: str):
    return levels_from(tomllib.loads(text), BOTH)


def test_the_demo_company_s_file_has_no_fault():
    assert level_faults(CONTENT / "service-levels.toml", BOTH) == ()


def test_a_short_file_is_enough_and_texts_without_a_language_hold_for_all():
    found, faults = levels(GOOD)
    assert faults == ()
    level = found.level("question")
    assert (level.first_answer, level.next_answer, level.solution) == (480, 270, None)
    assert level.name("de") == level.name("en") == "Anfrage"
    assert (found.silence.reminder_days, found.silence.closing_days, found.reopen_days) == (5, 10, 14)


def test_a_folder_without_the_file_has_one_plain_level(tmp_path):
    found = read_levels(tmp_path / "service-levels.toml", BOTH)
    assert list(found.levels) == ["question"]
    assert found.level(None).name("en") == "Question"


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ('default = "question"', "", "default must name a level of the file, write one of question"),
        ('default = "question"', 'default = "platinum"', "default must name a level"),
        ('default = "question"', "default = 5", "default must name a level"),
        ('slug = "question"', 'slug = "Große Frage"', "the slug of level 1"),
        ('slug = "question"', "slug = 7", "the slug of level 1"),
        ('slug = "question"', f'slug = "{"a" * 33}"', "the slug of level 1"),
        ('name = "Anfrage"', 'names = "Anfrage"', "has a key 'names' that means nothing; write name"),
        (
            'name = "Anfrage"',
            'name = { de = "Anfrage" }',
            "name of level question is missing in one language, write name.en",
        ),
        ('name = "Anfrage"', 'name = ""', "name of level question needs a text"),
        ('name = "Anfrage"', "name = 5", "name of level question needs a text"),
        ('name = "Anfrage"', f'name = "{"a" * 2001}"', "name of level question needs a text"),
        ('examples = ["Eine."]', 'examples = "Eine."', "examples of level question needs a list"),
        ('examples = ["Eine."]', "examples = []", "examples of level question needs a list"),
        ('examples = ["Eine."]', "examples = [1]", "examples of level question needs a list"),
        ('first_answer = "8 h"', "", "needs first_answer and next_answer"),
        ('first_answer = "8 h"', "first_answer = 8", "first_answer of level question must be working time"),
        ('first_answer = "8 h"', 'first_answer = "2 days"', "must be working time up to 400 h"),
        ('first_answer = "8 h"', 'first_answer = ""', "must be working time"),
        ('first_answer = "8 h"', 'first_answer = "0 h"', "must be working time"),
        ('first_answer = "8 h"', 'first_answer = "-8 h"', "must be working time"),
        ('first_answer = "8 h"', 'first_answer = "401 h"', "must be working time"),
        ('tell = { breach = "lead" }', "", "somebody must be told when a promise of level question is missed"),
        ('tell = { breach = "lead" }', 'tell = { breach = "boss" }', "may hold assignee, deputy, lead, agents"),
        ('tell = { breach = "lead" }', 'tell = { breach = "lead", warn = "lead" }', "write warning"),
        ('tell = { breach = "lead" }', 'tell = "lead"', "tell of level question must be a table"),
        ('call_when = "Nie."', 'call = "Nie."', "write call_when"),
        ('steps = ["Antworten."]', "", "steps of level question needs a list"),
        (LEVEL, "", "there is no level"),
        (LEVEL, LEVEL + LEVEL, "two levels have the slug question"),
        (LEVEL, LEVEL.replace("[[level]]", "[level]"), r"level must be a list of tables, write \[\[level\]\]"),
        (LEVEL, LEVEL + "[silence]\nreminder = 10\nclosing = 10", "silence.closing must be later"),
        (LEVEL, LEVEL + '[silence]\nreminder = "5"', "silence.reminder must be a number of days from 1 to 200"),
        (LEVEL, LEVEL + "[silence]\nreminder = true", "silence.reminder must be a number"),
        (LEVEL, LEVEL + "[silence]\nreminds = 3", "write reminder"),
        (LEVEL, LEVEL + "[reopening]\ndays = 100000", "reopening.days must be a number of days"),
        (LEVEL, LEVEL + "[rules]\n", "the file has a key 'rules' that means nothing; write rule"),
        (LEVEL, LEVEL + '[[rule]]\nlevel = "platinum"', "level of rule 1 must name a level"),
        (LEVEL, LEVEL + '[[rule]]\nlevel = "question"\naffects = ["all"]', "affects of rule 1 may hold me, several"),
        (LEVEL, LEVEL + '[[rule]]\nlevel = "question"\ncan_continue = [["no"]]', "can_continue of rule 1 may hold"),
        (LEVEL, LEVEL + '[[rule]]\nlevel = "question"\nneeded_within = "soon"', "needed_within of rule 1"),
        (LEVEL, LEVEL + '[[rule]]\nlevel = "question"\nneeded_in = 1', "write needed_within"),
    ],
)
def test_a_mistake_is_named_with_what_to_write_instead(right, wrong, sentence, tmp_path):
    path = tmp_path / "service-levels.toml"
    path.write_text(GOOD.replace(right, wrong, 1) if right in GOOD else GOOD + wrong)
    with pytest.raises(SettingError, match=sentence) as caught:
        read_levels(path, BOTH)
    assert str(caught.value).startswith("service-levels.toml cannot be used: ")
    assert "write" in str(caught.value)


def test_all_mistakes_are_named_at_once():
    wrong = (
        GOOD.replace('"8 h"', '"8 days"')
        + '[[rule]]\nlevel = "gone"\n[[rule]]\naffects = "all"\n[silence]\nreminder = 0\n'
    )
    found, faults = levels(wrong)
    assert found is None
    assert len(faults) == 4


@pytest.mark.parametrize(
    "raw",
    [
        b"default = ",
        b"\xff\xfe",
        b'default = "question"\ndefault = "question"',
        b"a = " + b"[" * 5000,
        b"x = 1\n" * 200_000,
        b"",
        b"level = 5\nrule = 7\nsilence = []\nreopening = 1\ndefault = []",
        b"level = [1, 2]\nrule = [[]]",
    ],
    ids=lambda raw: str(raw[:20]),
)
def test_what_cannot_be_read_is_a_sentence_too(raw, tmp_path):
    path = tmp_path / "service-levels.toml"
    path.write_bytes(raw)
    with pytest.raises(SettingError, match=r"^service-levels\.toml cannot be used: "):
        LevelsFile(path, BOTH)
    assert level_faults(path, BOTH)


def test_a_folder_in_the_place_of_the_file_is_a_sentence_too(tmp_path):
    with pytest.raises(SettingError, match="cannot be used"):
        read_levels(tmp_path, BOTH)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "service-levels.toml"
    path.write_text(GOOD)
    return path


def change(path, text):
    """Write the file, with a time of its own: some disks know only whole seconds."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text)
    os.utime(path, ns=(before + 10**9, before + 10**9))


def test_a_changed_file_is_taken_over(file):
    kept = LevelsFile(file, BOTH)
    assert kept.refresh() is False
    change(file, GOOD.replace('"8 h"', '"6 h"'))
    assert kept.refresh() is True
    assert kept.levels.level("question").first_answer == 360
    assert kept.refresh() is False


def test_a_broken_file_is_reported_once_and_the_last_good_one_stays(file, caplog):
    kept = LevelsFile(file, BOTH)
    change(file, GOOD.replace('"8 h"', '"8 days"'))
    assert (kept.refresh(), kept.refresh()) == (False, False)
    assert kept.levels.level("question").first_answer == 480
    assert [record.message for record in caplog.records if "The last good one stays." in record.message] == [
        caplog.records[-1].message
    ]
    change(file, GOOD.replace('"8 h"', '"2 h"'))
    assert kept.refresh() is True
    assert kept.levels.level("question").first_answer == 120


def test_a_vanished_file_is_reported_and_the_last_good_one_stays(file, caplog):
    kept = LevelsFile(file, BOTH)
    file.unlink()
    assert kept.refresh() is False
    assert "service-levels.toml is gone" in caplog.text
    assert kept.levels.level("question").first_answer == 480
    change(file, GOOD)
    assert kept.refresh() is True
