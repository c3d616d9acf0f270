"""The next case and the one before it, in the list that somebody came from: a browser keeps which list that was."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Response

from portal.desk.queries.queues import place_of
from portal.desk.rules import EVERYTHING, QUEUES, Filter, Queue, address_of, read_filter
from portal.desk.words import queue_word
from portal.foundation.web.cookies import cookie_name, give_cookie
from portal.foundation.web.here import app_here, request_here
from portal.questions.models import Question

_COOKIE = "list"


@dataclass(frozen=True)
class Neighbours:
    """Where the list, the next case and the one before it are; `word` is what the list is called."""

    word: str
    list_url: str
    next_url: str
    previous_url: str


def keep_list(response: Response, queue: Queue, wanted: Filter) -> Response:
    """Let the browser remember the list until it is closed; nothing is sent when it does already."""
    listed = address_of(queue, wanted).rpartition("/")[2]
    return response if _kept() == listed else give_cookie(response, cookie_name(app_here(), _COOKIE), listed)


def neighbours_of(question: Question) -> Neighbours:
    """The ways from a case to others of the list that was open last, or of one's own cases."""
    queue, wanted = _kept_list()
    at = place_of(queue, question)
    asked = "&".join(part for part in (wanted.address, f"at={at}" if at else "") if part)
    there = f"/desk/queues/{queue.value}"
    return Neighbours(
        queue_word(queue), address_of(queue, wanted), f"{there}/next?{asked}", f"{there}/previous?{asked}"
    )


def _kept_list() -> tuple[Queue, Filter]:
    name, _, asked = _kept()[:1000].partition("?")
    queue = QUEUES.get(name, Queue.MINE)
    return queue, read_filter(dict(parse_qsl(asked))) if asked and queue == name else EVERYTHING


def _kept() -> str:
    return str(request_here().cookies.get(cookie_name(app_here(), _COOKIE), ""))
