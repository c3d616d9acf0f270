"""Logs: one line of JSON per event, without bodies, keys or addresses of people (specs: OR-01, SR-03).

Who watches on a terminal reads the same as time and sentence.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime

from flask import Flask, g, has_request_context, request

# Keys in addresses of pages have 43 characters, those of forms 32 or more; nothing that a person reads is that long.
_KEY = re.compile(r"[A-Za-z0-9_-]{32,}")
# Begun only where a word begins: else a long one would be tried from each of its letters.
_ADDRESS = re.compile(r"(?<![^\s@\"'<>:/])[^\s@\"'<>:/]+@(?=[^\s@]+\.[^\s@])")
_PASSWORD = re.compile(r"(://[^\s:/@]*:)[^\s/@]*@")

# PostgreSQL repeats the row that it refuses, up to whatever comes next.
_ROW = re.compile(
    r"(DETAIL:).*?(?=\n(?:HINT:|CONTEXT:|\[SQL|\(Background|Traceback|The above|During handling)|\Z)", re.DOTALL
)

# A terminal obeys them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class JsonLines(logging.Formatter):
    """Time in UTC, level, source, sentence, and the request it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": masked(record.getMessage()),
        }
        if has_request_context():
            path = masked(request.path)[:200]
            event |= {"request": g.get("request_id", "-"), "method": request.method, "path": path}
        if record.exc_info:
            event["trace"] = masked(self.formatException(record.exc_info))
        return json.dumps(event, ensure_ascii=False)


class PlainLines(logging.Formatter):
    """Local time, the level where it is more than news, and the sentence."""

    def format(self, record: logging.LogRecord) -> str:
        level = "" if record.levelno <= logging.INFO else f"{record.levelname.lower()}: "
        trace = "\n" + masked(self.formatException(record.exc_info)) if record.exc_info else ""
        return (
            f"  {self.formatTime(record, '%H:%M:%S')}  {level}{_CONTROL.sub('�', masked(record.getMessage()))}{trace}"
        )


def lines() -> logging.Formatter:
    """What standard error is written in: for people on a terminal, for machines everywhere else."""
    return PlainLines() if sys.stderr.isatty() else JsonLines()


def masked(text: str) -> str:
    """The text without what opens something or says who somebody is."""
    text = _PASSWORD.sub(r"\1…@", _ROW.sub(r"\1 …", text) if "DETAIL:" in text else text)
    return _ADDRESS.sub("…@", _KEY.sub("…", text))


def set_up_logs(app: Flask) -> None:
    """Write everything from `portal` to standard error."""
    write_logs()
    logging.getLogger("portal").propagate = app.testing


def write_logs() -> None:
    """Write logs to standard error in a process without the application, such as the one that renders the content."""
    handler = logging.StreamHandler()
    handler.setFormatter(lines())
    ours, all_others = logging.getLogger("portal"), logging.getLogger()
    ours.setLevel(logging.INFO)
    ours.handlers, ours.propagate = [handler], False
    # What packages say is masked like what we say; gunicorn has seen to that itself, and so have tests.
    if not all_others.handlers:
        all_others.addHandler(handler)
