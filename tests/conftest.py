"""What every test may ask for: an application on its own data, a held clock, and a visitor who looks at every page."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from portal import create_app
from portal.foundation import clock
from portal.foundation.config import Config
from tests.visitor import Visitor

# A Wednesday in the week before the demo company closes; 11:00 in Lärchental: phone, shop and callback are open.
NOON = datetime(2026, 12, 16, 10, 0, tzinfo=UTC)
CONTENT = Path(__file__).resolve().parents[1] / "content"


@pytest.fixture(autouse=True)
def held_clock() -> Iterator[datetime]:
    """Every test lives at the same moment."""
    with clock.frozen(NOON):
        yield NOON


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo content, rendered, indexed and migrated once for all tests of this process."""
    data = tmp_path_factory.mktemp("demo")
    with clock.frozen(NOON):
        app = make_app(data)
        with app.app_context():
            upgrade()
        app.extensions["faq"].refresh()
    return data


@pytest.fixture
def app(demo_data: Path, tmp_path: Path) -> Flask:
    """The portal with the demo content and an empty database of its own."""
    data = tmp_path / "data"
    shutil.copytree(demo_data, data)
    return make_app(data)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody without an account who reads German."""
    return Visitor(app)


@pytest.fixture
def english_visitor(app: Flask) -> Visitor:
    """Somebody without an account who reads English."""
    return Visitor(app, languages="en")


def make_app(data: Path, content: Path = CONTENT, **changes: object) -> Flask:
    """An application on these folders; `changes` replace single settings."""
    settings = {
        "stage": "development",
        "data": data,
        "content": content,
        "url": "http://localhost",
        "hosts": (),
        "port": 8000,
        "proxy_hops": 0,
        "database_url": f"sqlite:///{data / 'portal.sqlite'}",
        "secret_key": "x" * 32,
        "allow_old_sqlite_wal": False,
    } | changes
    app = create_app(Config(**settings), {"TESTING": True})
    app.extensions["faq"].refresh()
    return app
