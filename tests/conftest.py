"""What every test may ask for: an application on its own data, a held clock, and a visitor who looks at every page."""

import fcntl
import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest
from flask import Flask
from flask_migrate import upgrade

from portal import create_app
from portal.cli import set_up_cli
from portal.faq.library import KEEPER
from portal.foundation import clock
from portal.foundation.config import Config
from portal.foundation.database import db
from tests import warm
from tests.made_once import keep_code
from tests.visitor import Visitor

pytest_plugins = ("tests.cast",)
# A Wednesday in the week before the demo company closes; 11:00 in Lärchental: phone, shop and callback are open.
NOON = datetime(2026, 12, 16, 10, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[1]
CONTENT = ROOT / "content"
MEMORY, ENOUGH = Path("/dev/shm"), 4 * 1024**3
# Content that was rendered and that no test changes: nobody looks whether it has.
_FINISHED: set[Path] = set()
_Thing = TypeVar("_Thing")
_KEPT = pytest.StashKey[dict[object, object]]()

# Their tests wait for browsers, servers and commands of their own; the last of them begin after this part of all files.
_WAITING, _LAST = ("journeys", "faults", "attacks", "operation"), 0.8


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whatever goes through a database runs on both, unless it says why one is enough; files that wait lie between."""
    twice = [each for each in items if _is_on_postgres(each) and _is_once(each)]
    config.hook.pytest_deselected(items=twice)
    left = [each for each in items if each not in set(twice)]
    places = _places(list(dict.fromkeys(each.path for each in left)))
    items[:] = sorted(left, key=lambda each: (places[each.path], each.path))


def pytest_configure() -> None:
    """Folders of tests lie in memory where there is enough of it: nothing of a test outlives the machine.

    Code is compiled once, also where the environment says not to keep it: a run starts hundreds of processes.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    subprocess.Popen = warm.Popen  # type: ignore[misc]
    if _memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_finish() -> None:
    """What was there before the first test stays: nobody looks through it for garbage, and for the rest more rarely."""
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture(autouse=True)
def held_clock() -> Iterator[datetime]:
    """Every test lives at the same moment."""
    with clock.frozen(NOON):
        yield NOON


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """`content` and `data` of the demo company, rendered, indexed and migrated once; only to be copied."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "demo"
    with _alone(folder.with_suffix(".lock")):
        if not folder.exists():
            shutil.rmtree(folder.with_suffix(".new"), ignore_errors=True)
            _prepare(folder.with_suffix(".new"))
            folder.with_suffix(".new").rename(folder)
    _FINISHED.add(folder / "content")
    return folder


@pytest.fixture
def data(request: pytest.FixtureRequest, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of one's own: the demo content is rendered, the database is empty.

    What is published there may be removed or replaced, but not written into: every test has the same files.
    """

    def place() -> Path:
        is_alone = request.node.get_closest_marker("together") is None
        return request.getfixturevalue("tmp_path") if is_alone else tmp_path_factory.mktemp("together")

    return _kept(request, "data", lambda: nullcontext(_own(demo / "data", place() / "data")))


@pytest.fixture
def content(demo: Path, tmp_path: Path) -> Path:
    """A content folder of one's own, for tests that change files."""
    return _copy(demo / "content", tmp_path / "content")


@pytest.fixture
def app(request: pytest.FixtureRequest, demo: Path, data: Path, migrated: str) -> Flask:
    """The portal with the demo content and an empty database of its own, once on SQLite and once on PostgreSQL."""
    return _kept(request, "app", lambda: running(make_app(data, demo / "content", database_url=migrated)))


@pytest.fixture(scope="session")
def shared_app(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The same for all tests of this process that only read."""
    folder = _copy(demo / "data", tmp_path_factory.mktemp("shared") / "data")
    # Held only while it is made: stories in a browser that come later live in the time of the world.
    with clock.frozen(NOON):
        made = make_app(folder, demo / "content")
    with running(made):
        yield made


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody without an account who reads German."""
    return Visitor(app)


@pytest.fixture
def english_visitor(app: Flask) -> Visitor:
    """Somebody without an account who reads English."""
    return Visitor(app, languages="en")


@pytest.fixture
def reader(shared_app: Flask) -> Visitor:
    """A visitor who reads German and changes nothing."""
    return Visitor(shared_app)


@pytest.fixture
def english_reader(shared_app: Flask) -> Visitor:
    """A visitor who reads English and changes nothing."""
    return Visitor(shared_app, languages="en")


@pytest.fixture(scope="session")
def postgres() -> Iterator["object"]:
    """A PostgreSQL server for this process; without one the test is skipped, in CI it fails."""
    # Not below the folder of pytest: every other run of the same person closes that to the user of the server.
    with TemporaryDirectory(prefix="portal-postgres-", dir=_memory(), ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = _postgres(Path(folder))
        yield server
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once on each of the two systems."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite'}"
    return request.getfixturevalue("postgres").new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated(request: pytest.FixtureRequest, data: Path) -> str:
    """The address of a database with every table and no row, once on each of the two systems."""
    return _kept(request, "migrated", lambda: _on_one_of_both(request, data))


def _kept(request: pytest.FixtureRequest, name: str, make: Callable[[], AbstractContextManager[_Thing]]) -> _Thing:
    """What a test has for itself; cases that are tried `together` have it in common on each of the two systems."""
    owner, key = request.node, name
    if owner.get_closest_marker("together") is not None:
        key = f"{name} {owner.originalname} {owner.callspec.params.get('migrated')}"
        owner = owner.getparent(pytest.Module)
    known = owner.stash.setdefault(_KEPT, {})
    if key not in known:
        stack = ExitStack()
        known[key] = stack.enter_context(make())
        # Whoever keeps a portal after its test has all of them in the end.
        stack.callback(known.pop, key)
        owner.addfinalizer(stack.close)
    return known[key]


@contextmanager
def _on_one_of_both(request: pytest.FixtureRequest, data: Path) -> Iterator[str]:
    """A migrated database on the system that the parameter of the fixture names."""
    if request.param == "sqlite":
        yield f"sqlite:///{data / 'portal.sqlite'}"
        return
    with _on_postgres(request) as address:
        yield address


@contextmanager
def _on_postgres(request: pytest.FixtureRequest) -> Iterator[str]:
    server, folder = request.getfixturevalue("postgres"), request.getfixturevalue("demo")

    def migrate(address: str) -> None:
        with running(make_app(folder / "data", folder / "content", database_url=address)) as app, app.app_context():
            upgrade()

    address = server.migrated_database(migrate)
    yield address
    server.forget(address)


def make_app(data: Path, content: Path = CONTENT, **changes: object) -> Flask:
    """An application on these folders; `changes` replace single settings."""
    app = create_app(make_config(data, content, **changes), {"TESTING": True})
    keep_code(app)
    set_up_cli(app)
    keeper = KEEPER.of(app)
    if content not in _FINISHED or not keeper.adopt().is_ready:
        keeper.refresh(patience=60)
    return app


def make_config(data: Path, content: Path = CONTENT, **changes: object) -> Config:
    """The settings of a test; `changes` replace single ones."""
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
    }
    return Config(**settings | changes)


@contextmanager
def running(app: Flask) -> Iterator[Flask]:
    """Give back locks and connections at the end."""
    try:
        yield app
    finally:
        KEEPER.of(app).stop()
        with app.app_context():
            db.engine.dispose()


def _memory() -> str | None:
    """The folder in memory, where there is enough of it."""
    return str(MEMORY) if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH else None


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _prepare(folder: Path) -> None:
    content = _copy(CONTENT, folder / "content")
    with clock.frozen(NOON), running(make_app(folder / "data", content)) as app:
        with app.app_context():
            upgrade()
        assert KEEPER.of(app).settle(seconds=600), "the demo content was not ready after ten minutes"


def _copy(folder: Path, target: Path) -> Path:
    # Times stay, so that nothing looks changed and nothing is rendered again.
    shutil.copytree(folder, target)
    return target


def _own(data: Path, target: Path) -> Path:
    """The same for a data folder, in a sixth of the time: a published file is only ever replaced, so all share it."""
    shutil.copytree(data, target, copy_function=_shared)
    return target


def _shared(source: str, target: str) -> None:
    path = Path(source)
    # Locks are empty; beside the folders lie the database and the keys.
    is_published = path.parent.name != "data" and path.stat().st_size
    os.link(source, target) if is_published else shutil.copy2(source, target)


def _places(files: list[Path]) -> dict[Path, float]:
    """Where in the run each file begins: whoever waits has others beside it that keep the processors busy.

    At the end there are none that wait: one process would run them alone.
    """
    # The house begins: many of its tests need no content, which another process prepares meanwhile.
    files = sorted(files, key=lambda each: each.parent.name != "house")
    waiting = [each for each in files if each.parent.name in _WAITING]
    others = [each for each in files if each.parent.name not in _WAITING]
    spread = {each: number / len(others) for number, each in enumerate(others)}
    return spread | {each: _LAST * number / len(waiting) for number, each in enumerate(waiting)}


def _is_on_postgres(item: pytest.Item) -> bool:
    made_for = getattr(item, "callspec", None)
    return made_for is not None and made_for.params.get("migrated") == "postgresql"


def _is_once(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) is not None for name in ("sqlite_only", "once"))


def _postgres(folder: Path) -> "object":
    try:
        from tests.postgres import Postgres

        return Postgres(folder)
    except (ImportError, OSError, RuntimeError, AssertionError) as error:
        problem = f"No PostgreSQL server could be started ({error}): `make test` installs what is needed."
        if os.environ.get("CI"):
            pytest.fail(problem)
        pytest.skip(problem)
