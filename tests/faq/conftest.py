"""A small FAQ with one article of every kind, beside the demo company's."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from portal.faq.library import KEEPER
from portal.foundation import clock
from tests.conftest import NOON, make_app, running
from tests.faq.library_folder import ContentFolder
from tests.visitor import Visitor

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><script>alert(1)</script></svg>'
HIDDEN = {
    "entwurf": "status: draft",
    "intern": "status: internal",
    "archiviert": "status: archived",
    "zukunft": "publish_from: 2026-12-17",
    "vorbei": "publish_until: 2026-12-15",
}


def article(number: int, title: str, *lines: str, text: str = "Ein Satz.") -> str:
    """A Markdown file with this front matter."""
    return "\n".join(("---", f"id: {number}", f'title: "{title}"', *lines, "---", text, ""))


FILES = {
    "company.toml": 'name = "Klein"\n[security]\ncontact = "mailto:sicher@klein.example"\nexpires = 2027-06-30\n',
    "faq/de/rechnung/_category.toml": 'name = "Rechnung"\ndescription = "Alles zum Geld."\norder = 10\n',
    "faq/de/rechnung/neu.md": article(
        7,
        "Wo liegt meine Rechnung?",
        "aliases: [rechnung/alt, konto/ganz-alt]",
        "related: [mahnung/frist]",
        "reviewed_on: 2026-11-03",
        text="Im Konto unter Belege.\n\n![Bild](bild.svg)",
    ),
    "faq/de/rechnung/skript.md": article(6, "</script><script>alert(1)</script>"),
    "faq/de/rechnung/bild.svg": SVG,
    "faq/de/rechnung/preise.csv": "Tarif;Preis\n",
    "faq/de/rechnung/mahnung/_category.toml": 'name = "Mahnung"\n',
    "faq/de/rechnung/mahnung/frist.md": article(8, "Wie lange habe ich Zeit?", text="Vierzehn Tage."),
    "faq/de/nur-deutsch/_category.toml": 'name = "Nur deutsch"\norder = 20\n',
    "faq/de/nur-deutsch/dialekt.md": article(9, "Was heißt Gsälz?", text="Marmelade, vierzehn Tage gekocht."),
    "faq/de/lang/lang.md": article(12, "Lang", text="\n".join(f"## Teil {n}\n\n{'Wort ' * 80}\n" for n in range(1, 6))),
    "faq/de/heute/von.md": article(10, "Ab heute", "publish_from: 2026-12-16"),
    "faq/de/heute/bis.md": article(11, "Bis heute", "publish_until: 2026-12-16"),
    "faq/en/billing/_category.toml": 'name = "Billing"\ntranslation_of = "rechnung"\n',
    "faq/en/billing/new.md": article(7, "Where is my bill?", "translation_of: rechnung/neu", text="In your account."),
} | {
    f"faq/de/geheim/{slug}.md": article(number, f"Geheimnis {slug}", line, text="Quietschente.")
    for number, (slug, line) in enumerate(HIDDEN.items(), 50)
}


@pytest.fixture(scope="module")
def small_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The portal with the small FAQ."""
    base = tmp_path_factory.mktemp("small")
    with clock.frozen(NOON), running(make_app(base / "data", written(base / "content", FILES))) as app:
        with app.app_context():
            upgrade()
        assert KEEPER.of(app).settle(seconds=60)
        yield app


@pytest.fixture
def folder(tmp_path: Path) -> ContentFolder:
    """A folder of content with one article, for whoever needs no other."""
    made = ContentFolder(tmp_path)
    made.article("a/gut", "Gute Antwort.")
    return made


@pytest.fixture
def small(small_app: Flask) -> Visitor:
    """A visitor of the small FAQ who reads German."""
    return Visitor(small_app)


def written(folder: Path, files: dict[str, str]) -> Path:
    """The folder with these files in it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
