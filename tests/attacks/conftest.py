"""The town that is attacked: the demo company with everybody and everything in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.foundation import clock
from portal.seeds import seed
from tests.conftest import NOON, _copy, make_app, running


@pytest.fixture(scope="session")
def town(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """People, questions, contracts and declarations of the demo, reached by https; whatever is done to it stays."""
    folder = tmp_path_factory.mktemp("attacked")
    data, content = _copy(demo / "data", folder / "data"), _copy(demo / "content", folder / "content")
    with running(make_app(data, content, url="https://localhost", hosts=("localhost",))) as app:
        # Held only while it is made: stories in a browser that come later live in the time of the world.
        with clock.frozen(NOON), app.app_context():
            seed(clock.now())
        app.config.update(PROPAGATE_EXCEPTIONS=False)
        yield app
