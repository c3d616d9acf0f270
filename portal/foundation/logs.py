"""Logs for machines: one line of JSON per event, without bodies, tokens or addresses of people."""

import json
import logging
from datetime import UTC, datetime

from flask import Flask, g, has_request_context, request


class JsonLines(logging.Formatter):
    """Time in UTC, level, source, sentence, and the request it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": record.getMessage(),
        }
        if has_request_context():
            event |= {"request": g.get("request_id", "-"), "method": request.method, "path": request.path[:200]}
        if record.exc_info:
            event["trace"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=False)


def set_up_logs(app: Flask) -> None:
    """Write everything from `portal` to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    ours = logging.getLogger("portal")
    ours.setLevel(logging.INFO)
    ours.handlers = [handler]
    ours.propagate = app.testing
