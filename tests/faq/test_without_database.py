"""What everybody reads is answered while the database stands still: no page of it asks for anything there."""

import pytest
from sqlalchemy import event

from portal.foundation.database import db
from tests.visitor import Visitor

PAGES = (
    *("/de/", "/de/faq/", "/de/faq/rechnung/", "/de/faq/rechnung/rechnung-finden", "/de/faq/feed.xml", "/de/contact"),
    *("/de/search?q=rechnung", "/de/search?q=rechnugn", "/de/search/suggestions?q=rech", "/sitemap.xml", "/robots.txt"),
)


@pytest.fixture
def asked(app):
    """Whatever takes a connection or asks on one from now on: it would wait for a server that does not answer."""
    taken = []

    def take(*_given) -> None:
        taken.append(1)

    with app.app_context():
        engine = db.engine
    for moment in ("checkout", "before_cursor_execute"):
        event.listen(engine, moment, take)
    yield taken
    for moment in ("checkout", "before_cursor_execute"):
        event.remove(engine, moment, take)


def test_what_everybody_reads_asks_the_database_nothing(app, asked):
    statuses, askers = {}, []
    for path in PAGES:
        statuses[path] = Visitor(app).opens(path).status
        askers += [path] if asked else []
        asked.clear()
    assert set(statuses.values()) == {200}, statuses
    assert askers == []
