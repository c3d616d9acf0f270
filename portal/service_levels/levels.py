"""Service levels as plain values, and the table that proposes one from three plain answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from portal.service_levels.business_hours import BusinessHours, due_at, working_days_until
from portal.service_levels.errors import NeverOpen


class CanContinue(StrEnum):
    """Can you go on working?"""

    YES = "yes"
    DETOUR = "detour"
    NO = "no"


class Affects(StrEnum):
    """Whom does it affect?"""

    ME = "me"
    SEVERAL = "several"
    EVERYBODY = "everybody"


class Told(StrEnum):
    """Who can be told of a warning or a breach."""

    ASSIGNEE = "assignee"
    DEPUTY = "deputy"
    LEAD = "lead"
    AGENTS = "agents"


@dataclass(frozen=True)
class Script:
    """What staff may lean on: a first sentence, what to check, what never to say, when to call."""

    first_sentence: str
    check: tuple[str, ...]
    never_say: tuple[str, ...]
    call_when: str


@dataclass(frozen=True)
class LevelTexts:
    """Everything a level says in one language."""

    name: str
    definition: str
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]
    steps: tuple[str, ...]
    script: Script


@dataclass(frozen=True)
class Tells:
    """Who is told at the warning (75 % of the time) and when a promise is missed."""

    warning: tuple[Told, ...]
    breach: tuple[Told, ...]


@dataclass(frozen=True)
class ServiceLevel:
    """One level: its targets in working minutes (`solution` None: no target) and its texts.

    `rank` grows with urgency. A language that has no texts gets those of the first.
    """

    slug: str
    rank: int
    first_answer: int
    next_answer: int
    solution: int | None
    tells: Tells
    texts: Mapping[str, LevelTexts] = field(repr=False)

    def in_language(self, language: str) -> LevelTexts:
        """All texts of one language."""
        return self.texts.get(language) or next(iter(self.texts.values()))

    def name(self, language: str) -> str:
        """What customers and staff call the level."""
        return self.in_language(language).name

    def definition(self, language: str) -> str:
        """When the level holds, in one or two sentences."""
        return self.in_language(language).definition

    def examples(self, language: str) -> tuple[str, ...]:
        """Questions that belong here."""
        return self.in_language(language).examples

    def counter_examples(self, language: str) -> tuple[str, ...]:
        """Questions that look as if they belonged here, and where they belong."""
        return self.in_language(language).counter_examples

    def steps(self, language: str) -> tuple[str, ...]:
        """What staff do, in order."""
        return self.in_language(language).steps

    def script(self, language: str) -> Script:
        """The words staff may lean on."""
        return self.in_language(language).script


@dataclass(frozen=True)
class Silence:
    """Working days of waiting for the customer until a reminder, and until the question is closed."""

    reminder_days: int = 5
    closing_days: int = 10


@dataclass(frozen=True)
class Rule:
    """A line of the proposal table; an empty condition holds always."""

    level: str
    can_continue: frozenset[CanContinue] = frozenset()
    affects: frozenset[Affects] = frozenset()
    needed_within: int | None = None


@dataclass(frozen=True)
class ServiceLevels:
    """The levels by slug, the calmest first; the proposal table; the level when nothing else is said."""

    levels: Mapping[str, ServiceLevel]
    proposals: tuple[Rule, ...]
    default: str
    silence: Silence = field(default=Silence())
    reopen_days: int = 14

    def level(self, slug: str | None) -> ServiceLevel:
        """That level, or the default one for a slug that is no longer in the file."""
        return self.levels.get(slug or "") or self.levels[self.default]


@dataclass(frozen=True)
class Answers:
    """What the customer answered; `needed_by` is a local date, or None when there is none."""

    can_continue: CanContinue
    affects: Affects
    needed_by: date | None = None


@dataclass(frozen=True)
class Proposal:
    """The proposed level, and what decided: the answers of the rule that matched, `topic` or `default`."""

    level: str
    because: tuple[tuple[str, str], ...]


def propose(
    levels: ServiceLevels, answers: Answers, topic_default: str | None, now: datetime, hours: BusinessHours
) -> Proposal:
    """The level of the first rule that matches, but never one below the topic's own level."""
    rule = next((rule for rule in levels.proposals if _matches(rule, answers, now, hours)), None)
    level = levels.level(rule.level if rule else levels.default)
    floor = levels.levels.get(topic_default or "")
    if floor and floor.rank > level.rank:
        return Proposal(floor.slug, (("topic", floor.slug),))
    return Proposal(level.slug, _because(rule, answers) if rule else (("default", level.slug),))


def require_reachable(levels: ServiceLevels, hours: BusinessHours, now: datetime) -> None:
    """NeverOpen when these opening hours cannot keep a target within 400 days; said at the start, not to a customer."""
    for level in levels.levels.values():
        longest = max(level.first_answer, level.next_answer, level.solution or 0)
        try:
            due_at(hours, now, longest)
        except NeverOpen as error:
            hint = f"{longest} working minutes of level {level.slug} do not fit; write more [hours] or shorter targets"
            raise NeverOpen(f"The opening hours in company.toml are too few: {hint}.") from error


def _matches(rule: Rule, answers: Answers, now: datetime, hours: BusinessHours) -> bool:
    return (
        (not rule.can_continue or answers.can_continue in rule.can_continue)
        and (not rule.affects or answers.affects in rule.affects)
        and (rule.needed_within is None or _is_needed_within(rule.needed_within, answers.needed_by, now, hours))
    )


def _is_needed_within(days: int, needed_by: date | None, now: datetime, hours: BusinessHours) -> bool:
    return needed_by is not None and working_days_until(hours, now, needed_by, at_most=days + 1) <= days


def _because(rule: Rule, answers: Answers) -> tuple[tuple[str, str], ...]:
    told = (
        ("can_continue", str(answers.can_continue), bool(rule.can_continue)),
        ("affects", str(answers.affects), bool(rule.affects)),
        ("needed_by", str(answers.needed_by), rule.needed_within is not None),
    )
    return tuple((key, value) for key, value, decided in told if decided)
