"""The loop in a real browser: a failed search becomes a gap, the gap an article in both languages, and it is found."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.editing.chores import tell_askers
from portal.faq.library import KEEPER
from portal.foundation import clock
from portal.foundation.database import db
from portal.notifications.models import Notification
from portal.questions.models import Question
from tests.cast import ANNA, EMIL
from tests.editing.folder import written
from tests.journeys.conftest import Server, eventually, serving

pytestmark = pytest.mark.browser
WORDS = "Drachenfutter kaufen"
# Both web processes and the builder share two cores with everything else that runs.
PATIENCE = 120


@pytest.fixture
def server(demo: Path, tmp_path: Path) -> Iterator[Server]:
    """A portal on the small FAQ, which may be changed."""
    written(tmp_path / "small" / "content")
    shutil.copytree(demo / "data", tmp_path / "small" / "data", ignore=shutil.ignore_patterns("derived"))
    with serving(tmp_path / "small", tmp_path / "served") as server:
        yield server


def shows(page: Page, address: str, words: str) -> bool:
    """Whether the page shows the words, sooner or later: each web process takes over what is new by itself."""

    def is_there() -> bool:
        page.goto(address)
        return words in page.locator("main").inner_text()

    return eventually(is_there, seconds=PATIENCE)


def finds(page: Page, address: str, words: str) -> bool:
    """Whether the first result of a search leads to these words."""
    page.goto(address)
    if not page.locator(".results").count():
        return False
    page.locator(".results h2 a, .results h3 a, .results li a").first.click()
    page.wait_for_load_state()
    return words in page.locator("main").inner_text()


def told(app: Flask) -> list[str]:
    """Who was written to about a new article, after the worker has gone round twice."""
    with app.app_context():
        assert KEEPER.of(app).settle(seconds=PATIENCE)
        for _again in range(2):
            tell_askers(clock.now())
        db.session.rollback()
        return list(db.session.scalars(select(Notification.recipient).filter_by(kind="article_written")))


def asks_with_the_words(page: Page) -> None:
    page.get_by_role("link", name="Mit diesen Wörtern anfragen").click()
    page.locator("input[name=topic]").last.check()
    page.get_by_label("Ihre Frage in einem Satz").fill("Wo gibt es Drachenfutter?")
    page.get_by_label("Was ist geschehen", exact=False).fill("Der Laden im Ort hat keines.")
    page.wait_for_timeout(2000)  # nobody fills in this form in less
    page.get_by_role("button", name="Anfrage senden").last.click()
    page.wait_for_url("**/receipt")


def saves(page: Page, *, category: str, body: str) -> None:
    page.locator("#category").select_option(category)
    page.locator("#body").fill(body)
    page.locator("#status").select_option("published")
    page.get_by_role("button", name="Speichern", exact=True).click()
    page.wait_for_url("**saved=*")


def test_a_failed_search_becomes_an_article_in_both_languages_and_the_person_who_asked_is_told_once(tab_of, beside):
    anna, emil = tab_of(ANNA), tab_of(EMIL)
    for tab in (anna, emil):
        tab.set_default_timeout(PATIENCE * 1000)
    anna.goto(f"/de/search?q={WORDS}")
    expect(anna.get_by_text("nichts gefunden").first).to_be_visible()
    asks_with_the_words(anna)
    with beside.app_context():
        assert db.session.scalars(select(Question.searched_words)).all() == [WORDS]
    assert shows(emil, "/desk/articles/gaps", "danach einmal gefragt")
    emil.get_by_role("link", name="Hilfeartikel schreiben").first.click()
    assert emil.locator("#keywords").input_value() == WORDS.lower()
    saves(emil, category="faq/de/rechnung", body="Drachenfutter gibt es im Laden am Markt.")
    assert shows(emil, emil.url, "Übersetzung schreiben")
    assert told(beside) == ["anna@example.org"]
    emil.get_by_role("link", name="Übersetzung schreiben").click()
    emil.locator("#title").fill("Buy dragon food")
    saves(emil, category="faq/en/billing", body="The shop at the market sells dragon food.")
    assert eventually(lambda: finds(anna, f"/de/search?q={WORDS}", "Drachenfutter gibt es im Laden"), seconds=PATIENCE)
    assert eventually(lambda: finds(anna, "/en/search?q=dragon food", "sells dragon food"), seconds=PATIENCE)
    emil.goto("/desk/articles/gaps")
    assert emil.locator(".gaps__one", has_text=WORDS.lower()).count() == 0
    assert told(beside) == ["anna@example.org"]
