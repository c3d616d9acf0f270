"""The portal as it really runs, in gunicorn, and a real browser that watches what it is given."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from portal.foundation import clock
from portal.foundation.web.sessions import session_cookie
from tests.browser import find
from tests.cast import Person, signed_in
from tests.conftest import NOON, ROOT, _copy, make_app, running

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
WORKERS = 2
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@dataclass(frozen=True)
class Server:
    """A running portal: where it answers, and the folders it lives on."""

    origin: str
    data: Path
    content: Path

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of an address, asked for as a browser asks."""
        request = Request(self.origin + path, headers={"Accept": "text/html", "Accept-Language": "de"})
        try:
            with urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture(autouse=True)
def held_clock(request: pytest.FixtureRequest) -> Iterator[datetime | None]:
    """Nobody holds the clock beside a browser: the server lives in the time of the world."""
    moment = None if request.node.get_closest_marker("browser") else NOON
    with clock.frozen(moment):
        yield moment


@pytest.fixture(scope="session")
def server(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The portal with the demo content, for tests that change no file."""
    with serving(demo, tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture
def own_server(demo: Path, tmp_path: Path) -> Iterator[Server]:
    """A portal of one's own, whose files may be broken."""
    with serving(demo, tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of this process; without one they are skipped, in CI they fail."""
    path = find()
    if path is None:
        problem = "No Chromium was found: install it, or set CHROMIUM to the path of one."
        pytest.fail(problem) if os.environ.get("CI") else pytest.skip(problem)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def new_tab(chromium: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Opens tabs of a customer; at the end none of them may have complained or asked a foreign host for anything."""
    contexts, problems = [], []

    def open_tab(*, viewport: dict[str, int] = PHONE, **options: object) -> Page:
        context = chromium.new_context(viewport=viewport, base_url=server.origin, locale="de-DE", **options)
        contexts.append(context)
        page = context.new_page()
        watch(page, server.origin, problems)
        return page

    yield open_tab
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def beside(server: Server) -> Iterator[Flask]:
    """The same data in this process: for what others do meanwhile, and for the worker's part."""
    with running(make_app(server.data, server.content, url=server.origin)) as app:
        yield app


@pytest.fixture
def tab_of(new_tab: Callable[..., Page], beside: Flask, server: Server) -> Callable[..., Page]:
    """Opens tabs in which that person is signed in."""

    def open_tab_of(person: Person, **options: object) -> Page:
        tab = new_tab(**{"viewport": DESKTOP} | options)
        key = signed_in(beside, person)._client.get_cookie(session_cookie(beside)).value
        tab.context.add_cookies([{"name": session_cookie(beside), "value": key, "url": server.origin}])
        return tab

    return open_tab_of


def watch(page: Page, origin: str, problems: list[str]) -> None:
    """Write down every complaint of the browser and every request that leaves the house."""
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    page.on("console", lambda line: _note(line.type, line.text, page.url, problems))
    page.on("request", lambda request: _note_foreign(request.url, origin, problems))


def _note(kind: str, text: str, url: str, problems: list[str]) -> None:
    # An error page that was opened on purpose, and a request for suggestions that was no longer wanted, are no faults.
    expected = "the server responded with a status of 4" in text
    expected = expected or text.startswith(("htmx:afterRequest", "htmx:sendAbort"))
    # So is a connection that a test took away.
    expected = expected or "net::ERR_INTERNET_DISCONNECTED" in text or text.startswith("htmx:sendError")
    if kind in ("error", "warning") and not expected:
        problems.append(f"{url}: {text}")


def _note_foreign(url: str, origin: str, problems: list[str]) -> None:
    if urlsplit(url).scheme not in ("data", "blob", "about") and not url.startswith(f"{origin}/"):
        problems.append(f"asked a foreign host: {url}")


@contextmanager
def serving(demo: Path, folder: Path, **further: str) -> Iterator[Server]:
    """Run gunicorn on a free port with its own copy of data and content; `further` are settings."""
    data, content = _copy(demo / "data", folder / "data"), _copy(demo / "content", folder / "content")
    port = _free_port()
    folders = {"PORTAL_DATA": str(data), "PORTAL_CONTENT": str(content)}
    settings = folders | {"PORT": str(port), "WEB_WORKERS": str(WORKERS)} | further
    command = [sys.executable, "-m", "gunicorn", "--config", "portal/serving.py", "app:app"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=_environment() | settings, stdout=log, stderr=log)
        running = Server(f"http://127.0.0.1:{port}", data, content)
        try:
            assert eventually(lambda: process.poll() is not None or _is_ready(running, process.pid), seconds=180)
            assert process.poll() is None, (folder / "log").read_text()
            yield running
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=40)


def eventually(is_so: Callable[[], bool], *, seconds: float = 30) -> bool:
    """Whether it becomes so; asked again and again, because nobody promises the very moment."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.2)
    return False


def _is_ready(running: Server, pid: int) -> bool:
    try:
        return _has_every_process(pid) and running.get("/readyz")[0] == 200
    except (URLError, OSError):
        return False


def _has_every_process(pid: int) -> bool:
    """Whether both web processes hold the content: one alone answers everything while the other still starts.

    A process begins its rounds, in threads of their own, when it has taken over what is published.
    """
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return len(children) == WORKERS and all(len(os.listdir(f"/proc/{child}/task")) > 1 for child in children)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _environment() -> dict[str, str]:
    ours = ("PORTAL_", "OIDC_", "DATABASE_URL", "SECRET_KEY", "PROXY_HOPS", "BIND", "WEB_WORKERS")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
