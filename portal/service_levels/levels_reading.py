"""From the tables of `service-levels.toml` to service levels; every fault is named with what to write instead."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from portal.foundation.files.content_files import Reading, refuse_twice, require_known
from portal.service_levels.levels import (
    Affects,
    CanContinue,
    LevelTexts,
    Rule,
    Script,
    ServiceLevel,
    ServiceLevels,
    Silence,
    Tells,
    Told,
)

_Choice = TypeVar("_Choice", bound=StrEnum)

_TOP = ("default", "silence", "reopening", "level", "rule")
_TARGETS = ("first_answer", "next_answer", "solution")
_LEVEL = ("slug", "name", "definition", "examples", "counter_examples", *_TARGETS, "tell", "steps", "script")
_RULE = ("can_continue", "affects", "needed_within", "level")
_SLUG = re.compile(r"[a-z][a-z0-9-]{0,31}")
_DURATION = re.compile(r"(?:(\d{1,4}) ?h)? ?(?:(\d{1,4}) ?min)?")
# Ten weeks of forty hours: a longer target is a slip of the pen, and 400 days must be enough for it.
_LONGEST_MINUTES = 400 * 60
_LONGEST_DAYS = 200
_LONGEST_TEXT = 2000
_MOST = 50


def levels_from(written: Mapping[str, Any], languages: Sequence[str]) -> tuple[ServiceLevels | None, tuple[str, ...]]:
    """The levels of an already read file, or None and every fault as a sentence; never an exception."""
    reading = Reading()
    reading.take(lambda: require_known(written, _TOP, "the file"))
    levels = list(_levels(reading, written, languages))
    by_slug = MappingProxyType({level.slug: level for level in levels})
    reading.take(lambda: refuse_twice([level.slug for level in levels], "levels have the slug"))
    # A level that is broken itself is no reason to complain about every rule that names it.
    names = {each.get("slug") for each in _tables(written, "level", []) if isinstance(each.get("slug"), str)}
    rules = list(_rules(reading, written, names))
    default = reading.take(lambda: _level_name(written.get("default"), names, "default"))
    silence = reading.take(lambda: _silence(written))
    reopen_days = reading.take(lambda: _reopen_days(written))
    if reading.faults or default is None or silence is None or reopen_days is None:
        return None, tuple(reading.faults)
    return ServiceLevels(by_slug, tuple(rules), default, silence, reopen_days), ()


def _levels(reading: Reading, written: Mapping[str, Any], languages: Sequence[str]) -> Iterator[ServiceLevel]:
    tables = reading.take(lambda: _list_of_tables(written, "level")) or []
    if not tables and not reading.faults:
        reading.faults.append("there is no level; write [[level]] and below it slug, name and targets")
    for rank, table in enumerate(tables[:_MOST], start=1):
        level = reading.take(partial(_level, table, rank, languages))
        if level:
            yield level


def _level(table: Mapping[str, Any], rank: int, languages: Sequence[str]) -> ServiceLevel:
    slug = table.get("slug")
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        raise ValueError(f'the slug of level {rank} must be a short word in a-z, 0-9 and -, write slug = "outage"')
    where = f"level {slug}"
    require_known(table, _LEVEL, where)
    first, following, solution = (_minutes(table.get(key), f"{key} of {where}") for key in _TARGETS)
    if first is None or following is None:
        raise ValueError(f'{where} needs first_answer and next_answer, write for example first_answer = "4 h"')
    texts = MappingProxyType({language: _texts(table, language, where) for language in languages})
    return ServiceLevel(slug, rank, first, following, solution, _tells(table, where), texts)


def _texts(table: Mapping[str, Any], language: str, where: str) -> LevelTexts:
    script = _table(table, "script", where)
    require_known(script, tuple(each.name for each in fields(Script)), f"script of {where}")
    return LevelTexts(
        name=_text(table, "name", language, where),
        definition=_text(table, "definition", language, where),
        examples=_lines(table, "examples", language, where),
        counter_examples=_lines(table, "counter_examples", language, where),
        steps=_lines(table, "steps", language, where),
        script=Script(
            _text(script, "first_sentence", language, f"script of {where}"),
            _lines(script, "check", language, f"script of {where}"),
            _lines(script, "never_say", language, f"script of {where}"),
            _text(script, "call_when", language, f"script of {where}"),
        ),
    )


def _tells(table: Mapping[str, Any], where: str) -> Tells:
    tell = _table(table, "tell", where)
    require_known(tell, ("warning", "breach"), f"tell of {where}")
    warning, breach = (_choices(tell.get(key, []), Told, f"tell.{key} of {where}") for key in ("warning", "breach"))
    if not breach:
        raise ValueError(f'somebody must be told when a promise of {where} is missed, write tell.breach = ["lead"]')
    return Tells(warning, breach)


def _rules(reading: Reading, written: Mapping[str, Any], names: set[Any]) -> Iterator[Rule]:
    tables = reading.take(lambda: _list_of_tables(written, "rule")) or []
    for number, table in enumerate(tables, start=1):
        rule = reading.take(partial(_rule, table, f"rule {number}", names))
        if rule:
            yield rule


def _rule(table: Mapping[str, Any], where: str, names: set[Any]) -> Rule:
    require_known(table, _RULE, where)
    needed_within = table.get("needed_within")
    return Rule(
        _level_name(table.get("level"), names, f"level of {where}"),
        frozenset(_choices(table.get("can_continue", []), CanContinue, f"can_continue of {where}")),
        frozenset(_choices(table.get("affects", []), Affects, f"affects of {where}")),
        None if needed_within is None else _days(needed_within, f"needed_within of {where}", least=0),
    )


def _silence(written: Mapping[str, Any]) -> Silence:
    table = _table(written, "silence", "the file")
    require_known(table, ("reminder", "closing"), "silence")
    usual = Silence()
    silence = Silence(
        _days(table.get("reminder", usual.reminder_days), "silence.reminder", least=1),
        _days(table.get("closing", usual.closing_days), "silence.closing", least=1),
    )
    if silence.closing_days <= silence.reminder_days:
        raise ValueError("silence.closing must be later than silence.reminder, write for example 10 and 5")
    return silence


def _reopen_days(written: Mapping[str, Any]) -> int:
    table = _table(written, "reopening", "the file")
    require_known(table, ("days",), "reopening")
    return _days(table.get("days", 14), "reopening.days", least=1)


def _level_name(value: object, names: set[Any], where: str) -> str:
    if not isinstance(value, str) or value not in names:
        raise ValueError(f"{where} must name a level of the file, write one of {', '.join(sorted(names)) or 'them'}")
    return value


def _minutes(value: object, where: str) -> int | None:
    if value is None:
        return None
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    minutes = int(found[1] or 0) * 60 + int(found[2] or 0) if found else 0
    if not 0 < minutes <= _LONGEST_MINUTES:
        raise ValueError(f'{where} must be working time up to 400 h, write for example "30 min", "4 h" or "1 h 30 min"')
    return minutes


def _days(value: object, where: str, *, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _LONGEST_DAYS:
        raise ValueError(f"{where} must be a number of days from {least} to {_LONGEST_DAYS}, write for example 5")
    return value


def _choices(value: object, kind: type[_Choice], where: str) -> tuple[_Choice, ...]:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(word in list(kind) for word in words):
        raise ValueError(f'{where} may hold {", ".join(kind)}; write for example ["{next(iter(kind))}"]')
    return tuple(dict.fromkeys(kind(word) for word in words))


def _text(table: Mapping[str, Any], key: str, language: str, where: str) -> str:
    value = _in_language(table, key, language, where)
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_TEXT:
        raise ValueError(f'{key} of {where} needs a text, write {key} = {{ {language} = "…" }}')
    return value.strip()


def _lines(table: Mapping[str, Any], key: str, language: str, where: str) -> tuple[str, ...]:
    value = _in_language(table, key, language, where)
    lines = value if isinstance(value, list) else []
    if not lines or not all(isinstance(line, str) and 0 < len(line.strip()) <= _LONGEST_TEXT for line in lines):
        raise ValueError(f'{key} of {where} needs a list of texts, write {key} = {{ {language} = ["…", "…"] }}')
    return tuple(line.strip() for line in lines)


def _in_language(table: Mapping[str, Any], key: str, language: str, where: str) -> object:
    """The value for a language; what is written without languages holds for all."""
    value = table.get(key)
    if isinstance(value, Mapping) and language not in value:
        raise ValueError(f"{key} of {where} is missing in one language, write {key}.{language} = …")
    return value[language] if isinstance(value, Mapping) else value


def _table(written: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    table = written.get(key, {})
    if not isinstance(table, Mapping):
        raise ValueError(f"{key} of {where} must be a table, write [{key}] on a line of its own")
    return table


def _list_of_tables(written: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    tables = _tables(written, key, None)
    if tables is None:
        raise ValueError(f"{key} must be a list of tables, write [[{key}]] on a line of its own")
    return tables


def _tables(written: Mapping[str, Any], key: str, otherwise: Any) -> Any:
    tables = written.get(key, [])
    fits = isinstance(tables, list) and all(isinstance(each, Mapping) for each in tables)
    return tables if fits else otherwise
