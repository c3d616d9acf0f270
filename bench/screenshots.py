"""`make screenshots`: the pictures of README.md, of the portal with the demo content, into docs/screenshots/."""

import base64
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.audit import CHROME
from bench.content import DEMO
from bench.servers import Server, portal_server, set_up
from portal.foundation.config import ROOT
from tests.browser import find as find_browser

FOLDER = ROOT / "docs" / "screenshots"
WIDTHS = {1280: 800, 390: 780}
SCHEMES = ("light", "dark")
PAGES = {
    "home": "/de/",
    "results": "/de/search?q=rechnung+zu+hoch",
    "nothing-found": "/de/search?q=xqzvbnmw",
    "contact": "/de/contact",
    "terms": "/de/pages/agb",
}
ENGLISH = {"home-en": "/en/", "results-en": "/en/search?q=invoice"}
MOST_KILOBYTES = 1500


def main() -> None:
    """Writes every picture anew and says how large they are together."""
    with tempfile.TemporaryDirectory(prefix="portal-pictures-") as name:
        folder = Path(name)
        set_up(folder / "data", DEMO, folder / "log")
        with portal_server(folder / "data", DEMO, folder / "log") as server:
            server.wait_for("/readyz", seconds=60, text=b'"ok"')
            _take_all(server)
    size = sum(path.stat().st_size for path in FOLDER.iterdir()) // 1024
    print(
        f"{len(list(FOLDER.iterdir()))} pictures, {size} kB (at most {MOST_KILOBYTES}), in {FOLDER.relative_to(ROOT)}"
    )


def _take_all(server: Server) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.webp"):
        old.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=CHROME.split()[1:])
        pages = {**PAGES, "article": _article(browser, server)}
        for width, height in WIDTHS.items():
            for scheme in SCHEMES:
                for name, path in pages.items() | (ENGLISH.items() if scheme == "light" and width == 1280 else set()):
                    _take(browser, server, path, FOLDER / f"{name}-{width}-{scheme}.webp", (width, height, scheme))
        browser.close()


def _article(browser: Browser, server: Server) -> str:
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.port}{PAGES['results']}")
    path = page.locator(".results__link").first.get_attribute("href")
    page.close()
    return str(path)


def _take(browser: Browser, server: Server, path: str, to: Path, look: tuple[int, int, str]) -> None:
    width, height, scheme = look
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        device_scale_factor=1,
        reduced_motion="reduce",
    )
    page.goto(f"http://127.0.0.1:{server.port}{path}", wait_until="networkidle")
    to.write_bytes(_webp(page))
    page.close()


def _webp(page: Page) -> bytes:
    """Chromium compresses by itself: no further library for pictures is needed."""
    session = page.context.new_cdp_session(page)
    answer = session.send("Page.captureScreenshot", {"format": "webp", "quality": 80})
    return base64.b64decode(answer["data"])


if __name__ == "__main__":
    main()
