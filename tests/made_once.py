"""What a process makes once although every test has a portal of its own: code of templates, addresses, files read.

All of it depends on nothing but what it is made of; without this it would be half of the time of the whole suite.
"""

import copy
import gettext
import hashlib
import io
import pickle
import sqlite3
import tomllib
from collections.abc import Iterable
from contextlib import suppress
from types import CodeType
from typing import IO, Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule
from werkzeug.routing.rules import RulePart

from portal.faq.library import front_matter, loading
from portal.faq.library.front_matter import Head
from portal.faq.library.library import Library

_CODES: dict[object, CodeType] = {}
_BUILDERS: dict[object, object] = {}
_PARTS: dict[object, tuple[list[RulePart], list[tuple[bool, str]], dict[str, Any]]] = {}
_TABLES: dict[str, bytes] = {}
_HEADS: dict[tuple[str, str], bytes] = {}
_LIBRARIES: dict[bytes, Library] = {}
_CATALOGS: dict[bytes, tuple[dict[Any, str], dict[str, str], Any, Any]] = {}
_compile_builder, _parse_rule = Rule._compile_builder, Rule._parse_rule
_loads, _read_catalog = tomllib.loads, gettext.GNUTranslations._parse
_read_head, _read_library = front_matter._yaml_head, loading._library


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


def _builder_made_once(rule: Rule, append_unknown: bool = True) -> object:
    """The function that builds an address takes everything else from the rule that it is called on."""
    defaults = tuple(sorted((rule.defaults or {}).items()))
    converters = tuple((name, type(each)) for name, each in rule._converters.items())
    key = (tuple(rule._trace), defaults, converters, frozenset(rule.arguments), append_unknown)
    if key not in _BUILDERS:
        _BUILDERS[key] = _compile_builder(rule, append_unknown)
    return _BUILDERS[key]


def _parts_made_once(rule: Rule, written: str) -> Iterable[RulePart]:
    """The parts of an address; what turns its values into Python's belongs to the map of the own portal."""
    key = (written, frozenset(rule.map.converters.items()))
    if key not in _PARTS:
        before, known = len(rule._trace), set(rule._converters)
        parts = list(_parse_rule(rule, written))
        made = {name: each for name, each in rule._converters.items() if name not in known}
        _PARTS[key] = parts, rule._trace[before:], made
        return parts
    parts, trace, made = _PARTS[key]
    rule._trace += trace
    for name, each in made.items():
        rule._converters[name] = own = copy.copy(each)
        own.map = rule.map
        rule.arguments.add(name)
    return parts


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


def _head_read_once(source: str, file: str) -> Head:
    """The front matter of a file, for each caller anew; what cannot be read is refused anew."""
    if (source, file) not in _HEADS:
        _HEADS[source, file] = pickle.dumps(_read_head(source, file))
    known: Head = pickle.loads(_HEADS[source, file])
    return known


def _library_read_once(connection: sqlite3.Connection) -> Library:
    """The library of a snapshot whose every byte is the same; nothing in it changes, and its editions go by day."""
    content = hashlib.sha256(connection.serialize()).digest()
    if content not in _LIBRARIES:
        _LIBRARIES[content] = _read_library(connection)
    return _LIBRARIES[content]


def _catalog_read_once(catalog: gettext.GNUTranslations, file: IO[bytes]) -> None:
    """The sentences of a catalog; what is merged into them belongs to the own portal."""
    content = file.read()
    if content not in _CATALOGS:
        _read_catalog(catalog, io.BytesIO(content))
        _CATALOGS[content] = catalog._catalog, dict(catalog._info), catalog._charset, catalog.plural
    sentences, info, catalog._charset, catalog.plural = _CATALOGS[content]
    catalog._catalog = dict(sentences)
    catalog._info.update(info)


Rule._compile_builder = _builder_made_once
Rule._parse_rule = _parts_made_once
tomllib.loads = _tables_read_once
front_matter._yaml_head = _head_read_once
loading._library = _library_read_once
gettext.GNUTranslations._parse = _catalog_read_once
