"""The yardstick: a minimal Flask application without extensions that renders one template, once with one SQLite query.

It is served as the portal is served (`portal/serving.py`), so that the ratio says what the portal's own work costs. Its
database is of the portal's kind: SQLite in a file, or the PostgreSQL that `YARDSTICK_URL` names.
"""

import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

from flask import Flask, render_template, request
from jinja2 import DictLoader

from portal.foundation.sql.sqlite_settings import is_wal_safe

app = Flask(__name__)
_local = threading.local()
_URL = os.environ.get("YARDSTICK_URL", "")
_GAP = "%s" if _URL else "?"

_WORDS = "Ihre Rechnung liegt ab dem 5. jedes Monats als PDF bereit & eine E-Mail sagt, „wann“ sie da ist. " * 4
_TOPICS = [f"Rechnung & Zahlung {number}" for number in range(1, 9)]
_RELATED = [f"Wo finde ich <Beleg {number}>?" for number in range(1, 7)]
_SECTIONS = [(f"Frage & Antwort {number}", _WORDS) for number in range(1, 22)]

# About as many bytes as an article page of the portal, with loops and escaping.
PAGE = """<!doctype html>
<html lang="de">
<head><meta charset="utf-8"><title>{{ title }}</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/static/page.css"></head>
<body>
<header><a href="/">Start</a><form action="/search"><label for="q">Suche</label><input id="q" name="q"></form>
<ul>{% for topic in topics %}<li><a href="/topics/{{ loop.index }}">{{ topic }}</a></li>{% endfor %}</ul></header>
<main><article><h1>{{ title }}</h1><p>{{ summary }}</p>
{% for heading, text in sections %}<h2 id="part-{{ loop.index }}">{{ heading }}</h2>
<p>{{ text }}</p>
{% endfor %}</article>
<section><h2>Verwandt</h2><ul>
{% for title in related %}<li><a href="/articles/{{ loop.index }}">{{ title }}</a></li>{% endfor %}</ul></section>
</main>
<footer>{% for topic in topics %}<a href="/pages/{{ loop.index }}">{{ topic }}</a> {% endfor %}</footer>
</body></html>"""
# A loader keeps the compiled template, as with a file; a template given as a string would be compiled each time.
app.jinja_loader = DictLoader({"article.html": PAGE})


@app.get("/")
def page() -> str:
    """One template."""
    return _render("Wo finde ich meine <Rechnung>?", _WORDS)


@app.get("/articles/<int:number>")
def article(number: int) -> str:
    """One template and one query."""
    query = f"SELECT title, summary FROM articles WHERE number = {_GAP}"
    title, summary = _database().execute(query, (number,)).fetchone()
    return _render(title, summary)


@app.post("/rows")
def insert() -> str:
    """One row, durable when the answer goes out, with the settings that the portal's own database has."""
    database = _database()
    database.execute(f"INSERT INTO rows (text) VALUES ({_GAP})", (request.form["text"],))
    database.commit()
    return "kept"


def _render(title: str, summary: str) -> str:
    return render_template(
        "article.html", title=title, summary=summary, topics=_TOPICS, sections=_SECTIONS, related=_RELATED
    )


def _database() -> Any:
    if not hasattr(_local, "connection"):
        _local.connection = _postgres(_URL) if _URL else _sqlite()
    return _local.connection


def _sqlite() -> sqlite3.Connection:
    connection = sqlite3.connect(Path(os.environ["YARDSTICK_DATA"]) / "yardstick.sqlite", timeout=10)
    journal, synchronous = ("WAL", "FULL") if is_wal_safe(sqlite3.sqlite_version_info) else ("DELETE", "EXTRA")
    connection.execute(f"PRAGMA journal_mode={journal}")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    return connection


def _postgres(url: str) -> Any:
    import psycopg

    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def make_database(folder: Path, url: str = "") -> None:
    """3,000 articles to choose one from, in a file of this folder or in an empty database of PostgreSQL."""
    connection = _postgres(url) if url else sqlite3.connect(folder / "yardstick.sqlite")
    with connection:
        connection.execute("CREATE TABLE articles (number INTEGER PRIMARY KEY, title TEXT, summary TEXT)")
        rows = ((number, f"Artikel <{number}>", _WORDS) for number in range(3000))
        gap = "%s" if url else "?"
        connection.cursor().executemany(f"INSERT INTO articles VALUES ({gap}, {gap}, {gap})", rows)
        connection.execute(f"CREATE TABLE rows (id {'SERIAL' if url else 'INTEGER'} PRIMARY KEY, text TEXT)")
