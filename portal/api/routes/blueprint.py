"""The blueprint that all routes of the interface hang on, and how things are answered to a program."""

from typing import Any

from flask import Blueprint, Response

from portal.foundation.web.problems import PREFIX, answer_json

bp = Blueprint("api", __name__, url_prefix=f"{PREFIX}v1")


def answer(thing: Any, status: int = 200, **headers: str) -> Response:
    """A thing for a program."""
    return answer_json(thing, status, headers)
