"""Every report as tables, each with a chart where a picture helps; the same tables become CSV."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.faq.measures import KEPT_DAYS
from portal.foundation.i18n import current_language, written_day
from portal.questions.queries import service_levels
from portal.questions.topics import TOPICS_FILE
from portal.reports.cells import Amount, Part, Share, Span, Week, Word, week_labels
from portal.reports.charts import Chart, Series, stacked
from portal.reports.leaving import leaving_parts
from portal.reports.queries import (
    Asked,
    Cell,
    by_week,
    cells_of,
    gaps,
    loads,
    offers_by_week,
    searches_by_week,
    sums_by,
)
from portal.reports.rules import Sums, median, period_before, weeks, worst_of


def parts_of(report: str, asked: Asked, now: datetime) -> list[Part]:
    """Every table of that report."""
    return _REPORTS[report](asked, now)


def report_names() -> dict[str, str]:
    """Every report by its slug."""
    return {
        "promises": _("Promises"),
        "answers": _("Answer times"),
        "work": _("Workload"),
        "ratings": _("Judgements"),
        "self-service": _("Self-service"),
        "leaving": _("Leaving"),
    }


def _promises(asked: Asked, _now: datetime) -> list[Part]:
    head = [_("Promises due"), _("kept"), _("missed"), _("moved before"), _("share kept"), _("median to first answer")]
    cells = cells_of(asked)
    found = sums_by(cells, by_week)
    kept, missed = ([getattr(found.get(week, Sums()), name) for week in weeks(asked.period)] for name in _KEPT)
    chart = stacked(week_labels(asked.period), [Series(_("kept"), "good", kept), Series(_("missed"), "grave", missed)])
    total = _total(found.values())
    worst = [[Word(number, url_for("desk.case", number=number)), Span(late)] for late, number in worst_of(total.worst)]
    note = _("Promises count in the week in which they were due. A promise that was moved in time counts as neither.")
    return [
        _weeks(asked, found, head, _promise_cells, note=note, chart=chart),
        *_by_kind(cells, head, _promise_cells),
        Part("worst", _("The five that were missed by most"), "", [_("Question"), _("late by")], worst),
    ]


def _answers(asked: Asked, _now: datetime) -> list[Part]:
    head = [_("Questions asked"), _("answered"), _("solved"), _("median to first answer")]
    cells = cells_of(asked)
    found = sums_by(cells, by_week)
    hours = [_hours(median(found[week].times)) if week in found else None for week in weeks(asked.period)]
    chart = stacked(
        week_labels(asked.period), [Series(_("median to first answer, in hours"), "plain", hours)], unit=" h"
    )
    note = _("Time on the clock, nights and weekends included, of the questions asked in that week; rounded.")
    return [
        _weeks(asked, found, head, _answer_cells, note=note, chart=chart),
        *_by_kind(cells, head, _answer_cells),
    ]


def _work(asked: Asked, now: datetime) -> list[Part]:
    found = loads(asked.period, now)
    head = [_("Who"), _("open now"), _("of these overdue"), _("waiting for customer"), _("answers in the period")]
    rows = [
        [
            Word(each.name or _("nobody yet")),
            *(Amount(n) for n in (each.open, each.overdue, each.waiting, each.answers)),
        ]
        for each in found
    ]
    chart = stacked(
        [each.name.split(" ")[0] or _("nobody") for each in found],
        [
            Series(_("open in time"), "plain", [each.open - each.overdue for each in found]),
            Series(_("overdue"), "grave", [each.overdue for each in found]),
        ],
    )
    return [Part("people", _("By person"), _("What is open is counted at this moment."), head, rows, chart)]


def _ratings(asked: Asked, _now: datetime) -> list[Part]:
    head = [_("Judgements"), _("good"), _("fair"), _("bad"), _("share good"), _("share of questions judged")]
    cells = cells_of(asked)
    found = sums_by(cells, by_week)
    values = {
        name: [getattr(found.get(week, Sums()), name) for week in weeks(asked.period)]
        for name in ("good", "fair", "bad")
    }
    series = [
        Series(_("good"), "good", values["good"]),
        Series(_("fair"), "soft", values["fair"]),
        Series(_("bad"), "grave", values["bad"]),
    ]
    note = _("Judgements of the questions that were asked in that week.")
    chart = stacked(week_labels(asked.period), series)
    return [
        _weeks(asked, found, head, _rating_cells, note=note, chart=chart),
        *_by_kind(cells, head, _rating_cells),
    ]


def _self_service(asked: Asked, _now: datetime) -> list[Part]:
    return [_offers(asked), _searches(asked), _gaps(asked)]


def _offers(asked: Asked) -> Part:
    found = offers_by_week(asked.period)
    rows = [[Week(week), *map(Amount, found[week])] for week in weeks(asked.period) if week in found]
    of = [[found.get(week, (0, 0, 0, 0))[at] for week in weeks(asked.period)] for at in range(4)]
    series = [Series(_("said to have answered"), "good", of[2]), Series(_("sent all the same"), "soft", of[3])]
    head = [_("Week from"), _("articles shown"), _("opened"), _("said to have answered"), _("sent all the same")]
    note = _("What the help answered while somebody wrote a question. Nobody is identified.")
    return Part(
        "offers", _("Offers while writing"), f"{note} {_kept()}", head, rows, stacked(week_labels(asked.period), series)
    )


def _searches(asked: Asked) -> Part:
    found = searches_by_week(asked.period)
    rows = [[Week(week), *map(Amount, found[week])] for week in weeks(asked.period) if week in found]
    of = [[found.get(week, (0, 0, 0, 0))[at] for week in weeks(asked.period)] for at in range(4)]
    with_result = [all_ - none for all_, none in zip(of[0], of[1], strict=True)]
    series = [Series(_("with result"), "plain", with_result), Series(_("without result"), "grave", of[1])]
    head = [_("Week from"), _("searches"), _("without result"), _("results opened"), _("asked all the same")]
    return Part("searches", _("Searches"), _kept(), head, rows, stacked(week_labels(asked.period), series))


def _kept() -> str:
    return _("These sums are kept for %(days)s days; earlier weeks are not in them.", days=KEPT_DAYS)


def _gaps(asked: Asked) -> Part:
    head = [_("Words"), _("Language"), _("searches"), _("without result"), _("results opened")]
    rows = [
        [
            Word(one.words, url_for("faq.search", language=one.language, q=one.words)),
            Word(one.language),
            *(Amount(each) for each in (one.searches, one.without_result, one.clicks)),
        ]
        for one in gaps(asked.period)
    ]
    note = _("Searched without result, or without anybody opening one. The most frequent first.")
    return Part("gaps", _("Gaps"), note, head, rows)


_Cells = Callable[[Sums], list[Any]]
_KEPT = ("kept", "missed")


def _weeks(
    asked: Asked, found: Mapping[date, Sums], head: Sequence[str], cells: _Cells, *, note: str, chart: Chart
) -> Part:
    rows = [[Week(week), *cells(found[week])] for week in weeks(asked.period) if week in found]
    part = Part("weeks", _("By week"), note, [_("Week from"), *head], rows, chart)
    if len(rows) < 2:
        return part
    earlier = period_before(asked.period)
    sums = _total(each.sums for each in cells_of(replace(asked, period=earlier)))
    before = cells(sums) if sums.asked or sums.promised else []
    first, last = (written_day(day, "long", current_language()) for day in (earlier.first, earlier.last))
    compared = _("Before means: from %(first)s to %(last)s.", first=first, last=last) if before else ""
    return replace(part, total=cells(_total(found.values())), before=before, compared=compared)


def _by_kind(found: Sequence[Cell], head: Sequence[str], cells: _Cells) -> list[Part]:
    """The same by topic and by level."""
    topics, levels = TOPICS_FILE.here().topics, service_levels().levels
    language = current_language()
    by_topic, by_level = sums_by(found, lambda cell: cell.topic), sums_by(found, lambda cell: cell.level)
    named = [(topics.name(slug, language), each) for slug, each in by_topic.items()]
    leveled = [(levels[slug].name(language) if slug in levels else slug, each) for slug, each in by_level.items()]
    return [
        Part(slug, title, "", [column, *head], [[Word(name), *cells(each)] for name, each in sorted(rows, key=_name)])
        for slug, title, column, rows in (
            ("topics", _("By topic"), _("Topic"), named),
            ("levels", _("By service level"), _("Service level"), leveled),
        )
    ]


def _promise_cells(found: Sums) -> list[Any]:
    amounts = [Amount(n) for n in (found.promised, found.kept, found.missed, found.moved)]
    return [*amounts, Share(found.kept, found.promised), Span(median(found.times))]


def _answer_cells(found: Sums) -> list[Any]:
    return [*(Amount(n) for n in (found.asked, found.answered, found.solved)), Span(median(found.times))]


def _rating_cells(found: Sums) -> list[Any]:
    amounts = [Amount(n) for n in (found.judged, found.good, found.fair, found.bad)]
    return [*amounts, Share(found.good, found.judged), Share(found.judged, found.asked)]


def _total(found: Any) -> Sums:
    total = Sums()
    for each in found:
        total.add(each)
    return total


def _hours(minutes: int | None) -> float | None:
    return None if minutes is None else round(minutes / 60, 1)


def _name(row: tuple[str, Any]) -> str:
    return row[0].casefold()


_REPORTS: dict[str, Callable[[Asked, datetime], list[Part]]] = {
    "promises": _promises,
    "answers": _answers,
    "work": _work,
    "ratings": _ratings,
    "self-service": _self_service,
    "leaving": leaving_parts,
}
