"""Reports say what a count by hand says; their files are harmless and need no memory; only leads read them."""

import csv
import io
import tracemalloc
from collections import Counter, defaultdict
from datetime import date, timedelta
from statistics import median_low

import pytest
from sqlalchemy import event, insert, select

from portal.faq.measures import Searching, searching
from portal.faq.models import SearchCount
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.database import db, transaction
from portal.foundation.files.csv_export import csv_cell, csv_lines
from portal.leaving.models import LeavingCount, LeavingFeedback
from portal.questions.models import Message, PromiseEntry, Question, Rating
from portal.questions.topics import TOPICS_FILE
from portal.reports.chores import count_days, count_everything
from portal.reports.models import ReportCount
from portal.reports.rules import Period, days_to_count, median, period_before, read_period, rounded
from portal.seeds import seed
from tests.accounts.people import audit_of
from tests.cast import DORA, signed_in
from tests.conftest import NOON, _copy, make_app, running
from tests.questions.people import ask, give_answer, later
from tests.visitor import HTML

SVG = "{http://www.w3.org/2000/svg}"
TODAY = date(2026, 12, 16)
YEAR = "from=2025-11-01&to=2026-12-16"


@pytest.fixture(scope="module")
def year(demo, tmp_path_factory):
    """The demo with its year, counted; nobody changes it."""
    folder = _copy(demo / "data", tmp_path_factory.mktemp("year") / "data")
    with clock.frozen(NOON), running(make_app(folder, demo / "content")) as app:
        with app.app_context():
            seed(clock.now(), with_year=True)
            count_everything()
        yield app


@pytest.fixture
def seeded(year):
    """A colleague who leads in that year."""
    return signed_in(year, DORA)


def rows_of(dora, report: str, part: str, query: str = YEAR) -> list[dict[str, str]]:
    page = dora.opens(f"/desk/reports/{report}/csv?part={part}&{query}")
    assert page.status == 200 and page.html.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(page.html[1:]), delimiter=";"))


def by_hand(app) -> dict:
    """Everything counted plainly from the rows of a year."""
    zone = COMPANY.of(app).zone
    found = {"promises": defaultdict(Counter), "times": defaultdict(list), "faces": Counter(), "late": []}
    with app.app_context():
        questions = {each.id: each for each in db.session.scalars(select(Question))}
        for each in questions.values():
            if each.first_answered_at:
                minutes = (each.first_answered_at - each.created_at).total_seconds() / 60
                found["times"][each.topic].append(rounded(minutes))
        for each in db.session.scalars(select(PromiseEntry)):
            week = each.due_at.astimezone(zone).date()
            week -= timedelta(days=week.weekday())
            if each.due_at.astimezone(zone).date() > TODAY:
                continue
            if each.breached_at:
                found["promises"][week]["missed"] += 1
                late = (each.ended_at or clock.now()) - each.due_at
                found["late"].append((int(late.total_seconds() // 60), questions[each.question_id].number))
            elif each.outcome in ("kept", "moved"):
                found["promises"][week][each.outcome] += 1
        found["faces"] = Counter(db.session.scalars(select(Rating.face)))
        found["answers"] = db.session.query(Message).filter_by(author="staff").count()
    return found


def test_every_sum_of_a_year_agrees_with_a_count_by_hand(seeded, year):
    hand = by_hand(year)
    weeks = rows_of(seeded, "promises", "weeks")
    counted = {date.fromisoformat(row["Woche ab"]): row for row in weeks}
    assert len(weeks) > 50
    for week, found in hand["promises"].items():
        row = counted[week]
        got = (int(row["gehalten"]), int(row["verfehlt"]), int(row["vorher verschoben"]))
        assert got == (found["kept"], found["missed"], found["moved"]), week
        if found["kept"] + found["missed"]:
            share = found["kept"] / (found["kept"] + found["missed"])
            assert float(row["Anteil gehalten"]) == pytest.approx(share, abs=1e-4)
    names = {each.slug: each.name("de") for each in TOPICS_FILE.of(year).topics}
    times = {
        row["Thema"]: int(row["Median bis zur ersten Antwort"] or -1) for row in rows_of(seeded, "answers", "topics")
    }
    for topic, minutes in hand["times"].items():
        assert times[names[topic]] == median_low(minutes), topic
    worst = [row["Anfrage"] for row in rows_of(seeded, "promises", "worst")]
    assert worst == [number for _late, number in sorted(hand["late"], reverse=True)[:5]]
    ratings = rows_of(seeded, "ratings", "weeks")
    assert {name: sum(int(row[word]) for row in ratings) for name, word in FACES.items()} == hand["faces"]
    assert sum(int(row["Antworten im Zeitraum"]) for row in rows_of(seeded, "work", "people")) == hand["answers"]
    searches = rows_of(seeded, "self-service", "searches")
    with year.app_context():
        found = searching(date(2025, 11, 1), TODAY)
    words = ("Suchen", "ohne Ergebnis", "Ergebnisse geöffnet", "trotzdem gefragt")
    assert Searching(*(sum(int(row[word]) for row in searches) for word in words)) == found
    assert found.searches > 500


FACES = {"good": "gut", "fair": "mittel", "bad": "schlecht"}


def test_the_page_shows_the_same_numbers_as_its_file_and_every_chart_has_its_table(seeded):
    for report in ("promises", "answers", "work", "ratings", "self-service"):
        page = seeded.opens(f"/desk/reports/{report}?{YEAR}")
        charts = [each for each in page.tree.iter(f"{SVG}svg") if each.get("role") == "img"]
        tables = page.all("table")
        assert charts and len(tables) >= len(charts), report
        assert "style=" not in page.html
        for section in page.all("section"):
            assert not list(section.iter(f"{SVG}rect")) or section.find(f".//{HTML}table") is not None
    total = sum(int(row["gehalten"]) for row in rows_of(seeded, "promises", "weeks"))
    shown = f"{total:,}".replace(",", ".")
    assert shown in seeded.opens(f"/desk/reports/promises?{YEAR}").text


def test_a_topic_or_a_level_alone_is_a_part_of_the_whole(seeded, year):
    whole = sum(int(row["Gestellte Anfragen"]) for row in rows_of(seeded, "answers", "weeks"))
    parts = 0
    for topic in TOPICS_FILE.of(year).topics:
        query = f"{YEAR}&topic={topic.slug}"
        parts += sum(int(row["Gestellte Anfragen"]) for row in rows_of(seeded, "answers", "weeks", query))
    assert whole == parts > 1500


def test_what_happens_later_to_a_question_is_counted_with_the_next_night(app):
    asked = ask(app)
    with app.app_context():
        count_everything()
    with later(days=1, hours=1):
        give_answer(asked)
        with app.app_context():
            count_days(clock.now())
        row = rows_of(signed_in(app, DORA), "answers", "weeks", "")[-1]
        assert (row["Gestellte Anfragen"], row["beantwortet"]) == ("1", "1")
        missed = rows_of(signed_in(app, DORA), "promises", "weeks", "")[-1]
        assert missed["verfehlt"] == "1"


def test_counting_twice_is_counting_once_and_settled_days_are_left_alone(app):
    ask(app)
    with app.app_context():
        count_everything(), count_everything()
        assert db.session.query(ReportCount).count() == 1
    first = date(2026, 1, 1)
    counted = {first + timedelta(days=number): TODAY - timedelta(days=1) for number in range(349)}
    due = days_to_count(TODAY, first, counted)
    assert due[0] == TODAY - timedelta(days=36) and due[-1] == TODAY
    assert days_to_count(TODAY, first, dict.fromkeys(counted, TODAY))[:-1] == []


def test_a_median_is_a_time_that_somebody_waited():
    assert median({}) is None
    assert median({10: 1}) == 10
    assert median({10: 1, 20: 1, 30: 1}) == 20
    assert median({10: 2, 500: 2}) == 10


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-01-01", "2026-02-01", Period(date(2026, 1, 1), date(2026, 2, 1))),
        ("2026-01-01", "", Period(date(2026, 1, 1), TODAY)),
        ("", "", Period(date(2026, 9, 21), TODAY)),
        ("2026-02-01", "2026-01-01", None),
        ("2016-02-01", "2026-01-01", None),
        ("gestern", "2026-01-01", None),
        ("2026-01-01' OR 1=1", "", None),
        ("9999-12-31", "9999-12-31", None),
    ],
)
def test_a_period_makes_sense_or_is_none(first, last, expected):
    assert read_period(first, last, TODAY) == expected


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-10-31")),
        (("2026-01-01", "2026-01-31"), ("2025-12-01", "2025-12-31")),
        (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        (("2026-11-02", "2026-11-08"), ("2026-10-26", "2026-11-01")),
        (("2026-11-01", "2026-11-29"), ("2026-10-03", "2026-10-31")),
        (("2026-11-05", "2026-11-05"), ("2026-11-04", "2026-11-04")),
    ],
)
def test_a_month_is_compared_with_the_month_before_and_any_other_period_with_as_many_days(period, before):
    first, last = (Period(*map(date.fromisoformat, each)) for each in (period, before))
    assert period_before(first) == last


def test_the_month_before_is_one_press_away_and_stands_beside_the_one_before_that(seeded):
    page = seeded.opens(seeded.opens("/desk/reports/promises").links["voriger Monat"])
    assert "Vorher heißt: vom 1. Oktober 2026 bis 31. Oktober 2026." in page.text
    october = rows_of(seeded, "promises", "topics", "from=2026-10-01&to=2026-10-31")
    kept = sum(int(row["gehalten"]) for row in october)
    shown = {name.text: before.text for name, _value, before in map(list, page.find("dl", class_="counts"))}
    assert kept and shown["gehalten"] == f"vorher: {kept}"


def test_reasons_of_fewer_than_five_people_are_not_shown(app, dora):
    with app.app_context(), transaction():
        for number in range(9):
            reason = "price" if number < 5 else "service"
            mark = f"mark-{number}"
            row = {"mark": mark, "day": TODAY, "kind": "cancellation", "language": "de", "reason": reason}
            db.session.add(LeavingFeedback(**row, text="Zu teuer." if not number else ""))
    rows = {row["Kündigung"] for row in rows_of(dora, "leaving", "reasons", "")}
    assert rows == {"0", "5", "<5"}
    text = dora.opens("/desk/reports/leaving").text
    assert "weniger als 5" in text and "Zu teuer." in text


def test_what_fewer_than_five_people_wrote_is_not_shown(app, dora):
    with app.app_context(), transaction():
        row = {"day": TODAY, "kind": "cancellation", "language": "de", "reason": "price", "text": "Zu teuer."}
        db.session.add_all(LeavingFeedback(mark=f"mark-{number}", **row) for number in range(4))
    assert "Zu teuer." not in dora.opens("/desk/reports/leaving").text


def test_what_a_period_has_nothing_of_is_said_in_one_sentence(app, dora):
    page = dora.opens("/desk/reports/leaving")
    assert page.text.count("Für diesen Zeitraum gibt es nichts zu zeigen") == 1 and not page.all("table")
    with app.app_context(), transaction():
        db.session.add(LeavingCount(day=TODAY, kind="cancellation", language="de", measure="sent", amount=15))
    page = dora.opens("/desk/reports/leaving")
    assert "Für diesen Zeitraum gibt es nichts zu zeigen: Gründe · In eigenen Worten" in page.text
    assert page.text.count("nichts zu zeigen") == 1 and page.all("table")


def test_leads_see_whether_the_pages_of_leaving_are_a_hurdle(app, dora):
    with app.app_context(), transaction():
        for measure, amount in (("opened", 20), ("sent", 15), ("took_60", 10), ("took_more", 5)):
            row = {"day": TODAY, "kind": "cancellation", "language": "de", "measure": measure}
            db.session.add(LeavingCount(**row, amount=amount))
    text = dora.opens("/desk/reports/leaving").text
    assert "Kündigung 20 15 25 % 0" in text and "bis 60 Sekunden 10 0" in text and "länger als 15 Minuten 5 0" in text


def test_words_of_the_same_stems_are_one_gap(app, dora):
    rows = [("kündigung", 3, 3, 0), ("kündigungen", 2, 0, 0), ("router", 4, 0, 4), ("Router!", 1, 0, 0)]
    names = ("words", "searches", "without_result", "clicks")
    with app.app_context(), transaction():
        common = {"day": clock.now().date(), "language": "de"}
        db.session.execute(insert(SearchCount), [common | dict(zip(names, row, strict=True)) for row in rows])
    found = [(row["Wörter"], row["Suchen"]) for row in rows_of(dora, "self-service", "gaps", query="")]
    assert found == [("kündigung", "5")]


def test_the_span_that_is_shown_is_marked_and_one_of_days_of_one_s_own_is_none(app, dora):
    def marked(page) -> list[str]:
        return [each.text for each in page.all("a", aria_current="true")]

    page = dora.opens("/desk/reports/promises")
    assert marked(dora.opens(page.links["90 Tage"])) == ["90 Tage"]
    assert marked(dora.opens("/desk/reports/promises?from=2026-11-01&to=2026-11-03")) == []


def test_a_wrong_period_is_said_and_stands_there_as_it_was_typed(app, dora):
    page = dora.opens("/desk/reports/promises?from=2026-12-01&to=2026-11-01&topic=%00&level=x")
    assert page.status == 422 and "Bitte wählen Sie zwei Tage" in page.text
    typed = {each.get("name"): (each.get("value"), each.get("aria-invalid")) for each in page.all("input")}
    assert typed["from"] == ("2026-12-01", "true") and typed["to"] == ("2026-11-01", "true")
    assert not page.all("table")
    assert dora.opens("/desk/reports/nichts").status == 404
    assert dora.opens("/desk/reports/promises/csv?part=nichts").status == 404


@pytest.mark.parametrize("typed", ["=1+1", "+49 7655", "-2", "@SUM(A1)", "\t=1", "  =1", "\u00a0=1", "＝1+1", "|calc"])
def test_no_cell_is_a_formula(typed):
    assert csv_cell(typed).startswith("'")


def test_a_subject_that_is_a_formula_leaves_the_house_as_words_and_the_export_is_audited(app, dora):
    ask(app, subject='=HYPERLINK("https://evil.example";"Rechnung")')
    page = dora.opens("/desk/reports/cases.csv?from=2026-12-01&to=2026-12-16")
    row = next(csv.DictReader(io.StringIO(page.html[1:]), delimiter=";"))
    assert row["Betreff"].startswith("'=HYPERLINK")
    assert "report.exported" in audit_of(app, dora.user_id)


def test_an_export_reads_in_pages_and_keeps_none_of_them(app, dora):
    asked = ask(app)
    with app.app_context():
        row = {each.key: getattr(asked.row, each.key) for each in Question.__table__.c if each.key != "id"}
        with transaction():
            db.session.execute(insert(Question), [row | {"number": f"X{number}"} for number in range(3000)])
        largest = 0

        def note(_connection, _cursor, statement, *_rest):
            nonlocal largest
            largest += statement.lstrip().upper().startswith("SELECT QUESTIONS.ID")

        event.listen(db.engine, "before_cursor_execute", note)
        page = dora.opens("/desk/reports/cases.csv?from=2026-12-01&to=2026-12-16")
        event.remove(db.engine, "before_cursor_execute", note)
    assert page.html.count("\r\n") == 3002 and largest == 7


def test_a_million_lines_need_no_more_memory_than_ten():
    def most(amount: int) -> int:
        tracemalloc.start()
        for _ in csv_lines(["a"], ([number, "x" * 50] for number in range(amount))):
            pass
        return (tracemalloc.stop, tracemalloc.get_traced_memory()[1])[1]

    few = most(10)
    tracemalloc.stop()
    many = most(20_000)
    tracemalloc.stop()
    assert many < few + 20_000
