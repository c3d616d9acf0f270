"""The head of a Markdown file: YAML between `---` or TOML between `+++`, read as plain words and lists.

Nothing is constructed from YAML but words, lists and mappings of words: dates, numbers and switches are read by the
fields that need them, so that `title: No` stays "No". Anchors, aliases and deep nesting are refused before anything
is built from them.
"""

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

import yaml

from portal.faq.library.faults import Fault, FileUnusable, toml_line

MAX_DEPTH = 10
MAX_EVENTS = 5_000
YAML_HEAD = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
TOML_HEAD = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Head:
    """The keys of a file: value (word, list or mapping of words, None when empty) and line of each."""

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def split(text: str, file: str) -> tuple[Head, str, int]:
    """Head, body, and the number of lines before the body; FileUnusable when the head cannot be read."""
    if match := YAML_HEAD.match(text):
        head = _yaml_head(match[1], file)
    elif match := TOML_HEAD.match(text):
        head = _toml_head(match[1], file)
    else:
        _refuse_open_head(text, file)
        return Head(), text, 0
    return head, text[match.end() :], text.count("\n", 0, match.end())


def _refuse_open_head(text: str, file: str) -> None:
    """A head that begins and never ends is a half-written file."""
    first, _, rest = text.partition("\n")
    if first.rstrip() == "---" and re.match(r"[A-Za-z_]+:(\s|$)", rest):
        raise FileUnusable(Fault(file, 1, "The front matter has no end.", "Close it with a line of three hyphens."))


def _yaml_head(source: str, file: str) -> Head:
    try:
        _refuse_dangerous(source, file)
        node = yaml.compose(source, Loader=LOADER)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise FileUnusable(_yaml_fault(error, file)) from error
    if node is None:
        return Head()
    if not isinstance(node, yaml.MappingNode):
        remedy = "Write one `key: value` a line."
        raise FileUnusable(Fault(file, 2, "The front matter is not a list of keys.", remedy))
    return _head_of(node, file)


def _head_of(node: yaml.MappingNode, file: str) -> Head:
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    faults = []
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 2
        if key in values:
            faults.append(Fault(file, line, f"The key “{key}” is there twice.", "Keep one of them."))
        else:
            values[key], lines[key] = _words(value_node), line
    return Head(values, lines, tuple(faults))


def _words(node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [_words(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _words(value) for key, value in node.value}
    return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)


def _refuse_dangerous(source: str, file: str) -> None:
    """Aliases (the “billion laughs”), deep nesting and endless heads stop here, before anything is built."""
    depth = 0
    for count, event in enumerate(yaml.parse(source, Loader=LOADER)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 2
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise FileUnusable(Fault(file, line, "The front matter uses anchors (& or *).", "Put quotes around it."))
        if depth > MAX_DEPTH or count > MAX_EVENTS:
            raise FileUnusable(Fault(file, line, "The front matter is too deep or too long.", "Make it simpler."))


def _yaml_fault(error: Exception, file: str) -> Fault:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or "something in it is not YAML"
    line = mark.line + 2 if mark else 1
    remedy = "Put quotes around values with a colon, and check the indentation."
    return Fault(file, line, f"The front matter cannot be read: {reason}.", remedy)


def _toml_head(source: str, file: str) -> Head:
    try:
        table = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        problem = f"The front matter cannot be read: {error}."
        # The + line above it counts as well.
        line = toml_line(error) + 1
        raise FileUnusable(Fault(file, line, problem, "Correct the TOML between the + lines.")) from error
    return Head({key: _toml_words(value) for key, value in table.items()}, _toml_lines(source, table))


def _toml_words(value: Any) -> Any:
    if isinstance(value, list):
        return [_toml_words(item) for item in value]
    if isinstance(value, dict):
        return {key: _toml_words(item) for key, item in value.items()}
    return str(value).lower() if isinstance(value, bool) else str(value)


def _toml_lines(source: str, table: dict[str, Any]) -> dict[str, int]:
    lines = enumerate(source.splitlines(), start=2)
    found = {line.partition("=")[0].strip(): number for number, line in lines}
    return {key: found.get(key, 1) for key in table}
