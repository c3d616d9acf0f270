"""The proposal table and the texts of the demo company's levels."""

from datetime import date
from itertools import pairwise

import pytest

from portal.service_levels.errors import NeverOpen
from portal.service_levels.levels import Affects, Answers, CanContinue, Proposal, propose, require_reachable
from tests.service_levels.desk import LEVELS, berlin, demo_hours, desk_hours

NOW = berlin("2026-12-16 11:00")  # a Wednesday
HOURS = demo_hours()


def answered(can_continue: str, affects: str, needed_by: str | None = None) -> Answers:
    return Answers(CanContinue(can_continue), Affects(affects), date.fromisoformat(needed_by) if needed_by else None)


@pytest.mark.parametrize(
    ("answers", "topic", "level", "because"),
    [
        (("yes", "me"), None, "calm", {"can_continue": "yes", "affects": "me"}),
        (("yes", "me"), "question", "question", {"topic": "question"}),  # the topic is the floor
        (("yes", "several"), None, "question", {"affects": "several"}),
        (("yes", "me", "2026-12-18"), None, "hindrance", {"needed_by": "2026-12-18"}),
        (("yes", "me", "2026-12-21"), None, "question", {"needed_by": "2026-12-21"}),  # Thursday, Friday, Monday
        (("yes", "me", "2026-12-01"), None, "hindrance", {"needed_by": "2026-12-01"}),  # a date that is over
        (("yes", "me", "2028-01-01"), None, "calm", {"can_continue": "yes", "affects": "me"}),
        (("detour", "me"), None, "hindrance", {"can_continue": "detour"}),
        (("detour", "me"), "hindrance", "hindrance", {"can_continue": "detour"}),  # the answers decided already
        (("detour", "me"), "calm", "hindrance", {"can_continue": "detour"}),  # a calm topic lowers nothing
        (
            ("detour", "several", "2026-12-17"),
            None,
            "outage",
            {"can_continue": "detour", "affects": "several", "needed_by": "2026-12-17"},
        ),
        (("no", "me"), "question", "outage", {"can_continue": "no"}),
        (("no", "everybody"), "gone", "outage", {"can_continue": "no"}),  # a topic with a level that is gone
    ],
    ids=str,
)
def test_three_answers_propose_a_level_and_say_why(answers, topic, level, because):
    assert propose(LEVELS, answered(*answers), topic, NOW, HOURS) == Proposal(level, tuple(because.items()))


def test_every_answer_has_a_level_whatever_the_topic():
    for can_continue in CanContinue:
        for affects in Affects:
            for topic in (None, *LEVELS.levels):
                proposal = propose(LEVELS, Answers(can_continue, affects), topic, NOW, HOURS)
                assert LEVELS.level(proposal.level).rank >= (LEVELS.level(topic).rank if topic else 0)
                assert proposal.because


def test_levels_are_told_apart_by_how_fast_they_are():
    by_rank = sorted(LEVELS.levels.values(), key=lambda level: level.rank)
    assert [level.slug for level in by_rank] == ["calm", "question", "hindrance", "outage"]
    for calmer, more_urgent in pairwise(by_rank):
        assert calmer.first_answer > more_urgent.first_answer
        assert calmer.next_answer > more_urgent.next_answer
        assert calmer.solution > more_urgent.solution


def test_every_question_gets_a_first_answer_within_one_working_day():
    assert max(level.first_answer for level in LEVELS.levels.values()) <= 10 * 60


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("slug", list(LEVELS.levels))
def test_a_level_is_explained_in_both_languages(slug, language):
    level = LEVELS.level(slug)
    assert level.name(language) and level.definition(language)
    assert len(level.examples(language)) == 3
    assert len(level.counter_examples(language)) == 2
    assert len(level.steps(language)) >= 4
    script = level.script(language)
    assert script.first_sentence and script.check and script.never_say and script.call_when


def test_texts_are_calm():
    for level in LEVELS.levels.values():
        for texts in level.texts.values():
            assert not {"!", "leider", "gerne"} & {word for word in str(texts).replace("!", " ! ").lower().split()}


def test_a_level_that_is_gone_from_the_file_becomes_the_default_one():
    assert LEVELS.level("platinum").slug == LEVELS.level(None).slug == LEVELS.default == "question"


def test_another_language_gets_the_company_s_own_texts():
    assert LEVELS.level("outage").name("fr") == "Ausfall"


def test_targets_that_the_hours_cannot_keep_are_named_at_the_start():
    require_reachable(LEVELS, HOURS, NOW)
    with pytest.raises(NeverOpen, match="level calm"):
        require_reachable(LEVELS, desk_hours(hours={"mon": ["9:00-10:00"]}), NOW)
