"""`make audit`: what Lighthouse (phone) and the Nu HTML checker say about the running portal with the demo content.

Pages of the desk are opened as somebody of the demo company, and judged by accessibility and best practices. Both tools
come by npm into build/ when they are not there yet; the checker needs Java. Exits 1 when a category is below 100 or the
checker finds an error.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.content import DEMO
from bench.servers import Server, portal_environment, portal_server, set_up, surroundings
from portal.foundation.config import ROOT
from portal.keys.rules import digest
from tests.browser import find as find_browser

TOOLS = ROOT / "build"
PACKAGES = ("lighthouse", "vnu-jar")
CHROME = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
# Nobody finds the desk by a search engine, and its pages are for large screens on quick lines.
OF_DESK = ("accessibility", "best-practices")
DESK = "desk"
_KEY = f"{'audit':0>43}"
TRIES = 3
WORDS = {"de": "rechnung", "en": "invoice"}


def main() -> int:
    """0 when nothing is to be mended."""
    if not shutil.which("npm"):
        print("npm is missing: Debian has it in the package npm.")
        return 1
    _bring_tools()
    with tempfile.TemporaryDirectory(prefix="portal-audit-") as name:
        folder = Path(name)
        set_up(folder / "data", DEMO, folder / "log")
        case = _sign_in(folder / "data", folder / "log")
        with portal_server(folder / "data", DEMO, folder / "log") as server:
            # Nobody sends the mails of the demo here, so it is never wholly ok.
            server.wait_for("/readyz", seconds=60, text=b'"index":true')
            pages = _pages(server) | _desk_pages(case)
            is_fine = [_lighthouse(server, pages, folder), _checker(server, pages, folder)]
    return 0 if all(is_fine) else 1


def _bring_tools() -> None:
    missing = [name for name in PACKAGES if not (TOOLS / "node_modules" / name).exists()]
    if missing:
        TOOLS.mkdir(exist_ok=True)
        print(f"Installing {' and '.join(missing)} into build/ …", flush=True)
        quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(["npm", "install", "--prefix", str(TOOLS), *quiet, *missing], check=True)
    if not shutil.which("java") and os.geteuid() == 0:
        print("Installing Java for the HTML checker …", flush=True)
        subprocess.run(["apt-get", "-qq", "install", "-y", "default-jre-headless"], check=False, capture_output=True)


def _pages(server: Server) -> dict[str, str]:
    """Name and address of every page in both languages; the addresses of articles are taken from the site itself."""
    pages: dict[str, str] = {}
    for language in ("de", "en"):
        article = _first_result(server, language)
        shelf = article.rpartition("/")[0] + "/"
        number = server.get(article)[2].partition(f"/{language}/feedback/".encode())[2].split(b'"')[0].decode()
        terms = {"de": "agb", "en": "terms"}[language]
        pages |= {
            f"home {language}": f"/{language}/",
            f"category {language}": shelf,
            f"article {language}": article,
            f"results {language}": f"/{language}/search?q={WORDS[language]}",
            f"nothing found {language}": f"/{language}/search?q=xqzvbnmw",
            f"contact {language}": f"/{language}/contact",
            f"terms {language}": f"/{language}/pages/{terms}",
            f"error {language}": f"/{language}/there-is-no-such-page",
            f"feedback {language}": f"/{language}/feedback/{number}",
        }
    return pages


def _sign_in(data: Path, log: Path) -> str:
    """Fill the portal with the demo's people and sign the administrator in; the number of a case."""
    command = [sys.executable, "-m", "flask", "--app", "app", "setup", "--demo"]
    with log.open("ab") as written:
        environment = {**surroundings(), **portal_environment(data, DEMO)}
        subprocess.run(command, cwd=ROOT, env=environment, stdout=written, stderr=written, check=True, timeout=300)
    now = datetime.now(UTC)
    with sqlite3.connect(data / "portal.sqlite") as database:
        (user_id,) = database.execute("SELECT id FROM users WHERE role = 'admin'").fetchone()
        values = (digest(_KEY), user_id, *(f"{each:%Y-%m-%d %H:%M:%S.%f}" for each in (now, now, now + timedelta(1))))
        columns = "digest, user_id, created_at, seen_at, expires_at, is_half, network, browser"
        database.execute(f"INSERT INTO sessions ({columns}) VALUES (?, ?, ?, ?, ?, 0, '', '')", values)
        (case,) = database.execute("SELECT number FROM questions ORDER BY id DESC").fetchone()
    return str(case)


def _desk_pages(case: str) -> dict[str, str]:
    places = (
        "queues/all",
        f"questions/{case}",
        "search?q=Rechnung",
        "reports/",
        "incidents",
        "contracts",
        "orders",
        "invoices",
        "declarations",
    )
    return {f"{DESK} {place.partition('?')[0].partition('/')[0]}": f"/desk/{place}" for place in places}


def _cookie(name: str) -> dict[str, str]:
    return {"Cookie": f"session={_KEY}"} if name.startswith(DESK) else {}


def _first_result(server: Server, language: str) -> str:
    page = server.get(f"/{language}/search?q={WORDS[language]}")[2].decode()
    links = (part.split('"')[0] for part in page.partition('class="results__link"')[2].split('href="')[1:])
    return next(each for each in links if each.startswith(f"/{language}/faq/"))


def _lighthouse(server: Server, pages: dict[str, str], folder: Path) -> bool:
    browser = find_browser()
    if browser is None:
        print("No Chromium: Lighthouse is left out. CHROMIUM may name one.")
        return False
    print(f"{'Lighthouse, phone':22}" + "".join(f"{name:>16}" for name in CATEGORIES))
    judged = ("home", "category", "article", "results", DESK)
    names = [name for name in pages if name.split()[0] in judged]
    return all([_one_lighthouse(server, name, pages[name], browser, folder) for name in names])


def _one_lighthouse(server: Server, name: str, path: str, browser: str, folder: Path) -> bool:
    """One page; what is below 100 is measured twice more, because a busy machine costs points, and the best counts."""
    wanted = OF_DESK if name.startswith(DESK) else CATEGORIES
    reports: list[dict] = []
    while len(reports) < TRIES and not (reports and min(_scores(reports[-1], wanted)) == 100):
        reports.append(_report(server, path, browser, folder, _cookie(name)))
    best = max(reports, key=lambda report: _scores(report, wanted))
    scores = dict(zip(wanted, _scores(best, wanted), strict=True))
    again = f"   best of {len(reports)}" if len(reports) > 1 else ""
    print(f"{name:22}" + "".join(f"{scores.get(each, '–'):>16}" for each in CATEGORIES) + again, flush=True)
    for each, score in scores.items():
        if score < 100:
            _print_lost_points(best, each)
    return min(scores.values()) == 100


def _scores(report: dict, wanted: tuple[str, ...]) -> list[int]:
    return [round(100 * (report["categories"][each]["score"] or 0)) for each in wanted]


def _report(server: Server, path: str, browser: str, folder: Path, headers: dict[str, str]) -> dict:
    written = folder / "lighthouse.json"
    command = [str(TOOLS / "node_modules" / ".bin" / "lighthouse"), f"http://127.0.0.1:{server.port}{path}"]
    options = ["--quiet", "--output=json", f"--output-path={written}", f"--chrome-flags={CHROME}"]
    options += [f"--extra-headers={json.dumps(headers)}"] if headers else []
    environment = {**os.environ, "CHROME_PATH": browser}
    # Now and then the browser does not begin or does not answer: that says nothing of the page.
    for _ in range(TRIES):
        done = subprocess.run(
            [*command, *options], env=environment, timeout=180, check=False, capture_output=True, text=True
        )
        if done.returncode == 0:
            report: dict = json.loads(written.read_text())
            return report
        print(f"    Lighthouse could not measure {path}: {' '.join(done.stderr.split())[-300:]}", flush=True)
    sys.exit(f"Lighthouse failed {TRIES} times.")


def _print_lost_points(report: dict, category: str) -> None:
    for reference in report["categories"][category]["auditRefs"]:
        audit = report["audits"][reference["id"]]
        if reference["weight"] and audit["score"] is not None and audit["score"] < 1:
            print(f"    {category}: {audit['title']} {audit.get('displayValue', '')}")
            for item in audit.get("details", {}).get("items", [])[:3]:
                print(f"      {json.dumps(item.get('node', item), ensure_ascii=False)[:300]}")


def _checker(server: Server, pages: dict[str, str], folder: Path) -> bool:
    if not shutil.which("java"):
        print("\nNo Java: the HTML checker is left out. Debian has it in the package default-jre-headless.")
        return False
    for name, path in pages.items():
        (folder / f"{name.replace(' ', '-')}.html").write_bytes(server.get(path, **_cookie(name))[2])
    jar = TOOLS / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    files = sorted(map(str, folder.glob("*.html")))
    command = ["java", "-jar", str(jar), "--format", "json", *files]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    messages = json.loads(done.stderr)["messages"]
    errors = [each for each in messages if each["type"] == "error"]
    print(f"\nNu HTML checker: {len(files)} pages, {len(errors)} errors, {len(messages) - len(errors)} hints")
    for each in messages:
        print(f"  {Path(each['url']).stem}, line {each.get('lastLine')}: {each['type']}: {each['message']}")
    return not errors


if __name__ == "__main__":
    sys.exit(main())
