"""The level that the case is worked by: its criteria, its steps, and the words that help."""

from collections.abc import Mapping
from typing import NamedTuple

from portal.desk.queries.case import Tick
from portal.desk.routes.case_page.visit import Part, Visit
from portal.foundation.i18n import current_language
from portal.questions.queries import service_levels
from portal.service_levels.levels import ServiceLevel


class Step(NamedTuple):
    """A step of the level's list, and who did it when."""

    name: str
    text: str
    tick: Tick | None


def level_part(visit: Visit, ticks: Mapping[str, Tick]) -> Part:
    """The level of the case, and the steps of it that are done."""
    levels, language, question = service_levels(), current_language(), visit.case.question
    level = levels.level(question.level)
    steps = [(step_name(level, at), text) for at, text in enumerate(level.steps(language))]
    shape = {
        "level_texts": level.in_language(language),
        "proposed": levels.level(question.proposed_level).name(language),
        "steps": tuple([Step(name, text, ticks.get(name)) for name, text in steps]),
    }
    # Those that are done say by whom and when.
    return visit.whole("desk/_level.html", **shape) if ticks else visit.part("desk/_level.html", shape, {})


def step_name(level: ServiceLevel, position: int) -> str:
    """The name of a step: it stays the same in every language."""
    return f"{level.slug}:{position}"
