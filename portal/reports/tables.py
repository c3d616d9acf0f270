"""Every report as tables, each with a chart where a picture helps; the same tables become CSV."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from portal.faq.measures import KEPT_DAYS
from portal.foundation.i18n import current_language, local_number, written_day
from portal.leaving.actions.feedback import REASONS
from portal.leaving.rules.declarations import Kind
from portal.questions.queries import service_levels
from portal.reports.charts import Chart, Series, stacked
from portal.reports.queries import (
    Asked,
    Cell,
    by_week,
    cells_of,
    gaps,
    leaving_by_week,
    loads,
    offers_by_week,
    reasons_for_leaving,
    searches_by_week,
    sums_by,
)
from portal.reports.rules import SMALLEST_CELL, Sums, median, weeks, worst_of

_WEEK = {"de": "d. MMM", "en": "d MMM"}
_WEEK_LONG = {"de": "d. MMM y", "en": "d MMM y"}


@dataclass(frozen=True)
class Share:
    """A part of a whole."""

    part: int
    whole: int

    @property
    def shown(self) -> str:
        return _("%(number)s %%", number=round(100 * self.part / self.whole)) if self.whole else "–"

    @property
    def plain(self) -> float | None:
        return round(self.part / self.whole, 4) if self.whole else None


@dataclass(frozen=True)
class Span:
    """A time in minutes."""

    minutes: int | None

    @property
    def shown(self) -> str:
        return "–" if self.minutes is None else _span(self.minutes)

    @property
    def plain(self) -> int | None:
        return self.minutes


@dataclass(frozen=True)
class Amount:
    """A number."""

    number: int

    @property
    def shown(self) -> str:
        return local_number(self.number)

    @property
    def plain(self) -> int:
        return self.number


@dataclass(frozen=True)
class Few:
    """A number of people; a small one is not shown, because they could be recognised."""

    number: int

    @property
    def shown(self) -> str:
        return _("fewer than %(number)s", number=SMALLEST_CELL) if self._is_small else local_number(self.number)

    @property
    def plain(self) -> int | str:
        return f"<{SMALLEST_CELL}" if self._is_small else self.number

    @property
    def _is_small(self) -> bool:
        return 0 < self.number < SMALLEST_CELL


@dataclass(frozen=True)
class Word:
    """A name, with where it leads."""

    text: str
    url: str = ""

    @property
    def shown(self) -> str:
        return self.text

    @property
    def plain(self) -> str:
        return self.text


@dataclass(frozen=True)
class Week:
    """A week by its Monday."""

    monday: date

    @property
    def shown(self) -> str:
        return written_day(self.monday, _WEEK_LONG[current_language()], current_language())

    @property
    def plain(self) -> date:
        return self.monday


@dataclass(frozen=True)
class Part:
    """One table of a report, with its chart; `foot` is what all rows come to, and no part of the file."""

    slug: str
    title: str
    note: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    chart: Chart | None = None
    foot: Sequence[Sequence[Any]] = ()


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
    chart = stacked(_labels(asked), [Series(_("kept"), "good", kept), Series(_("missed"), "grave", missed)])
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
    chart = stacked(_labels(asked), [Series(_("median to first answer, in hours"), "plain", hours)], unit=" h")
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
    chart = stacked(_labels(asked), series)
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
    return Part("offers", _("Offers while writing"), f"{note} {_kept()}", head, rows, stacked(_labels(asked), series))


def _searches(asked: Asked) -> Part:
    found = searches_by_week(asked.period)
    rows = [[Week(week), *map(Amount, found[week])] for week in weeks(asked.period) if week in found]
    of = [[found.get(week, (0, 0, 0, 0))[at] for week in weeks(asked.period)] for at in range(4)]
    with_result = [all_ - none for all_, none in zip(of[0], of[1], strict=True)]
    series = [Series(_("with result"), "plain", with_result), Series(_("without result"), "grave", of[1])]
    head = [_("Week from"), _("searches"), _("without result"), _("results opened"), _("asked all the same")]
    return Part("searches", _("Searches"), _kept(), head, rows, stacked(_labels(asked), series))


def _kept() -> str:
    return _("These sums are kept for %(days)s days; earlier weeks are not in them.", days=KEPT_DAYS)


def _gaps(asked: Asked) -> Part:
    head = [_("Words"), _("Language"), _("searches"), _("without result"), _("results opened")]
    rows = [
        [
            Word(row[0], url_for("faq.search", language=row[1], q=row[0])),
            Word(row[1]),
            *(Amount(int(n)) for n in row[2:]),
        ]
        for row in gaps(asked.period)
    ]
    note = _("Searched without result, or without anybody opening one. The most frequent first.")
    return Part("gaps", _("Gaps"), note, head, rows)


def _leaving(asked: Asked, _now: datetime) -> list[Part]:
    return [_reasons(asked), _declarations(asked)]


def _reasons(asked: Asked) -> Part:
    """Why people leave, without small numbers and without a sum, from which a small one could be computed."""
    found = reasons_for_leaving(asked.period)
    kinds = [(Kind.CANCELLATION, _("cancellation")), (Kind.WITHDRAWAL, _("withdrawal"))]
    rows = [
        [Word(str(label)), *(Few(found.get((kind.value, name), 0)) for kind, _name in kinds)]
        for name, label in REASONS.items()
    ]
    note = _(
        "What people chose to say after leaving, unlinked to anybody. Numbers below %(number)s are not shown.",
        number=SMALLEST_CELL,
    )
    has_any = any(found.values())
    return Part("reasons", _("Reasons"), note, [_("Reason"), *(name for _kind, name in kinds)], rows if has_any else [])


def _declarations(asked: Asked) -> Part:
    found = leaving_by_week(asked.period)
    rows = [[Week(week), *map(Amount, found[week])] for week in weeks(asked.period) if week in found]
    sent = [found.get(week, (0, 0))[1] for week in weeks(asked.period)]
    note = _("How often the two pages were opened and a declaration was sent. Nobody is identified.")
    head = [_("Week from"), _("pages opened"), _("declarations sent")]
    chart = stacked(_labels(asked), [Series(_("declarations sent"), "plain", sent)])
    return Part("declarations", _("Declarations"), note, head, rows, chart)


_Cells = Callable[[Sums], list[Any]]
_KEPT = ("kept", "missed")


def _weeks(
    asked: Asked, found: Mapping[date, Sums], head: Sequence[str], cells: _Cells, *, note: str, chart: Chart
) -> Part:
    rows = [[Week(week), *cells(found[week])] for week in weeks(asked.period) if week in found]
    foot = [[Word(_("together")), *cells(_total(found.values()))]] if len(found) > 1 else []
    return Part("weeks", _("By week"), note, [_("Week from"), *head], rows, chart, foot)


def _by_kind(found: Sequence[Cell], head: Sequence[str], cells: _Cells) -> list[Part]:
    """The same by topic and by level."""
    topics, levels = current_app.extensions["topics"].topics, service_levels().levels
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


def _labels(asked: Asked) -> list[str]:
    language = current_language()
    return [written_day(week, _WEEK[language], language) for week in weeks(asked.period)]


def _hours(minutes: int | None) -> float | None:
    return None if minutes is None else round(minutes / 60, 1)


def _name(row: tuple[str, Any]) -> str:
    return row[0].casefold()


def _span(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    days, left = divmod(hours, 24)
    if days >= 2:
        return _("%(days)s d %(hours)s h", days=days, hours=left)
    if hours and not rest:
        return _("%(hours)s h", hours=hours)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest) if hours else _("%(minutes)s min", minutes=rest)


_REPORTS: dict[str, Callable[[Asked, datetime], list[Part]]] = {
    "promises": _promises,
    "answers": _answers,
    "work": _work,
    "ratings": _ratings,
    "self-service": _self_service,
    "leaving": _leaving,
}
