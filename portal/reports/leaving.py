"""The report on leaving: why people say they go, in their words, and whether our two pages are a hurdle.

Nothing in it leads to a person or a contract; numbers of fewer than five people are not shown (spec leaving 2.10).
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from portal.foundation.i18n import current_language, written_day
from portal.leaving.actions.feedback import REASONS
from portal.leaving.rules.declarations import Kind
from portal.reports.cells import Amount, Few, Part, Share, Week, Word, week_labels
from portal.reports.charts import Series, stacked
from portal.reports.queries import Asked, leaving_by_week, measures_of_leaving, reasons_for_leaving, words_on_leaving
from portal.reports.rules import SMALLEST_CELL, weeks

_DAY = {"de": "d. MMMM y", "en": "d MMMM y"}
_TOOK = "took_"


def leaving_parts(asked: Asked, _now: datetime) -> list[Part]:
    """Reasons, texts, hurdles, times and declarations by week."""
    found = reasons_for_leaving(asked.period)
    measures = measures_of_leaving(asked.period)
    has_enough = sum(found.values()) >= SMALLEST_CELL
    words = words_on_leaving(asked.period) if has_enough else []
    return [_reasons(found), _words(words), _hurdles(measures), _times(measures), _declarations(asked)]


def _kinds() -> dict[str, str]:
    return {Kind.CANCELLATION.value: _("cancellation"), Kind.WITHDRAWAL.value: _("withdrawal")}


def _reasons(found: Mapping[tuple[str, str], int]) -> Part:
    """Without small numbers and without a sum, from which a small one could be computed."""
    named = {name: str(label) for name, label in REASONS.items()} | {"": _("Only a text")}
    rows = [[Word(label), *(Few(found.get((kind, name), 0)) for kind in _kinds())] for name, label in named.items()]
    note = _(
        "What people chose to say after leaving, unlinked to anybody. Numbers below %(number)s are not shown.",
        number=SMALLEST_CELL,
    )
    return Part("reasons", _("Reasons"), note, [_("Reason"), *_kinds().values()], rows if any(found.values()) else [])


def _words(found: list[tuple[date, str]]) -> Part:
    language = current_language()
    rows = [[Word(written_day(day, _DAY[language], language)), Word(text)] for day, text in found]
    note = _("To the day and no further, in no order that leads to a declaration. Each text goes after twelve months.")
    return Part("words", _("In their words"), note, [_("Day"), _("Text")], rows)


def _hurdles(measures: Mapping[str, Counter[str]]) -> Part:
    """Opened, sent, given up; somebody may send without having opened the page here, so never fewer than none."""
    rows = [
        [
            Word(name),
            *(Amount(measures[kind][each]) for each in ("opened", "sent")),
            Share(max(measures[kind]["opened"] - measures[kind]["sent"], 0), measures[kind]["opened"]),
            Amount(measures[kind]["empty"]),
        ]
        for kind, name in _kinds().items()
        if kind in measures
    ]
    note = _("How the two pages are used. Whoever opens one and sends nothing may only have looked.")
    head = [_("Page"), _("opened"), _("sent"), _("given up"), _("sent without anything that points to a person")]
    return Part("hurdles", _("Are our pages a hurdle?"), note, head, rows)


def _times(measures: Mapping[str, Counter[str]]) -> Part:
    taken = {name for counts in measures.values() for name in counts if name.startswith(_TOOK)}
    steps = sorted(taken, key=lambda name: _seconds(name) or 10**6)
    rows = [
        [Word(_time_word(_seconds(step))), *(Amount(_of(measures, kind)[step]) for kind in _kinds())] for step in steps
    ]
    head = [_("From opening to sending"), *_kinds().values()]
    return Part("times", _("How long it takes"), "", head, rows)


def _of(measures: Mapping[str, Counter[str]], kind: str) -> Counter[str]:
    return measures.get(kind, Counter())


def _seconds(step: str) -> int:
    """The upper end of a step; 0 for the last one, which has none."""
    written = step.removeprefix(_TOOK)
    return int(written) if written.isdigit() else 0


def _time_word(seconds: int) -> str:
    if not seconds:
        return _("longer than %(minutes)s minutes", minutes=15)
    if seconds < 120:
        return _("up to %(seconds)s seconds", seconds=seconds)
    return _("up to %(minutes)s minutes", minutes=seconds // 60)


def _declarations(asked: Asked) -> Part:
    found = leaving_by_week(asked.period)
    rows: list[list[Any]] = [[Week(week), *map(Amount, found[week])] for week in weeks(asked.period) if week in found]
    sent = [found.get(week, (0, 0))[1] for week in weeks(asked.period)]
    note = _("How often the two pages were opened and a declaration was sent. Nobody is identified.")
    head = [_("Week from"), _("pages opened"), _("declarations sent")]
    chart = stacked(week_labels(asked.period), [Series(_("declarations sent"), "plain", sent)])
    return Part("declarations", _("Declarations"), note, head, rows, chart)
