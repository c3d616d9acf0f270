"""Answers to other programs: things as JSON, and what went wrong as a problem with a sentence (RFC 9457)."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any

from flask import Response, g, request
from flask_babel import gettext as _

# Below it nothing is for people: no page, no form, no cookie.
PREFIX = "/api/"


def is_for_programs() -> bool:
    """Whether this request is answered to a program."""
    return request.path.startswith(PREFIX)


def answer_json(
    thing: Any, status: int = 200, headers: Mapping[str, str] | None = None, *, kind: str = "application/json"
) -> Response:
    """The thing as JSON; moments are UTC."""
    body = json.dumps(thing, ensure_ascii=False, default=_plain, allow_nan=False)
    return Response(body + "\n", status, mimetype=kind, headers=dict(headers or {}))


def problem(status: int, sentence: str, headers: Mapping[str, str], more: Mapping[str, Any]) -> Response:
    """What went wrong: the status by name, a sentence for the person who reads the log, and what else helps."""
    title = HTTPStatus(status).phrase
    said = {"title": title, "status": status, "detail": sentence, "request_id": g.get("request_id", "-"), **more}
    return answer_json(said, status, {"Cache-Control": "no-store", **headers}, kind="application/problem+json")


def usual_sentence(status: int) -> str:
    """What a status means for a program, where nobody has said more."""
    sentences = {
        400: _("The request did not arrive completely or cannot be read."),
        403: _("This request was not accepted."),
        404: _("There is nothing at this address."),
        405: _("This address does not take this method."),
        413: _("The request is too large: at most 256 kB, and 100 things at once."),
        415: _("Please send JSON, with the header “Content-Type: application/json”."),
        414: _("The address is too long."),
        429: _("Too many requests. Please wait as long as Retry-After says."),
        500: _("Something went wrong on our side. It has been recorded under the request_id."),
        503: _("The portal cannot answer just now. Please try again in a moment."),
    }
    return str(sentences.get(status) or sentences[400 if status < 500 else 500])


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no value of ours")
