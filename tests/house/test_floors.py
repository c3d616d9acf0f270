"""The plan of the house: who may import whom, and what belongs in one place only (docs/architecture.md)."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"
FLOORS = {
    "foundation": 0,
    "search": 1,
    "service_levels": 1,
    "journal": 1,
    "keys": 0.5,  # other services give keys away: the post office a "not me" link
    "numbers": 1,
    "notifications": 1,
    "attachments": 1,
    "accounts": 2,
    "incidents": 2,  # home, FAQ and asking show them; the desk says which cases belong to one
    "customers": 3,
    "contracts": 3.5,  # people have contracts; every room may ask for them
    "questions": 4,
    "faq": 4,
    "leaving": 4,
    "contact": 5,
    "departure": 5,
    "desk": 5,
    "lead": 5.5,
    "reports": 5.5,  # stands in the frame of the desk
    "editing": 5.5,  # its pages stand in the frame of the desk
    "home": 5,
    "operation": 5,  # health, backups and numbers look at everything that rooms keep
    "styleguide": 5,
    "seeds": 6,
    "cli": 7,
}
COMPOSITION = 6
ROOM_FILES = {"__init__", "rules", "models", "queries", "access", "notices", "actions", "forms", "routes", "chores"}
# What a room holds of persons: what they take along, what goes, what stays (portal/privacy.py).
ROOM_FILES |= {"privacy"}
# A room may have nouns of its own beside the plan; each is named here with a reason in docs/architecture.md.
OWN_FILES = {
    "faq": {
        *("library", "search", "results", "quick", "structured"),
        *("gaps", "measures", "most_asked", "origins", "steps"),
    },
    "contact": {"options", "callbacks"},
    "departure": {"archive", "retention", "shop"},
    "lead": {"looking", "steps", "words"},
    "reports": {"sums", "tables", "cells", "charts", "leaving"},
    "desk": {"declarations", "frame", "lines", "words", "history", "replies", "phrases", "advice"},
    "leaving": {"counting", "effects", "following", "panel", "proving", "receipts", "spool"},
    "editing": {"categories", "checking", "cleaning", "differences", "faults", "heads", "pages", "words"},
    "operation": {
        "alarms",
        "backup",
        "checksums",
        "health",
        "measuring",
        "metrics",
        "migrating",
        "restoring",
        "rows",
        "planning",
        "soundness",
        "upgrading",
    },
    "questions": {"topics", "offers", "drafts", "guests", "past", "polls", "thread"},
}
CEILING = 400


def modules() -> list[Path]:
    return [path for path in sorted(PORTAL.rglob("*.py")) if "migrations" not in path.parts]


def room_of(path: Path) -> str:
    parts = path.relative_to(PORTAL).parts
    return parts[0] if len(parts) > 1 else ""


def floor_of(room: str) -> int:
    return FLOORS.get(room, COMPOSITION)


def imports_of(path: Path) -> list[str]:
    tree = ast.parse(path.read_text())
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return names + [f"{node.module}.{alias.name}" for node in froms for alias in node.names]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_folder_of_the_portal_stands_on_a_floor():
    folders = {path.name for path in PORTAL.iterdir() if path.is_dir() and not path.name.startswith("_")}
    assert folders - {"migrations", "translations"} == set(FLOORS)


@pytest.mark.parametrize("path", modules(), ids=named)
def test_a_room_imports_only_floors_below_it(path):
    here = room_of(path)
    for name in imports_of(path):
        if name.startswith("portal."):
            there = name.split(".")[1]
            room = there if there in FLOORS else ""
            assert room == here or floor_of(room) < floor_of(here), f"{named(path)} must not import {name}"


@pytest.mark.parametrize("path", modules(), ids=named)
def test_nothing_is_imported_inside_a_function(path):
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    hidden = [
        inner
        for function in functions
        for inner in ast.walk(function)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    ]
    assert not hidden, f"{named(path)} imports inside a function in line {hidden[0].lineno}"


@pytest.mark.parametrize(
    "path",
    [path for path in modules() if path.name in ("rules.py", "business_hours.py") or path.parent.name == "rules"],
    ids=named,
)
def test_rules_are_plain_values_and_never_read_the_clock(path):
    allowed = set(sys.stdlib_module_names)
    for name in imports_of(path):
        assert (
            name.split(".")[0] in allowed
            or name.startswith(f"portal.{room_of(path)}.")
            or name.startswith(("portal.service_levels.", "portal.contracts.rules.", "portal.accounts.rules."))
        ), name
    assert not called(path) & {"now", "today", "utcnow"}, f"{named(path)} reads the clock"


# The search engine is a service: rooms and surfaces that are not named here ask the FAQ, not the engine.
MAY_SEARCH = {"search", "faq"}


@pytest.mark.parametrize("path", [path for path in modules() if room_of(path) not in MAY_SEARCH], ids=named)
def test_only_the_faq_imports_the_search_engine(path):
    names = [name for name in imports_of(path) if name == "portal.search" or name.startswith("portal.search.")]
    assert not names, f"{named(path)} must not import {names[0]}; the FAQ's search is portal/faq/search.py"


ONE_PLACE = {
    "whoosh": "portal/search/",
    "markdown": "portal/foundation/markdown/",
    "nh3": "portal/foundation/markdown/",
    "smtplib": "portal/notifications/",
    "obstore": "portal/attachments/storage/objects.py",
    "socket": ("portal/notifications/", "portal/foundation/foreign_hosts.py", "portal/foundation/time_server.py"),
    "holidays": "portal/service_levels/calendar.py",
    "whitenoise": ("portal/foundation/assets.py", "portal/__init__.py"),
}


@pytest.mark.parametrize("path", modules(), ids=named)
def test_each_outside_thing_has_one_place(path):
    for name in imports_of(path):
        place = ONE_PLACE.get(name.split(".")[0])
        assert place is None or named(path).startswith(place), f"{named(path)} must not import {name}, only {place} may"


@pytest.mark.parametrize("path", [path for path in modules() if named(path) != "portal/foundation/clock.py"], ids=named)
def test_only_the_clock_reads_the_time(path):
    clocks = {"utcnow", "monotonic", "perf_counter", "time_ns"}
    assert not called(path) & clocks, f"{named(path)} reads the time"
    source = path.read_text()
    for call in ("datetime.now(", "date.today(", "time.time("):
        assert call not in source, f"{named(path)} calls {call})"


# The database is changed by `transaction()` only; these two write files of their own, which nobody else changes.
COMMITS = {"portal/foundation/database.py", "portal/faq/library/snapshot.py", "portal/search/whoosh_index.py"}


@pytest.mark.parametrize("path", [path for path in modules() if named(path) not in COMMITS], ids=named)
def test_only_a_transaction_commits(path):
    assert "commit" not in called(path), f"{named(path)} commits; use `with transaction():`"


def test_rooms_keep_to_the_floor_plan():
    for room in (each for each, floor in FLOORS.items() if 4 <= floor < COMPOSITION):
        files = {path.stem for path in (PORTAL / room).iterdir() if path.suffix == ".py" or path.is_dir()} - {
            "__pycache__"
        }
        assert files <= ROOM_FILES | OWN_FILES.get(room, set()), f"{room}: {files - ROOM_FILES}"


@pytest.mark.parametrize("path", modules(), ids=named)
def test_no_file_outgrows_its_room(path):
    assert len(path.read_text().splitlines()) <= CEILING


@pytest.mark.parametrize("path", modules(), ids=named)
def test_every_module_and_public_function_says_what_it_does(path):
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree) or not tree.body, f"{named(path)} has no docstring"
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{named(path)}: {node.name} has no docstring"


def called(path: Path) -> set[str]:
    """The names of everything that is called as an attribute or a function."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    clock = [
        func
        for func in calls
        if isinstance(func, ast.Attribute) and not (isinstance(func.value, ast.Name) and func.value.id == "clock")
    ]
    return {func.attr for func in clock} | {func.id for func in calls if isinstance(func, ast.Name)}
