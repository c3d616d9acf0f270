"""Templates are compiled once for each language: their sentences stand in them as text, found before anybody asks."""

import re
from typing import Any

from babel.support import Translations
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, _escape_inner, escape

from portal.foundation.i18n import catalog_of_reader, current_language

_OWN = f"from {__name__} import escaped as escape"
_INDENTATION = re.compile(r"\n\s+")
# What Jinja writes, a statement on each line: pieces that stand side by side, and parts of other templates.
_SIDE_BY_SIDE = re.compile(r"^( *)yield (?!from |event).+(?:\n\1yield (?!from |event).+)+$", re.MULTILINE)
_PART = re.compile(r"^( *)yield from (.+)$", re.MULTILINE)
_INCLUDED = re.compile(r"^( *)for event in (.+):(\n +)yield event$", re.MULTILINE)


class SpokenTemplates(Environment):
    """Jinja as Flask uses it, with a compiled copy of every template for each language that somebody reads.

    A page has dozens of sentences: looking each of them up and escaping it took longer than everything else of it.
    """

    catalog: Translations | None = None

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._spoken: dict[str, SpokenTemplates] = {}
        self._parts: dict[str, Template] = {}

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:
        """As Jinja does it; what a template of one language brings in was found before."""
        if self.catalog is None or self.auto_reload or globals:
            return super().get_template(name, parent, globals)
        found = self._parts.get(name)
        if found is None:
            found = self._parts[name] = super().get_template(name, parent)
        return found

    def _load_template(self, name: str, globals: Any) -> Template:
        if self.catalog is not None:
            return super()._load_template(name, globals)
        return self._in(current_language())._load_template(name, globals)

    def _in(self, language: str) -> "SpokenTemplates":
        found = self._spoken.get(language)
        if found is None:
            found = self.overlay()
            found.catalog, found._parts = catalog_of_reader(), {}
            self._spoken[language] = found
        return found

    def _generate(self, source: nodes.Template, *given: Any, **options: Any) -> str:
        if self.catalog is not None:
            source = _Speaker(self.catalog).visit(source)
        code: str = super()._generate(source, *given, **options)
        code = _in_one_piece(code)
        # Behind Jinja's own import and on its line, so that the lines of a fault stay right.
        imports, end, rest = code.partition("\n")
        return f"{imports}; {_OWN}{end}{rest}"


def _in_one_piece(code: str) -> str:
    """The same template with fewer and longer pieces, and no other lines: each would go up through every layout."""
    code = _PART.sub(r"\1yield ''.join(\2)", code)
    code = _INCLUDED.sub(r"\1if True:\3yield ''.join(\2)", code)
    return _SIDE_BY_SIDE.sub(_joined, code)


def _joined(found: re.Match[str]) -> str:
    pieces = [line.strip().removeprefix("yield ") for line in found[0].split("\n")]
    return f"{found[1]}yield ''.join((" + ",\n".join(pieces) + "))"


def escaped(value: object) -> str:
    """A value as it is printed. Jinja's own makes each an object that remembers to be markup: a page has hundreds."""
    kind = type(value)
    if kind is str:
        return _escape_inner(value)  # type: ignore[arg-type]
    if kind is int:
        return str(value)
    return value if kind is Markup else escape(value)  # type: ignore[return-value]


class _Speaker(NodeTransformer):
    """Puts the sentences of one language into a template, and leaves out what only makes its source readable."""

    def __init__(self, catalog: Translations) -> None:
        self._catalog = catalog

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        if not _is_sentence(node):
            return node
        sentence: str = self._catalog.ugettext(node.args[0].value)  # type: ignore[attr-defined]
        if not node.kwargs and "%" in sentence:
            sentence %= {}
        made: nodes.Node = nodes.MarkSafeIfAutoescape(nodes.Const(sentence))
        if node.kwargs:
            made = nodes.Call(nodes.Name("fill_gaps", "load"), [made], node.kwargs, None, None)
        return made.set_lineno(node.lineno, override=False).set_environment(node.environment)  # type: ignore[arg-type]

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:
        node.data = _INDENTATION.sub("\n", node.data)
        return node


def fill_gaps(sentence: str, /, **gaps: object) -> str:
    """The sentence with its gaps filled; a sentence that is markup escapes what it is filled with."""
    return sentence % gaps


def _is_sentence(node: nodes.Call) -> bool:
    is_named = isinstance(node.node, nodes.Name) and node.node.name in ("_", "gettext")
    is_plain = len(node.args) == 1 and isinstance(node.args[0], nodes.Const) and isinstance(node.args[0].value, str)
    return is_named and is_plain and node.dyn_args is None and node.dyn_kwargs is None
