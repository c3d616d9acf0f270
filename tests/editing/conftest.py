"""A portal on a small FAQ of its own, whose files may be changed."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.faq.library import KEEPER
from tests.cast import EMIL, SignedIn, signed_in
from tests.conftest import make_app, running
from tests.editing.folder import written


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, demo: Path) -> Path:
    """The small FAQ, built and indexed once; only to be copied."""
    folder = tmp_path_factory.mktemp("editing")
    written(folder / "content")
    shutil.copytree(demo / "data", folder / "data", ignore=shutil.ignore_patterns("derived"))
    with running(make_app(folder / "data", folder / "content")) as app:
        assert KEEPER.of(app).settle(seconds=120)
    return folder


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    """Content and data of one test."""
    shutil.copytree(small, tmp_path / "faq")
    return tmp_path / "faq"


@pytest.fixture
def own(folder: Path, migrated: str) -> Iterator[Flask]:
    """The portal on it, once on each of the two databases."""
    with running(make_app(folder / "data", folder / "content", database_url=migrated)) as app:
        KEEPER.of(app).watch.quiet_seconds = 0.0
        yield app


@pytest.fixture
def editor(own: Flask) -> SignedIn:
    """Emil, who edits."""
    return signed_in(own, EMIL)
