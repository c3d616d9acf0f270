"""What is asked most is answered before Flask is woken, and nobody can tell the difference."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, request, request_started
from sqlalchemy import select

from portal.faq import results
from portal.faq.actions import SEARCH_TALLY
from portal.faq.library import KEEPER
from portal.faq.models import SearchCount
from portal.foundation.database import db
from tests.visitor import Page, Visitor

RESULTS, SUGGESTIONS = "/{}/search?q={}", "/{}/search/suggestions?q={}"
# What Flask answers in any case, with the same answer: the quick way knows `q` alone.
BY_FLASK = "&nobody=knows"


@contextmanager
def woken(app: Flask) -> Iterator[list[str]]:
    """The addresses that reach Flask meanwhile."""
    seen: list[str] = []

    def note(_app: Flask, **_given: object) -> None:
        seen.append(request.full_path)

    with request_started.connected_to(note, app):
        yield seen


def same(page: Page) -> tuple[object, ...]:
    headers = {name: value for name, value in page.response.headers.items() if name not in ("X-Request-Id", "ETag")}
    headers.pop("Content-Length", None)
    return page.status, page.html.replace(BY_FLASK.replace("&", "&amp;"), ""), headers


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    "words", ["router", "rehcnung", "umzug+vertrag", "wlan%20passw", "f%C3%BCr+%22router%22", "%3Cb%3Erouter"]
)
@pytest.mark.parametrize("address", [RESULTS, SUGGESTIONS])
def test_the_answer_is_the_same_to_the_letter_and_flask_is_not_woken(shared_app, reader, address, words, language):
    url = address.format(language, words)
    by_flask = reader.opens(url + BY_FLASK)
    with woken(shared_app) as seen:
        answer = reader.opens(url)
    assert same(answer) == same(by_flask)
    assert not seen
    # Kept answers name no request.
    assert "X-Request-Id" not in answer.response.headers


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("/de/search?q=qzxvw+vwqzx", {}),
        ("/de/search?q=Q26-00001-1", {}),
        ("/de/search?q=%00%01%00", {}),
        ("/de/search?q=router%ff", {}),
        ("/de/search?q=router&page=1&page=2", {}),
        ("/de/search?q=router&q=rechnung", {}),
        ("/de/search?q=" + "unusual+" * 40, {}),
        ("/de/search?q=" + "r" * 5000, {}),
        ("/fr/search?q=router", {}),
        ("/de/search/suggestions?q=router", {"Host": "elsewhere.example"}),
    ],
)
def test_whatever_is_unusual_is_answered_by_flask(shared_app, reader, url, headers):
    with woken(shared_app) as seen:
        reader.opens(url, inspected=False, **headers)
    assert len(seen) == 1


def test_a_search_that_flask_does_not_see_is_counted_each_time(app):
    visitor = Visitor(app)
    visitor.opens("/de/search?q=router")
    counted = SEARCH_TALLY.of(app)
    with app.app_context():
        counted.write()
    with woken(app) as seen:
        for _ in range(2):
            visitor.opens("/de/search?q=rechnung")
    assert not seen
    with app.app_context():
        counted.write()
        rows = db.session.scalars(select(SearchCount.searches).where(SearchCount.words == "rechnung"))
        assert list(rows) == [2]


def test_suggestions_of_both_ways_count_together_towards_the_limit(app):
    visitor = Visitor(app)
    visitor.opens("/de/search?q=router")
    urls = [SUGGESTIONS.format("de", f"re{turn // 3}") + BY_FLASK * (turn % 2) for turn in range(62)]
    answers = [visitor.opens(url, inspected=False).status for url in urls]
    assert answers == [200] * 60 + [429] * 2
    # Also what was kept a moment ago; somebody else is given it.
    assert visitor.opens(urls[0], inspected=False).status == 429
    assert Visitor(app).opens(urls[0]).status == 200


def test_a_call_that_the_quick_way_cannot_answer_is_counted_once(app):
    """The first ones of a process: Flask makes what the quick way will use."""
    for each in (results.address, results._search_for):
        each.cache_clear()
    visitor = Visitor(app)
    visitor.opens("/de/contact")
    with woken(app) as seen:
        answers = [visitor.opens("/de/search/suggestions?q=re", inspected=False).status for _ in range(62)]
    # One of ours, two that are refused.
    assert len(seen) == 3
    assert answers == [200] * 60 + [429] * 2


def test_a_fault_on_the_quick_way_ends_on_the_usual_page_of_errors(app, monkeypatch):
    visitor = Visitor(app)
    visitor.opens("/de/search?q=router")
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    monkeypatch.setattr(KEEPER.of(app).searcher, "search", lambda *_, **__: 1 / 0)
    page = visitor.opens("/de/search?q=rechnung")
    assert page.status == 500 and page.text
