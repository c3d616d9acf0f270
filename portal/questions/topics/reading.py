"""From the tables of `topics.toml` to topics; every fault is named with what to write instead."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from portal.foundation.files.content_files import Reading, refuse_twice, require_known
from portal.questions.topics.patterns import number_pattern
from portal.questions.topics.values import Choice, Fact, FactKind, Topic, Topics

_TOPIC = ("slug", "name", "help", "team", "level", "deputy", "categories", "fact")
_FACT = ("name", "kind", "label", "hint", "required", "choices", "pattern", "example")
_SLUG = re.compile(r"[a-z][a-z0-9-]{0,31}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_MOST_TOPICS, _MOST_FACTS, _MOST_CHOICES = 40, 8, 30
_LONGEST_TEXT = 300


def topics_from(written: Mapping[str, Any], languages: Sequence[str]) -> tuple[Topics | None, tuple[str, ...]]:
    """The topics of an already read file, or None and every fault as a sentence; never an exception."""
    reading = Reading()
    reading.take(lambda: require_known(written, ("topic",), "the file"))
    topics = list(_topics(reading, written, languages))
    reading.take(lambda: refuse_twice([topic.slug for topic in topics], "topics have the slug"))
    if reading.faults:
        return None, tuple(reading.faults)
    return Topics(MappingProxyType({topic.slug: topic for topic in topics})), ()


def _topics(reading: Reading, written: Mapping[str, Any], languages: Sequence[str]) -> Iterator[Topic]:
    tables = reading.take(lambda: _tables(written, "topic", "the file", most=_MOST_TOPICS)) or []
    if not tables and not reading.faults:
        reading.faults.append("there is no topic; write [[topic]] and below it slug, name and help")
    for position, table in enumerate(tables, start=1):
        topic = reading.take(partial(_topic, table, position, languages))
        if topic:
            yield topic


def _topic(table: Mapping[str, Any], position: int, languages: Sequence[str]) -> Topic:
    slug = table.get("slug")
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        raise ValueError(f'the slug of topic {position} must be a short word in a-z, 0-9 and -, write slug = "fault"')
    where = f"topic {slug}"
    require_known(table, _TOPIC, where)
    facts = tuple(_fact(each, where, languages) for each in _tables(table, "fact", where, most=_MOST_FACTS))
    refuse_twice([fact.name for fact in facts], f"facts of {where} have the name")
    return Topic(
        slug=slug,
        names=_texts(table, "name", where, languages),
        helps=_texts(table, "help", where, languages),
        teams=_texts(table, "team", where, languages, is_needed=False),
        level=_word(table, "level", where),
        deputy=_word(table, "deputy", where),
        categories=_words(table, "categories", where),
        facts=facts,
    )


def _fact(table: Mapping[str, Any], topic: str, languages: Sequence[str]) -> Fact:
    name = table.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f'a fact of {topic} needs a name in a-z, 0-9 and _, write name = "customer_number"')
    where = f"fact {name} of {topic}"
    require_known(table, _FACT, where)
    kind = _kind(table, where)
    _refuse_foreign(table, kind, where)
    return Fact(
        name=name,
        kind=kind,
        labels=_texts(table, "label", where, languages),
        hints=_texts(table, "hint", where, languages, is_needed=False),
        is_required=_switch(table, "required", where),
        choices=_choices(table, where, languages) if kind is FactKind.CHOICE else (),
        **_shape(table, kind, where),
    )


def _kind(table: Mapping[str, Any], where: str) -> FactKind:
    try:
        return FactKind(table.get("kind", "text"))
    except ValueError as error:
        raise ValueError(f"the kind of {where} must be one of {', '.join(FactKind)}") from error


def _refuse_foreign(table: Mapping[str, Any], kind: FactKind, where: str) -> None:
    belongs = {"choices": FactKind.CHOICE, "pattern": FactKind.NUMBER, "example": FactKind.NUMBER}
    for key, owner in belongs.items():
        if key in table and kind is not owner:
            raise ValueError(f'{key} of {where} belongs to kind = "{owner}"; remove it or change the kind')


def _shape(table: Mapping[str, Any], kind: FactKind, where: str) -> dict[str, Any]:
    """Pattern and example of a number; the example must fit the pattern, or customers would be misled."""
    if kind is not FactKind.NUMBER:
        return {}
    example = _word(table, "example", where)
    if not example:
        raise ValueError(f'{where} needs an example that people can follow, write example = "K-1234567"')
    try:
        pattern = number_pattern(table["pattern"]) if "pattern" in table else None
    except ValueError as error:
        raise ValueError(f"the pattern of {where} cannot be used: {error}") from error
    if pattern and not pattern.fullmatch("".join(example.split()).upper()):
        raise ValueError(f"the example {example!r} of {where} does not fit its own pattern; change one of the two")
    return {"pattern": pattern, "example": example}


def _choices(table: Mapping[str, Any], where: str, languages: Sequence[str]) -> tuple[Choice, ...]:
    tables = _tables(table, "choices", where, most=_MOST_CHOICES)
    if len(tables) < 2:
        raise ValueError(
            f'{where} needs two choices or more, write choices = [{{ value = "all", de = "…", en = "…" }}]'
        )
    choices = tuple(_choice(each, where, languages) for each in tables)
    refuse_twice([choice.value for choice in choices], f"choices of {where} have the value")
    return choices


def _choice(table: Mapping[str, Any], where: str, languages: Sequence[str]) -> Choice:
    value = table.get("value")
    if not isinstance(value, str) or not _SLUG.fullmatch(value):
        raise ValueError(f'a choice of {where} needs a value in a-z, 0-9 and -, write value = "all"')
    return Choice(value, _texts({"text": {**table}}, "text", f"choice {value} of {where}", languages))


def _texts(
    table: Mapping[str, Any], key: str, where: str, languages: Sequence[str], *, is_needed: bool = True
) -> Mapping[str, str]:
    """A text in every language; what is written without languages holds for all."""
    value = table.get(key)
    if value is None and not is_needed:
        return MappingProxyType({})
    written = value if isinstance(value, Mapping) else dict.fromkeys(languages, value)
    missing = [language for language in languages if not _is_text(written.get(language))]
    if missing:
        raise ValueError(
            f'{key} of {where} needs a text of at most {_LONGEST_TEXT} characters, write {key}.{missing[0]} = "…"'
        )
    return MappingProxyType({language: str(written[language]).strip() for language in languages})


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST_TEXT


def _word(table: Mapping[str, Any], key: str, where: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str) or len(value) > 254:
        raise ValueError(f"{key} of {where} must be a text in quotes")
    return value.strip()


def _words(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise ValueError(f'{key} of {where} must be a list of folder names, write {key} = ["rechnung"]')
    return tuple(value)


def _switch(table: Mapping[str, Any], key: str, where: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise ValueError(f"{key} of {where} must be true or false, without quotes")
    return value


def _tables(written: Mapping[str, Any], key: str, where: str, *, most: int) -> list[Mapping[str, Any]]:
    tables = written.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(each, Mapping) for each in tables):
        raise ValueError(f"{key} of {where} must be a list of tables, write [[{key}]] on a line of its own")
    if len(tables) > most:
        raise ValueError(f"{where} has {len(tables)} of {key}; more than {most} help nobody, remove some")
    return tables
