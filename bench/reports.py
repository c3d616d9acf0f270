"""`python -m bench.reports`: every report over a million questions, and an export of all of them.

`make bench` has it as a section for each of its sizes, on SQLite; the million is that of the large one.
`[--amount 1000000] [--times 30] [--data FOLDER]`; with FOLDER a database that was filled before is used again. The
rows are made by SQL out of their number, so that filling takes a minute; then the days are counted as the worker does.
"""

# ruff: noqa: E501  (a statement is easier to read in the lines of its own language)
import argparse
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine

from bench.content import DEMO
from bench.pages import machine
from bench.servers import Server, portal_environment, portal_server, set_up
from bench.table import Verdict, print_verdicts
from portal.foundation.config import ROOT
from portal.keys.rules import digest
from portal.operation.planning import measure_tables

REPORTS = ("promises", "answers", "work", "ratings", "self-service")
TARGET_SECONDS, GROWTH = 2.0, 20
_KEY = f"{'reports':0>43}"
_COUNT = "from portal import create_app; from portal.reports.chores import count_everything\n"
_COUNT += "with create_app().app_context(): count_everything()"
# Two years, evenly; each fact is made of the number, so that every run has the same rows.
_ASKED = "datetime('now', printf('-%d seconds', (:amount - n) * 63072000 / :amount))"
_TOPIC = "substr('fault bill  moving', (n % 3) * 6 + 1, 6)"
_LEVEL = "CASE n % 10 WHEN 0 THEN 'outage' WHEN 1 THEN 'hindrance' ELSE 'question' END"
_SERIES = "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < :amount)"
_FILL = (
    "INSERT INTO users (id, email, name, language, role, failures, confirmed_at, created_at)"
    " SELECT value, 'p' || value || '@talwind.example', 'Person ' || value, 'de', 'lead', 0, datetime('now'), datetime('now')"
    " FROM json_each('[1,2,3,4,5,6,7,8,9,10]')",
    "INSERT INTO customers (id, name, email, language, contact_wishes, created_at)"
    " VALUES (1, 'Kundin', 'kundin@example.org', 'de', '', datetime('now'))",
    f"INSERT INTO questions (id, number, customer_id, asker_name, language, topic, subject, facts, searched_words, source,"
    " can_continue, affects, proposed_level, level, status, assignee_id, version, created_at, last_message_at,"
    " first_answered_at, answer_due_at, solved_at, closed_at, closed_by)"
    f" {_SERIES} SELECT n, 'B' || n, 1, '', 'de', trim({_TOPIC}), 'Betreff ' || n, '{{}}', '', 'web', '', '', {_LEVEL},"
    f" {_LEVEL}, CASE WHEN n % 50 THEN 'closed' ELSE 'open' END, n % 10 + 1, 3, {_ASKED} || '.000000',"
    f" {_ASKED} || '.000000', datetime({_ASKED}, printf('+%d minutes', n * 7919 % 2000)) || '.000000',"
    f" CASE WHEN n % 50 THEN NULL ELSE datetime('now', printf('%d minutes', n % 3000 - 300)) || '.000000' END,"
    " NULL, NULL, CASE WHEN n % 50 THEN 'customer' ELSE '' END FROM s",
    "INSERT INTO promises (id, question_id, kind, level, because, reason, is_moved, made_at, made_by, counted_from, minutes,"
    " skipped, due_at, ended_at, outcome, breached_at) SELECT id, id, 'first_answer', level, 'asked', '', 0, created_at, '',"
    " created_at, 480, '[]', datetime(created_at, '+1 day') || '.000000', first_answered_at,"
    " CASE WHEN id % 12 THEN 'kept' ELSE 'missed' END,"
    " CASE WHEN id % 12 THEN NULL ELSE datetime(created_at, '+1 day') || '.000000' END FROM questions",
    "INSERT INTO messages (id, question_id, author, user_id, author_name, author_role, channel, body, created_at)"
    " SELECT id, id, 'staff', assignee_id, 'Person', '', 'web', 'Erledigt.', first_answered_at FROM questions",
    "INSERT INTO ratings (question_id, face, sentence, created_at, changed_at) SELECT id,"
    " CASE id % 9 WHEN 0 THEN 'bad' WHEN 3 THEN 'fair' ELSE 'good' END, '', created_at, created_at FROM questions WHERE id % 3 = 0",
    "INSERT INTO search_counts (day, language, words, searches, without_result, clicks)"
    " WITH RECURSIVE d(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM d WHERE i < 729), w(k) AS (SELECT 1 UNION ALL SELECT"
    " k + 1 FROM w WHERE k < 200) SELECT date('now', printf('-%d days', i)), 'de', 'wort ' || k, k % 9 + 1, k % 2, k % 5 FROM d, w",
)


def main() -> None:
    """Measures and prints; the numbers are the whole message, the exit code is always 0."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--amount", type=int, default=1_000_000)
    options.add_argument("--times", type=int, default=30, help="how often each report is asked for")
    options.add_argument("--data", type=Path, help="a folder that was filled before")
    given = options.parse_args()
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        section(Path(name), given.amount, times=given.times, data=given.data)


def section(folder: Path, amount: int, *, times: int = 30, data: Path | None = None) -> None:
    """Every report and an export over so many questions, in a portal of its own below that folder."""
    data, log = data or folder / "reports", folder / "reports.log"
    if not (data / "portal.sqlite").exists():
        _prepare(data, log, amount)
    _sign_in(data)
    with portal_server(data, DEMO, log) as server:
        server.wait_for("/readyz", seconds=120, text=b'"ok"')
        print_verdicts([*_reports(server, times), _export(server)])


def _prepare(data: Path, log: Path, amount: int) -> None:
    set_up(data, DEMO, log)
    begun = time.perf_counter()
    with closing(sqlite3.connect(data / "portal.sqlite")) as connection, connection:
        connection.execute("PRAGMA cache_size=-400000")
        for trigger in connection.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger' AND name LIKE '%fts%'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger[0]}")
        for statement in _FILL:
            connection.execute(statement, {"amount": amount})
    engine = create_engine(f"sqlite:///{data / 'portal.sqlite'}")
    measure_tables(engine)
    engine.dispose()
    print(f"{amount:,} questions filled in: {time.perf_counter() - begun:.0f} s", flush=True)
    begun = time.perf_counter()
    environment = {"PATH": "/usr/bin:/bin", **portal_environment(data, DEMO)}
    subprocess.run([sys.executable, "-c", _COUNT], cwd=ROOT, env=environment, check=True)
    print(f"every day counted for the first time: {time.perf_counter() - begun:.0f} s", flush=True)


def _sign_in(data: Path) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    row = (digest(_KEY), 1, 0, str(now), str(now), str(now.replace(year=now.year + 1)), "", "")
    columns = "digest, user_id, is_half, created_at, seen_at, expires_at, network, browser"
    with closing(sqlite3.connect(data / "portal.sqlite")) as connection, connection:
        connection.execute("DELETE FROM sessions")
        connection.execute(f"INSERT INTO sessions ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def _periods() -> dict[str, str]:
    now = datetime.now(UTC).date()
    return {"12 weeks": "", "a year": f"?from={now.replace(year=now.year - 1)}&to={now}"}


def _reports(server: Server, times: int) -> Iterator[Verdict]:
    for report in REPORTS:
        for name, query in _periods().items():
            before = server.cpu_seconds()
            seconds = [_timed(server, f"/desk/reports/{report}{query}") for _ in range(times)]
            p95 = statistics.quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
            cpu = (server.cpu_seconds() - before) / times
            said = f"p50 {statistics.median(seconds):.3f} s, p95 {p95:.3f} s ({cpu:.3f} s CPU)"
            yield f"report {report}, {name} (p95 < {TARGET_SECONDS:g} s)", said, p95 < TARGET_SECONDS


def _export(server: Server) -> Verdict:
    """All of a year, twice: what a process needs more for the second one would be what it keeps of the first."""
    path, memory = f"/desk/reports/cases.csv{_periods()['a year']}", [max(server.memory())]
    for _ in range(2):
        begun = time.perf_counter()
        status, _headers, body = server.get(path, Cookie=f"session={_KEY}")
        seconds, lines = time.perf_counter() - begun, body.count(b"\r\n")
        memory.append(max(server.memory()))
    if status != 200:
        raise RuntimeError(f"{path}: {status}")
    told = ", ".join(f"{each:.0f}" for each in memory)
    said = f"{lines:,} lines, {len(body) / 1e6:.0f} MB in {seconds:.0f} s; web process before, after one, after two: {told} MB"
    return f"export as CSV (grows by < {GROWTH} MB)", said, memory[-1] - memory[0] < GROWTH


def _timed(server: Server, path: str) -> float:
    begun = time.perf_counter()
    status, _headers, _body = server.get(path, Cookie=f"session={_KEY}", **{"Accept": "text/html"})
    if status != 200:
        raise RuntimeError(f"{path}: {status}")
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
