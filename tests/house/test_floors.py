"""The plan of the house: who may import whom, and what belongs in one place only (docs/architecture.md).

Each rule is one test that names every place at which it is broken.
"""

import ast
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path

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
    "orders": 3.75,  # what was ordered and billed, beside the contracts that it is for
    "questions": 4,
    "faq": 4,
    "leaving": 4,
    "api": 5,
    "inbox": 4.5,  # makes questions of mails; the desk shows what waits
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
    "api": {"books", "contracts", "customers", "describing", "fields", "schemas", "orders", "questions"},
    "faq": {
        *("library", "search", "results", "quick", "signposts", "structured"),
        *("gaps", "measures", "most_asked", "origins", "steps"),
    },
    "inbox": {"addresses", "mailbox", "reading"},
    "contact": {"options", "callbacks", "waiting"},
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
        "saved",
        "restoring",
        "rows",
        "planning",
        "soundness",
        "upgrading",
    },
    "questions": {"topics", "offers", "drafts", "guests", "past", "polls", "thanks", "thread"},
}
# Lines of a module, modules of a folder.
CEILING, MODULES = 400, 30


@cache
def modules() -> list[Path]:
    return [path for path in sorted(PORTAL.rglob("*.py")) if "migrations" not in path.parts]


def room_of(path: Path) -> str:
    parts = path.relative_to(PORTAL).parts
    return parts[0] if len(parts) > 1 else ""


def floor_of(room: str) -> int:
    return FLOORS.get(room, COMPOSITION)


@cache
def nodes_of(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text())))


@cache
def imports_of(path: Path) -> list[str]:
    nodes = nodes_of(path)
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    froms = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return names + [f"{node.module}.{alias.name}" for node in froms for alias in node.names]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_folder_of_the_portal_stands_on_a_floor():
    folders = {path.name for path in PORTAL.iterdir() if path.is_dir() and not path.name.startswith("_")}
    assert folders - {"migrations", "translations"} == set(FLOORS)


def test_a_room_imports_only_floors_below_it():
    faults = [
        f"{named(path)} must not import {name}"
        for path in modules()
        for name in imports_of(path)
        if name.startswith("portal.") and not may_import(room_of(path), name.split(".")[1])
    ]
    assert not faults


def may_import(here: str, there: str) -> bool:
    room = there if there in FLOORS else ""
    return room == here or floor_of(room) < floor_of(here)


def test_nothing_is_imported_inside_a_function():
    faults = [
        f"{named(path)} imports inside a function in line {inner.lineno}"
        for path in modules()
        for function in nodes_of(path)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for inner in ast.walk(function)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    ]
    assert not faults


def test_rules_are_plain_values_and_never_read_the_clock():
    rules = [
        path for path in modules() if path.name in ("rules.py", "business_hours.py") or path.parent.name == "rules"
    ]
    assert len(rules) > 10
    beyond = [
        f"{named(path)} must not import {name}"
        for path in rules
        for name in imports_of(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not name.startswith((f"portal.{room_of(path)}.", *PLAIN_EVERYWHERE))
    ]
    clocks = [f"{named(path)} reads the clock" for path in rules if called(path) & {"now", "today", "utcnow"}]
    assert not beyond + clocks


PLAIN_EVERYWHERE = ("portal.service_levels.", "portal.contracts.rules.", "portal.accounts.rules.")


# The search engine is a service: rooms and surfaces that are not named here ask the FAQ, not the engine.
MAY_SEARCH = {"search", "faq"}


def test_only_the_faq_imports_the_search_engine():
    faults = [
        f"{named(path)} must not import {name}; the FAQ's search is portal/faq/search.py"
        for path in modules()
        if room_of(path) not in MAY_SEARCH
        for name in imports_of(path)
        if name == "portal.search" or name.startswith("portal.search.")
    ]
    assert not faults


ONE_PLACE = {
    "whoosh": "portal/search/",
    "markdown": "portal/foundation/markdown/",
    "nh3": "portal/foundation/markdown/",
    "smtplib": "portal/notifications/",
    "imaplib": "portal/inbox/mailbox.py",
    "obstore": "portal/attachments/storage/objects.py",
    "socket": (
        "portal/notifications/",
        "portal/foundation/outside/foreign_hosts.py",
        "portal/foundation/sql/lookout.py",
        "portal/foundation/outside/time_server.py",
    ),
    "holidays": "portal/service_levels/calendar.py",
    "jwt": "portal/accounts/company_sign_in/signatures.py",
    "whitenoise": ("portal/foundation/rendering/assets.py", "portal/__init__.py"),
}


def test_each_outside_thing_has_one_place():
    faults = [
        f"{named(path)} must not import {name}, only {place} may"
        for path in modules()
        for name in imports_of(path)
        if (place := ONE_PLACE.get(name.split(".")[0])) and not named(path).startswith(place)
    ]
    assert not faults


def test_only_the_clock_reads_the_time():
    names, calls = {"utcnow", "monotonic", "perf_counter", "time_ns"}, ("datetime.now(", "date.today(", "time.time(")
    others = [path for path in modules() if named(path) != "portal/foundation/clock.py"]
    faults = [f"{named(path)} reads the time" for path in others if called(path) & names]
    faults += [f"{named(path)} calls {call})" for path in others for call in calls if call in path.read_text()]
    assert not faults


# Each app has one of these things; this module finds them, and what Flask-Migrate puts there has a key of its own.
BELONGINGS = ROOT / "portal" / "foundation" / "web" / "here.py"


def test_what_an_app_holds_is_found_through_the_module_that_owns_it():
    files = [*modules(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    spelt = re.compile(r"(?<!markdown)[.]extensions\b(?!\[\"migrate\"\])")
    assert not [named(path) for path in files if path != BELONGINGS and spelt.search(path.read_text())]
    owned = re.compile(r"^\w+ = OnePerApp(?:\[.+\])?\(\"(\w+)\"", re.MULTILINE)
    keys = Counter(key for path in modules() for key in owned.findall(path.read_text()))
    assert len(keys) > 30
    assert not [key for key, times in keys.items() if times > 1]


# The database is changed by `transaction()` only; these two write files of their own, which nobody else changes.
COMMITS = {
    "portal/foundation/database.py",
    "portal/faq/library/building/snapshot.py",
    "portal/search/index/whoosh_index.py",
}


def test_only_a_transaction_commits():
    others = [path for path in modules() if named(path) not in COMMITS]
    faults = [f"{named(path)} commits; use `with transaction():`" for path in others if "commit" in called(path)]
    assert not faults


def test_rooms_keep_to_the_floor_plan():
    for room in (each for each, floor in FLOORS.items() if 4 <= floor < COMPOSITION):
        files = {path.stem for path in (PORTAL / room).iterdir() if path.suffix == ".py" or path.is_dir()} - {
            "__pycache__"
        }
        assert files <= ROOM_FILES | OWN_FILES.get(room, set()), f"{room}: {files - ROOM_FILES}"


def test_no_file_outgrows_its_room():
    assert not [named(path) for path in modules() if len(path.read_text().splitlines()) > CEILING]


def test_no_folder_has_more_modules_than_can_be_taken_in_at_a_glance():
    folders = Counter(path.parent for path in modules())
    assert not [named(folder) for folder, amount in folders.items() if amount > MODULES]


def test_every_module_and_public_function_says_what_it_does():
    silent = [named(path) for path in modules() if nodes_of(path)[0].body and not ast.get_docstring(nodes_of(path)[0])]
    silent += [
        f"{named(path)}: {node.name}"
        for path in modules()
        for node in nodes_of(path)[0].body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


@cache
def called(path: Path) -> set[str]:
    """The names of everything that is called as an attribute or a function."""
    calls = [node.func for node in nodes_of(path) if isinstance(node, ast.Call)]
    clock = [
        func
        for func in calls
        if isinstance(func, ast.Attribute) and not (isinstance(func.value, ast.Name) and func.value.id == "clock")
    ]
    return {func.attr for func in clock} | {func.id for func in calls if isinstance(func, ast.Name)}
