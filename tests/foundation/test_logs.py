"""One line of JSON per event: the request it belongs to, and nothing that a person typed."""

import json
import logging

import pytest

from portal.foundation.process.logs import JsonLines, PlainLines, lines


def line(app, url: str, **record: object) -> dict:
    made = logging.LogRecord(
        "portal.x", logging.ERROR, "x.py", 1, record.get("event", "it happened"), None, record.get("trace")
    )
    with app.test_request_context(url):
        written = JsonLines().format(made)
    assert "\n" not in written
    return json.loads(written)


def test_a_line_names_time_level_source_event_and_request(app):
    found = line(app, "/de/search?q=geheim")
    assert found["level"] == "error" and found["from"] == "portal.x" and found["event"] == "it happened"
    assert found["method"] == "GET" and found["path"] == "/de/search"
    assert found["at"].endswith("+00:00")


def test_what_was_searched_is_not_written_down(app):
    assert "geheim" not in json.dumps(line(app, "/de/search?q=geheim"))


@pytest.mark.parametrize("event", ["a\nb", 'a"}\n{"level": "fake"', "\x1b[31mred", "a\r\nb"])
def test_nobody_can_forge_a_second_line(app, event):
    assert line(app, "/de/%0a%0d", event=event)["event"] == event


def test_lines_outside_of_requests_are_written_as_well():
    made = logging.LogRecord("portal.x", logging.INFO, "x.py", 1, "started", None, None)
    assert json.loads(JsonLines().format(made))["event"] == "started"


def test_a_long_path_is_cut(app):
    assert len(line(app, "/de/" + "x/" * 500)["path"]) == 200


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("/receipt/" + "k" * 43, "/receipt/…"),
        ("a mail to anna.berger@example.org failed", "a mail to …@example.org failed"),
        ("postgresql://portal:geheim@host/name", "postgresql://portal:…@host/name"),
        (
            "null value\nDETAIL:  Failing row contains (7, Mein Vertrag,\nzweite Zeile).\n[SQL: INSERT INTO x]",
            "null value\nDETAIL: …\n[SQL: INSERT INTO x]",
        ),
        ("duplicate key\nDETAIL:  Key (name)=(Anna Berger) already exists.", "duplicate key\nDETAIL: …"),
    ],
)
def test_keys_addresses_and_passwords_are_masked(written, expected):
    made = logging.LogRecord("portal.x", logging.ERROR, "x.py", 1, written, None, None)
    assert json.loads(JsonLines().format(made))["event"] == expected


def test_a_key_in_the_address_of_a_page_is_masked(app):
    assert line(app, "/de/receipt/" + "k" * 43)["path"] == "/de/receipt/…"


def test_on_a_terminal_a_line_is_time_and_sentence(monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    made = logging.LogRecord(
        "portal.x", logging.ERROR, "x.py", 1, "a mail to anna@example.org \x1b[31m\nfailed", None, None
    )
    written = lines().format(made)
    assert written.endswith("error: a mail to …@example.org �[31m�failed") and "\n" not in written
    made.levelno, made.levelname, made.msg = logging.INFO, "INFO", "published 159 articles"
    assert PlainLines().format(made).endswith("  published 159 articles") and "info" not in PlainLines().format(made)


def test_a_service_writes_for_machines(monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: False)
    assert isinstance(lines(), JsonLines)
