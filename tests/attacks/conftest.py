"""The town that is attacked: the demo company with everybody and everything in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.foundation import clock
from portal.seeds import seed
from tests.conftest import NOON, _copy, _on_one_of_both, make_app, running

WAY_IN = {"url": "https://localhost", "hosts": ("localhost",)}


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """People, questions, contracts and declarations of the demo, reached by https; whatever is done to it stays.

    On both databases: what one of them takes for a value, a number or a letter, the other may refuse.
    """
    folder = tmp_path_factory.mktemp("attacked")
    data, content = _copy(demo / "data", folder / "data"), _copy(demo / "content", folder / "content")
    with (
        _on_one_of_both(request, data) as address,
        running(make_app(data, content, database_url=address, **WAY_IN)) as app,
    ):
        # Held only while it is made: stories in a browser that come later live in the time of the world.
        with clock.frozen(NOON), app.app_context():
            seed(clock.now())
        app.config.update(PROPAGATE_EXCEPTIONS=False)
        yield app
