"""A small help centre in two languages, indexed once."""

import pytest

from portal.search import Document, Searcher
from portal.search.index.build import build_index

SYNONYMS = {
    "de": "rechnung, faktura\nwlan, w-lan, drahtloses netz\nflatrate => tarif\nkennwort, passwort\ntod, todesfall\n"
    "sperrmüll ~ umzug\nwie lange ~ kündigungsfrist",
    "en": "cancel, terminate\nbill, invoice\nplan => contract\npayable, owed",
}


def german(slug: str, title: str, body: str = "", **more) -> Document:
    """A German article in the category before the slash."""
    return Document(
        key=f"de/{slug}", language="de", title=title, body=body, category=slug.split("/", maxsplit=1)[0], **more
    )


def english(slug: str, title: str, body: str = "", **more) -> Document:
    """An English article in the category before the slash."""
    return Document(
        key=f"en/{slug}", language="en", title=title, body=body, category=slug.split("/", maxsplit=1)[0], **more
    )


DOCUMENTS = [
    german(
        "kuendigen/kuendigen",
        "Wie kündige ich meinen Vertrag?",
        "Sie können jederzeit online kündigen. Sie erhalten sofort eine Bestätigung.",
    ),
    german("kuendigen/frist", "Welche Kündigungsfrist gilt?", "Ein Monat zum Ende der Mindestlaufzeit."),
    german(
        "rechnung/lesen",
        "Rechnung lesen",
        "Jeder Posten der Rechnung steht auf Seite zwei. Die Grundgebühr zahlen Sie im Voraus.",
        keywords=("posten",),
    ),
    german(
        "rechnung/zahlung",
        "Zahlungsart ändern",
        "Lastschrift oder Überweisung: Ändern Sie die Zahlungsart im Konto.\nDie Straße und Hausnummer bleiben gleich.",
    ),
    german("internet/wlan", "WLAN-Passwort finden", "Das Passwort für das WLAN steht auf der Unterseite des Routers."),
    german(
        "internet/router",
        "Router neu starten",
        "Ziehen Sie den Stecker, warten Sie zehn Sekunden. Der Router startet neu.",
    ),
    german("vertrag/tarif", "Tarif wechseln", "Einen anderen Tarif wählen Sie im Konto."),
    german("vertrag/umzug", "Umzug melden", "Nennen Sie uns die neue Adresse, die Straße und den Tag des Umzugs."),
    german("vertrag/todesfall", "Ein Todesfall in der Familie", "Wir brauchen eine Kopie der Sterbeurkunde."),
    english(
        "cancel/cancel", "How do I cancel my contract?", "Cancelling takes one click. A confirmation follows at once."
    ),
    english("bill/read", "Read your bill", "Every charge is listed on page two of the bill."),
    english("bill/pay", "Ways to pay", "Direct debit or bank transfer. Payments arrive within two days."),
    english("internet/router", "Restart the router", "Pull the plug and wait ten seconds."),
    english("internet/speed", "Internet is slow", "Measure the speed with a cable first. Then restart the router."),
]


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory):
    """A folder with the published index of the small help centre."""
    folder = tmp_path_factory.mktemp("index")
    build_index(DOCUMENTS, folder, synonyms=SYNONYMS, fingerprint="first")
    return folder


@pytest.fixture(scope="session")
def searcher(index_folder):
    """The opened index."""
    return Searcher.open(index_folder)


@pytest.fixture
def first(searcher):
    """Path of the first article found, without the language; None if nothing is found."""

    def ask(text: str, language: str = "de") -> str | None:
        hits = searcher.search(text, language=language).hits
        return hits[0].key.split("/", 1)[1] if hits else None

    return ask
