"""`make screenshots`: the pictures of README.md, of the portal with the demo content, into docs/screenshots/."""

import base64
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.audit import CHROME
from bench.content import DEMO
from bench.servers import Server, portal_server, set_up
from portal.foundation.config import ROOT
from portal.seeds import PEOPLE
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
# What people of the demo see: whom, a page, what is opened from it ("": the page itself), and the look.
SIGNED_IN = {
    "question": ("anna@example.org", "/de/questions/", "Internet-Lampe rot", (390, 780, "light")),
    "case": ("clara@talwind.example", "/desk/queues/free", "Internet-Lampe rot", (1280, 800, "light")),
    "tokens": ("dora@talwind.example", "/desk/tokens", "", (1280, 800, "light")),
}
MOST_KILOBYTES = 1500


def main() -> None:
    """Writes every picture anew and says how large they are together."""
    with tempfile.TemporaryDirectory(prefix="portal-pictures-") as name:
        folder = Path(name)
        set_up(folder / "data", DEMO, folder / "log")
        with portal_server(folder / "data", DEMO, folder / "log") as server:
            server.wait_for("/readyz", seconds=60, text=b'"ok"')
            _take_all(server)
        set_up(folder / "people", DEMO, folder / "log", demo=True)
        with portal_server(folder / "people", DEMO, folder / "log") as server:
            # Nobody sends the mails of the demo here, so it is never wholly ok.
            server.wait_for("/readyz", seconds=60, text=b'"index":true')
            _take_signed_in(server)
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


def _take_signed_in(server: Server) -> None:
    passwords = {person.email: person.password for person in PEOPLE}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=CHROME.split()[1:])
        for name, (email, path, opened, look) in SIGNED_IN.items():
            page = _page(browser, look)
            page.goto(f"http://127.0.0.1:{server.port}/de/account/sign-in?next={path}")
            page.fill("[name=email]", email)
            page.fill("[name=password]", passwords[email])
            page.locator("main form .button").first.click()
            if opened:
                page.get_by_role("link", name=opened).first.click()
            page.wait_for_load_state("networkidle")
            (FOLDER / f"{name}-{look[0]}-{look[2]}.webp").write_bytes(_webp(page))
            page.close()
        browser.close()


def _article(browser: Browser, server: Server) -> str:
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.port}{PAGES['results']}")
    path = page.locator(".results__link").first.get_attribute("href")
    page.close()
    return str(path)


def _take(browser: Browser, server: Server, path: str, to: Path, look: tuple[int, int, str]) -> None:
    page = _page(browser, look)
    page.goto(f"http://127.0.0.1:{server.port}{path}", wait_until="networkidle")
    to.write_bytes(_webp(page))
    page.close()


def _page(browser: Browser, look: tuple[int, int, str]) -> Page:
    width, height, scheme = look
    return browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        device_scale_factor=1,
        reduced_motion="reduce",
    )


def _webp(page: Page) -> bytes:
    """Chromium compresses by itself: no further library for pictures is needed."""
    session = page.context.new_cdp_session(page)
    answer = session.send("Page.captureScreenshot", {"format": "webp", "quality": 80})
    return base64.b64decode(answer["data"])


if __name__ == "__main__":
    main()
