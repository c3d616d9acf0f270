"""What a process makes once although every test has a portal of its own: code of templates, addresses, tables, files.

All of it depends on nothing but what it is made of; without this it would be half of the time of the whole suite.
"""

import copy
import functools
import gettext
import io
import pickle
import sqlite3
import tomllib
from collections.abc import Callable, MutableMapping, Sequence
from contextlib import closing, suppress
from operator import attrgetter
from pathlib import Path
from types import CodeType
from typing import IO, Any, TypeVar

from alembic import command
from alembic.config import Config as AlembicConfig
from flask import Flask
from flask.blueprints import BlueprintSetupState
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Connection, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map, Rule, RuleFactory

from portal.desk import phrases, replies
from portal.faq.library import keeper, loading
from portal.faq.library.building import snapshot
from portal.faq.library.building.snapshot import Pointer
from portal.faq.library.library import Library
from portal.faq.library.texts import front_matter
from portal.faq.library.texts.front_matter import Head
from portal.foundation.rendering import assets
from portal.foundation.web.application import Portal
from portal.operation import rows
from portal.questions import thanks
from portal.questions.topics import file as topics
from portal.search import searcher
from portal.search.index import publishing
from portal.search.index.opened import OpenedLanguage
from portal.service_levels import levels_file

_Sum = TypeVar("_Sum")
_CODES: dict[object, CodeType] = {}
_DIALECTS: dict[object, Dialect] = {}
_STATEMENTS: MutableMapping[Any, Any] = LRUCache(5_000)
_MAPS: dict[object, Map] = {}
_RULES: dict[object, tuple[Rule, object]] = {}
_TABLES: dict[str, bytes] = {}
_HEADS: dict[tuple[str, str], bytes] = {}
_LIBRARIES: dict[str, Library | None] = {}
_LANGUAGES: dict[object, OpenedLanguage] = {}
_FOUND: dict[object, list[Table]] = {}
_COLUMNS = """
SELECT md5(string_agg(concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod), indisprimary), ','
    ORDER BY attrelid::regclass::text, attnum))
FROM pg_attribute LEFT JOIN pg_index ON indrelid = attrelid AND attnum = ANY (indkey) AND indisprimary
WHERE attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace)"""
_SCHEMAS: dict[object, sqlite3.Connection] = {}
_CATALOGS: dict[bytes, tuple[dict[Any, str], dict[str, str], Any, Any]] = {}
_SAID = attrgetter("rule", "endpoint", "strict_slashes", "build_only", "alias", "provide_automatic_options")
_compile = ClauseElement._compile_w_cache
_add_rule = BlueprintSetupState.add_url_rule
_upgrade = command.upgrade
_find_tables = rows.tables
_loads, _read_catalog = tomllib.loads, gettext.GNUTranslations._parse
_read_head, _load_library = front_matter._yaml_head, loading.load_library


class _Codes(BytecodeCache):
    """The code of every template in the sentences of the catalogs from which it took them."""

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = _CODES.get(_key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        _CODES[_key(bucket)] = bucket.code


def keep_code(app: Flask) -> None:
    """Let this application use what those before it made."""
    app.jinja_env.bytecode_cache = _Codes()


def _key(bucket: Bucket) -> object:
    return bucket.key, bucket.checksum, tuple(bucket.environment.catalog.files)


class _MapMadeOnce(Map):
    """The addresses of a portal, noted until somebody asks; whoever has the same ones has the same order and parts."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._noted: list[Rule] = []
        self._said: list[object] = []

    def add(self, rulefactory: RuleFactory) -> None:
        for rule in rulefactory.get_rules(self):
            self.note(rule, _said_of(rule))

    def note(self, rule: Rule, said: object) -> None:
        """Add a rule of which it is known what it says."""
        self._noted.append(rule)
        self._said.append(said)
        self._remap = True

    def update(self) -> None:
        if self._remap:
            made = self._made()
            self._matcher, self._rules_by_endpoint = made._matcher, made._rules_by_endpoint
            self._remap = False

    def _made(self) -> Map:
        key = tuple(self._said), frozenset(self.converters.items())
        if key not in _MAPS:
            # Copies, because a rule belongs to one map: a test may add others to these.
            _MAPS[key] = Map([copy.copy(each) for each in self._noted], converters=self.converters)
            _MAPS[key].update()
        return _MAPS[key]


def _said_of(rule: Rule) -> object:
    """Everything that Flask tells a rule before it belongs to a map."""
    return _SAID(rule), frozenset(rule.methods or ()), frozenset(rule.defaults.items()) if rule.defaults else None


def _rule_added_once(
    state: BlueprintSetupState, rule: str, endpoint: str | None = None, view_func: Any = None, **options: Any
) -> None:
    """An address of a room; the same view of the same room under the same address has the same rule in every portal."""
    key, app = (state.name, state.url_prefix, rule, endpoint, view_func, repr(options)), state.app
    if key not in _RULES:
        _add_rule(state, rule, endpoint, view_func, **options)
        _RULES[key] = app.url_map._noted[-1], app.url_map._said[-1]
        return
    known, said = _RULES[key]
    assert app.view_functions.setdefault(known.endpoint, view_func) is view_func, f"{known.endpoint} has two views"
    app.url_map.note(known, said)


def _compiled_once(
    statement: ClauseElement, dialect: Dialect, *, compiled_cache: MutableMapping[Any, Any] | None, **how: Any
) -> tuple[Any, ...]:
    """A statement in the words of a database; the same version of the same one has the same words."""
    if compiled_cache is None:
        return _compile(statement, dialect, compiled_cache=None, **how)
    known = _DIALECTS.setdefault((type(dialect), dialect.server_version_info), dialect)
    return _compile(statement, known, compiled_cache=_STATEMENTS, **how)


def _schema_made_once(config: AlembicConfig, revision: str, **how: Any) -> None:
    """Every step on an empty file of SQLite; the same steps leave the same tables."""
    engine, key = config.attributes.get("engine"), (config.get_main_option("script_location"), revision)
    if engine is None or engine.dialect.name != "sqlite":
        _upgrade(config, revision, **how)
        return
    with closing(sqlite3.connect(engine.url.database)) as file:
        is_empty = not file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if is_empty and key in _SCHEMAS:
            _SCHEMAS[key].backup(file)
            return
    _upgrade(config, revision, **how)
    if is_empty:
        _SCHEMAS[key] = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(sqlite3.connect(engine.url.database)) as file:
            file.backup(_SCHEMAS[key])


def _tables_known(connection: Connection) -> list[Table]:
    """The tables of a database as they are there; the same ones are not looked at again."""
    is_sqlite = connection.dialect.name == "sqlite"
    columns = "SELECT sql FROM sqlite_master ORDER BY name" if is_sqlite else _COLUMNS
    key = connection.dialect.name, *connection.exec_driver_sql(columns).scalars()
    if key not in _FOUND:
        _FOUND[key] = _find_tables(connection)
    return _FOUND[key]


def _tables_read_once(text: str, **options: Any) -> dict[str, Any]:
    """What a TOML file says, for each caller anew."""
    if options:
        return _loads(text, **options)
    if text in _TABLES:
        known: dict[str, Any] = pickle.loads(_TABLES[text])
        return known
    found = _loads(text)
    # What is nested deeper than can be kept is read again.
    with suppress(RecursionError):
        _TABLES[text] = pickle.dumps(found)
    return found


def _content_read_once(read: Callable[..., _Sum]) -> Callable[..., _Sum]:
    """What such a file of the content says, with its faults; nothing in it changes, and sentences name the file."""
    known: dict[object, _Sum] = {}

    def what_it_says(path: Path, *languages: Sequence[str]) -> _Sum:
        try:
            key = path.parent.name, path.name, path.read_bytes(), *map(tuple, languages)
        except OSError:
            return read(path, *languages)
        if key not in known:
            known[key] = read(path, *languages)
        return known[key]

    return what_it_says


def _head_read_once(source: str, file: str) -> Head:
    """The front matter of a file, for each caller anew; what cannot be read is refused anew."""
    if (source, file) not in _HEADS:
        _HEADS[source, file] = pickle.dumps(_read_head(source, file))
    known: Head = pickle.loads(_HEADS[source, file])
    return known


def _library_read_once(derived: Path, pointer: Pointer) -> Library | None:
    """The library of a snapshot whose every byte is the same; nothing in it changes, and its editions go by day."""
    connection = snapshot.open_snapshot(derived, pointer)
    if connection is None:
        return None
    connection.close()
    if pointer.checksum not in _LIBRARIES:
        _LIBRARIES[pointer.checksum] = _load_library(derived, pointer)
    return _LIBRARIES[pointer.checksum]


def _language_opened_once(place: Path, language: str) -> OpenedLanguage:
    """The tables of an index in a file that all tests share."""
    key = _shared(place / "tables"), language
    if key[0] is None:
        return OpenedLanguage(place, language)
    if key not in _LANGUAGES:
        _LANGUAGES[key] = OpenedLanguage(place, language)
    return _LANGUAGES[key]


def _summed_once(summed: Callable[[Path], _Sum]) -> Callable[[Path], _Sum]:
    """The sum of a file that all tests share, until somebody writes into it."""
    known: dict[object, _Sum] = {}

    def sum_of(path: Path) -> _Sum:
        key = _shared(path)
        if key is None:
            return summed(path)
        if key not in known:
            known[key] = summed(path)
        return known[key]

    return sum_of


def _shared(path: Path) -> object | None:
    """What says that a file is the same as in the folders of other tests; None for one that is nobody else's."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns) if found.st_nlink > 1 else None


def _catalog_read_once(catalog: gettext.GNUTranslations, file: IO[bytes]) -> None:
    """The sentences of a catalog; what is merged into them belongs to the own portal."""
    content = file.read()
    if content not in _CATALOGS:
        _read_catalog(catalog, io.BytesIO(content))
        _CATALOGS[content] = catalog._catalog, dict(catalog._info), catalog._charset, catalog.plural
    sentences, info, catalog._charset, catalog.plural = _CATALOGS[content]
    catalog._catalog = dict(sentences)
    catalog._info.update(info)


Portal.url_map_class = _MapMadeOnce
BlueprintSetupState.add_url_rule = _rule_added_once
ClauseElement._compile_w_cache = _compiled_once
command.upgrade = _schema_made_once
rows.tables = _tables_known
tomllib.loads = _tables_read_once
front_matter._yaml_head = _head_read_once
keeper.load_library = _library_read_once
searcher.OpenedLanguage = _language_opened_once
publishing._sum = _summed_once(publishing._sum)
snapshot._checksum = _summed_once(snapshot._checksum)
for _file in (levels_file, topics, thanks, phrases):
    _file._read = _content_read_once(_file._read)
replies.read_reply = _content_read_once(replies.read_reply)
assets._joined = functools.cache(assets._joined)
gettext.GNUTranslations._parse = _catalog_read_once
